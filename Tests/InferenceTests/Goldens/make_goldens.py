#!/usr/bin/env python3
"""Writes golden vectors for single layers, computed by LiteRT's reference kernels.

    pip install ai-edge-litert==2.3.0 numpy flatbuffers
    make_goldens.py OUT_DIR            the vectors beside this script: a few cases for each kernel
    make_goldens.py OUT_DIR --large    many more and larger ones, to be kept out of the repository:
                                       PICKET_LAYER_GOLDENS=OUT_DIR swift test -c release --filter LayerGoldens

Each case is a model of one operator, built here, that the interpreter runs with OpResolverType.BUILTIN_REF (the kernels that define
TensorFlow Lite's results; the default path of LiteRT differs from them). Seeds are fixed, so that a run with the same version of LiteRT
writes the same files. The vectors in the repository come from ai-edge-litert 2.3.0 on x86_64 Linux.

A file holds {"cases": [...]}; a case has the operator's name, its options under the names of Picket's graph, and its tensors:
element type, shape, scale and zero point (absent for plain numbers), whether it is a constant, and its bytes in base64, little-endian
(or "ascending": all stored values from the lowest up, over and over).
"""
import base64, json, os, sys
import numpy as np
from litert import ACTIVATIONS, CODES, TYPES, Tensor, build, options, run


class Goldens:
    def __init__(self, folder, large):
        self.folder, self.large, self.files, self.refused = folder, large, {}, 0

    def add(self, file, op, inputs, outputs, opts=None, facts=None, custom=None, name=""):
        """Runs a case and keeps it in `file`."""
        results = run(build(op, inputs, outputs, opts, custom), [t.data for t in inputs if not t.constant])
        if results is None:
            self.refused += 1
            print("refused:", file, name, facts, [(t.kind, t.shape, t.scale, t.zero) for t in inputs + outputs], file=sys.stderr)
            return
        if custom is not None and not custom["use_regular_nms"]:
            # LiteRT leaves slots without a detection as they were; they count as zeros.
            for result in results[:3]:
                result[:, int(results[3][0]) * custom["max_classes_per_detection"]:] = 0
        for tensor, result in zip(outputs, results):
            tensor.shape, tensor.data = list(result.shape), result
            assert result.dtype == TYPES[tensor.kind], (result.dtype, tensor.kind)
        record = {"op": op, "options": facts or {}, "inputs": [self.tensor(t) for t in inputs if not t.hidden],
                  "outputs": [self.tensor(t) for t in outputs]}
        if name:
            record["name"] = name
        self.files.setdefault(file, []).append(record)

    @staticmethod
    def tensor(t):
        record = {"type": t.kind, "shape": t.shape}
        if t.kind in EIGHT and t.data.size >= 256 and np.array_equal(t.data, stored(None, t.kind, t.shape, "all")):
            record["ascending"] = True
        else:
            record["data"] = base64.b64encode(t.data.tobytes()).decode()
        if t.scale is not None:
            record["scale"], record["zeroPoint"] = float(np.float32(t.scale)), int(t.zero)
        if t.constant:
            record["constant"] = True
        return record

    def write(self):
        os.makedirs(self.folder, exist_ok=True)
        total = 0
        for file, cases in sorted(self.files.items()):
            path = os.path.join(self.folder, file + ".json")
            with open(path, "w") as out:
                out.write('{"cases":[\n')
                out.write(",\n".join(json.dumps(c, sort_keys=True, separators=(",", ":")) for c in cases))
                out.write("\n]}\n")
            total += os.path.getsize(path)
            print("%-24s %5d cases %8d bytes" % (file, len(cases), os.path.getsize(path)))
        print("%d bytes, %d cases refused by LiteRT" % (total, self.refused))


def scale(rng, low=-6, high=-1):
    return float(np.float32(2.0 ** rng.uniform(low, high)))


def zero(rng, kind):
    info = np.iinfo(TYPES[kind])
    return int(rng.choice([info.min, info.max, rng.integers(info.min, info.max + 1), rng.integers(info.min, info.max + 1)]))


def stored(rng, kind, shape, fill="random"):
    if kind == "float32":
        return rng.normal(0, 4, shape).astype(np.float32)
    info = np.iinfo(TYPES[kind])
    count = int(np.prod(shape))
    if fill == "all":
        return np.resize(np.arange(info.min, info.max + 1), shape).astype(TYPES[kind])
    if fill == "min":
        return np.full(shape, info.min, TYPES[kind])
    if fill == "max":
        return np.full(shape, info.max, TYPES[kind])
    if fill == "alternating":
        return np.resize(np.array([info.min, info.max]), shape).astype(TYPES[kind])
    low, high = (info.min, info.max) if kind in ("uint8", "int8") else (-1000, 1000)
    return rng.integers(low, high + 1, count).reshape(shape).astype(TYPES[kind])


def quantized(rng, kind, shape, fill="random", low=-6, high=-1, **more):
    return Tensor(kind, shape, stored(rng, kind, shape, fill), scale(rng, low, high), zero(rng, kind), **more)


def output(rng, kind, low=-6, high=-1):
    return Tensor(kind, [1], None, scale(rng, low, high), zero(rng, kind))


def hidden(values, kind="int32"):
    values = np.asarray(values, TYPES[kind])
    return Tensor(kind, list(values.shape), values, hidden=True)


def like(tensor, shape=None):
    """An output with the type and quantisation of `tensor`."""
    return Tensor(tensor.kind, shape or tensor.shape, None, tensor.scale, tensor.zero)


EIGHT = ["uint8", "int8"]
FILLS = ["random", "min", "max", "alternating"]


def definedQuotients(x, y, out):
    """Makes divisors other than zero, and quotients so large that the reference's last shift is by at most 31 bits: its result is
    undefined beyond (it fills small quotients with saturated values, where Picket gives zero)."""
    info = np.iinfo(TYPES[y.kind])
    y.data = np.where(y.data == y.zero, y.zero + (1 if y.zero < info.max else -1), y.data).astype(TYPES[y.kind])
    exponent = int(np.frexp(np.float64(np.float32(x.scale) / (np.float32(y.scale) * np.float32(out.scale))))[1])
    bits = lambda n: n.bit_length()
    divisor = max(bits(abs(int(v) - y.zero)) for v in y.data.flat)
    least = 1
    while (divisor - 1) + (31 - bits(least - 1)) - exponent > 31:
        least *= 2
    offsets = x.data.astype(int) - x.zero
    largest = max(info.max - x.zero, info.min - x.zero, key=abs)
    x.data = (np.where(np.abs(offsets) < least, largest, offsets) + x.zero).astype(TYPES[x.kind])
    return abs(largest) >= least


def elementwise(g, rng):
    kinds = {"ADD": "Add", "SUB": "Sub", "MUL": "Mul", "DIV": "Div"}
    shapes = [([3, 5], [3, 5]), ([2, 3, 4], [4]), ([4], [2, 3, 4]), ([2, 1, 4], [1, 3, 1]), ([17], [1]), ([1], [17]),
              ([1, 2, 3, 5], [2, 1, 5]), ([2, 3, 1, 5], [1, 1, 4, 1]), ([], []), ([6], [])]
    for op, name in kinds.items():
        for kind in EIGHT:
            count = 40 if g.large else 6 if op == "DIV" else 4
            for index in range(count):
                a, b = shapes[index % len(shapes)] if g.large or index else ([128], [128])
                if g.large and index % 4 == 0:
                    a = b = [65536]
                activation = list(ACTIVATIONS)[index % 4]
                x = quantized(rng, kind, a)
                y = quantized(rng, kind, b, constant=index % 3 == 2)
                if op == "DIV":
                    out = output(rng, kind, -1, 4)
                    if not definedQuotients(x, y, out):
                        continue
                else:
                    if a == [65536]:
                        x.data = np.repeat(stored(rng, kind, [256], "all"), 256)
                        y.data = np.tile(stored(rng, kind, [256], "all"), 256)
                    out = output(rng, kind, -10, 0) if op == "MUL" else output(rng, kind)
                opts = options(name, fusedActivationFunction=ACTIVATIONS[activation])
                g.add("elementwise", op, [x, y], [out], opts, {"activation": activation}, name="%s %s" % (op, kind))
            for fill in FILLS[1:]:
                if op == "DIV" or op == "SUB" and not g.large:
                    continue
                x, y = quantized(rng, kind, [3], fill), quantized(rng, kind, [3], "alternating")
                g.add("elementwise", op, [x, y], [output(rng, kind)], options(name), {"activation": "none"}, name="%s %s %s" % (op, kind, fill))
        for kind in ["int32", "float32"]:
            for index in range(20 if g.large else 3):
                a, b = shapes[(index + 1) % len(shapes)]
                activation = list(ACTIVATIONS)[index % 4]
                x, y = stored(rng, kind, a), stored(rng, kind, b)
                if kind == "int32" and op == "DIV":
                    y = np.where(y == 0, 7, y)
                if kind == "int32" and op in ("ADD", "SUB", "MUL") and x.size:
                    x = np.where(rng.random(x.shape) < 0.3, 2147483647 - np.abs(x), x)
                if kind == "float32" and op == "DIV":
                    y = np.where(rng.random(y.shape) < 0.2, 0, y)
                g.add("elementwise", op, [Tensor(kind, a, x), Tensor(kind, b, y)], [Tensor(kind, [1])],
                      options(name, fusedActivationFunction=ACTIVATIONS[activation]), {"activation": activation}, name="%s %s" % (op, kind))
    for op in ["MAXIMUM", "MINIMUM"]:
        for kind in EIGHT + ["int32", "float32"]:
            for a, b in shapes if g.large else shapes[1:3]:
                x = Tensor(kind, a, stored(rng, kind, a))
                y = Tensor(kind, b, stored(rng, kind, b))
                out = Tensor(kind, [1])
                if kind in EIGHT:
                    for t in (x, y, out):
                        t.scale, t.zero = 0.5, 3
                g.add("elementwise", op, [x, y], [out], options("MaximumMinimum"), {"activation": "none"}, name="%s %s" % (op, kind))
    for kind in ["int32", "float32"]:
        for a, b in shapes[1:] if g.large else shapes[1:3]:
            x, y = stored(rng, kind, a), stored(rng, kind, b)
            y = np.where(y == 0, 7, y)
            g.add("elementwise", "FLOOR_DIV", [Tensor(kind, a, x), Tensor(kind, b, y)], [Tensor(kind, [1])], options("FloorDiv"),
                  {"activation": "none"}, name="FLOOR_DIV " + kind)


def unary(g, rng):
    count = 120 if g.large else 3
    for kind in EIGHT:
        for index in range(count):
            x = quantized(rng, kind, [256], "all", -8, 1)
            out = Tensor(kind, [256], None, 1 / 256, 0 if kind == "uint8" else -128)
            g.add("unary", "LOGISTIC", [x], [out], name="logistic " + kind)
        for op in ["RELU", "RELU6", "RELU_N1_TO_1"]:
            for index in range(count if g.large else 2):
                g.add("unary", op, [quantized(rng, kind, [256], "all", -8, 1)], [output(rng, kind, -8, 1)], name=op + " " + kind)
        for index in range(count):
            alpha = float(np.float32(rng.choice([0.01, 0.1, 0.2, 0.3, 1.7]) * (1 if index % 4 else -1)))
            g.add("unary", "LEAKY_RELU", [quantized(rng, kind, [256], "all")], [output(rng, kind)], options("LeakyRelu", alpha=alpha),
                  {"alpha": alpha}, name="leaky " + kind)
        for index in range(count):
            x = quantized(rng, kind, [256], "all", -9, 2)
            # The output's scale is at least 1/128 of the input's: LiteRT refuses others.
            out = Tensor(kind, [256], None, float(np.float32(x.scale * 2.0 ** rng.uniform(-6, 3))), zero(rng, kind))
            g.add("unary", "HARD_SWISH", [x], [out], name="hard swish " + kind)
    values = np.concatenate([rng.normal(0, 5, 30), [0, -0.0, 1, -1, 6, 3, -3, 100, -100, 17, -9.5]]).astype(np.float32)
    for op in ["LOGISTIC", "RELU", "RELU6", "RELU_N1_TO_1", "HARD_SWISH", "LEAKY_RELU", "SQRT"]:
        x = np.abs(values) if op == "SQRT" else values
        leaky = op == "LEAKY_RELU"
        g.add("unary", op, [Tensor("float32", [len(x)], x)], [Tensor("float32", [len(x)])],
              options("LeakyRelu", alpha=0.1) if leaky else None, {"alpha": float(np.float32(0.1))} if leaky else {}, name=op + " float32")
    shapes = [([1, 4, 4, 16], [1, 1, 16]), ([2, 3, 5], [2, 3, 5]), ([256], [1])]
    for kind in EIGHT:
        for index in range(40 if g.large else 3):
            a, b = shapes[index % 3]
            x = quantized(rng, kind, a, "all" if index % 3 == 2 else "random")
            g.add("unary", "PRELU", [x, quantized(rng, kind, b, constant=True)], [output(rng, kind)], name="prelu " + kind)
    g.add("unary", "PRELU", [Tensor("float32", [1, 2, 3, 4], stored(rng, "float32", [1, 2, 3, 4])),
                             Tensor("float32", [1, 1, 4], stored(rng, "float32", [1, 1, 4]), constant=True)],
          [Tensor("float32", [1, 2, 3, 4])], name="prelu float32")


def pools(g, rng):
    geometries = [([1, 7, 7, 3], 7, 7, 1, 1, 1), ([1, 5, 4, 3], 2, 3, 2, 1, 0), ([2, 4, 4, 17], 3, 3, 2, 2, 0), ([1, 5, 9, 1], 3, 2, 1, 3, 1),
                  ([1, 3, 3, 2], 5, 5, 1, 1, 0), ([1, 1, 1, 33], 1, 1, 1, 1, 1)]
    if g.large:
        geometries += [([1, int(rng.integers(3, 20)), int(rng.integers(3, 20)), int(rng.integers(1, 70))], int(rng.integers(1, 4)),
                        int(rng.integers(1, 4)), int(rng.integers(1, 4)), int(rng.integers(1, 4)), int(rng.integers(0, 2))) for _ in range(100)]
    for index, (shape, fh, fw, sh, sw, padding) in enumerate(geometries):
        for op in ["AVERAGE_POOL_2D", "MAX_POOL_2D"]:
            for kind in EIGHT + (["float32"] if index == 1 or g.large else []):
                activation = list(ACTIVATIONS)[index % 4]
                fill = FILLS[index % 4] if index % 2 else "random"
                x = Tensor("float32", shape, stored(rng, kind, shape)) if kind == "float32" else quantized(rng, kind, shape, fill)
                g.add("pools", op, [x], [like(x)], options(
                    "Pool2D", padding=padding, strideW=sw, strideH=sh, filterWidth=fw, filterHeight=fh,
                    fusedActivationFunction=ACTIVATIONS[activation]),
                    {"activation": activation, "padding": ["same", "valid"][padding], "strideHeight": sh, "strideWidth": sw,
                     "windowHeight": fh, "windowWidth": fw}, name="%s %s" % (op, kind))


def means(g, rng):
    shapes = [([1, 7, 7, 5], [1, 2]), ([2, 4, 3, 3], [1, 2]), ([2, 3, 4], [0, 2]), ([3, 4, 5], [1]), ([2, 3, 4, 5], [3]), ([5, 6], [0, 1]),
              ([2, 3, 4, 5], [0, 2]), ([1, 1, 1, 8], [1, 2])]
    for index in range(160 if g.large else len(shapes)):
        shape, axes = shapes[index % len(shapes)]
        if g.large and index > 80:
            shape = [int(rng.integers(1, 12)) for _ in shape]
        for kind in EIGHT + (["float32"] if index < 4 else []):
            for keeps in [True, False] if g.large or index == 1 else [index % 2 == 0]:
                fill = "random" if index % 4 else FILLS[index // 4 % 4]
                if kind == "float32":
                    x, out = Tensor(kind, shape, stored(rng, kind, shape)), Tensor(kind, [1])
                else:
                    x = quantized(rng, kind, shape, fill)
                    out = like(x) if index % 3 == 0 else output(rng, kind)
                g.add("means", "MEAN", [x, hidden(axes)], [out], options("Reducer", keepDims=keeps), {"axes": axes, "keepsAxes": keeps},
                      name="mean " + kind)


def softmaxes(g, rng):
    shapes = [[1, 10], [3, 7], [1, 1], [2, 3, 4], [1, 300], [1, 2], [1, 256]]
    if g.large:
        shapes += [[1, 1001]] * 10 + [[16, int(rng.integers(2, 100))] for _ in range(60)]
    for index, shape in enumerate(shapes):
        for kind in EIGHT + ["float32"]:
            beta = float(np.float32([1, 1, 0.5, 2][index % 4]))
            if kind == "float32":
                if index > 2:
                    continue
                x, out = Tensor(kind, shape, stored(rng, kind, shape)), Tensor(kind, shape)
            else:
                fill = "all" if shape == [1, 256] else ("alternating" if index == 3 else "random")
                x = quantized(rng, kind, shape, fill, -9, 1)
                out = Tensor(kind, shape, None, 1 / 256, 0 if kind == "uint8" else -128)
            g.add("softmaxes", "SOFTMAX", [x], [out], options("Softmax", beta=beta), {"beta": beta}, name="softmax " + kind)
    for kind in EIGHT:
        x = quantized(rng, kind, [1, 40], "max")
        g.add("softmaxes", "SOFTMAX", [x], [Tensor(kind, [1, 40], None, 1 / 256, 0 if kind == "uint8" else -128)],
              options("Softmax", beta=1.0), {"beta": 1.0}, name="softmax of equals")


def resizes(g, rng):
    sizes = [([1, 3, 4, 2], [6, 8]), ([1, 7, 7, 1], [3, 5]), ([2, 3, 3, 1], [7, 4]), ([1, 1, 1, 4], [2, 3])]
    if g.large:
        sizes += [([1, int(rng.integers(1, 30)), int(rng.integers(1, 30)), int(rng.integers(1, 9))],
                   [int(rng.integers(1, 60)), int(rng.integers(1, 60))]) for _ in range(60)]
    for shape, size in sizes:
        for op, name in [("RESIZE_BILINEAR", "ResizeBilinear"), ("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighbor")]:
            for corners, centers in [(False, False), (True, False), (False, True)]:
                for kind in EIGHT + (["float32"] if shape[0] == 2 or g.large else []):
                    x = Tensor(kind, shape, stored(rng, kind, shape)) if kind == "float32" else quantized(rng, kind, shape)
                    g.add("resizes", op, [x, hidden(size)], [like(x)], options(name, alignCorners=corners, halfPixelCenters=centers),
                          {"alignsCorners": corners, "usesHalfPixelCenters": centers}, name="%s %s" % (name, kind))


def quantizations(g, rng):
    for source in EIGHT:
        for target in EIGHT:
            for index in range(150 if g.large else 2):
                x, out = quantized(rng, source, [256], "all"), output(rng, target)
                if index == 0:
                    out.scale = x.scale
                    out.zero = (x.zero + (128 if target == "uint8" else -128)) if source != target else x.zero
                    if not np.iinfo(TYPES[target]).min <= out.zero <= np.iinfo(TYPES[target]).max:
                        out.zero = 0
                g.add("quantizations", "QUANTIZE", [x], [out], name="%s to %s" % (source, target))
        for index in range(150 if g.large else 2):
            g.add("quantizations", "DEQUANTIZE", [quantized(rng, source, [256], "all")], [Tensor("float32", [256])], name="from " + source)
        for index in range(100 if g.large else 2):
            out = output(rng, source)
            ties = (rng.integers(-300, 300, 40) + 0.5) * np.float32(out.scale)
            values = np.concatenate([rng.normal(0, 64 * out.scale, 30), ties[:40 if g.large else 20], [0, 1e6, -1e6]]).astype(np.float32)
            g.add("quantizations", "QUANTIZE", [Tensor("float32", [len(values)], values)], [out], name="float32 to " + source)
    numbers = {"uint8": stored(rng, "uint8", [32]), "int8": stored(rng, "int8", [32]),
               "int32": np.concatenate([stored(rng, "int32", [20]), [2147483647, -2147483648, 16777217, 123456789]]),
               "int64": np.array([0, 5, -7, 1 << 40, -(1 << 40) - 3]),
               "float32": np.array([0, 1.9, -1.9, 100.5, -100.5, 127.9, -128.0, 3e4, -3e4], np.float32)}
    for source, values in numbers.items():
        for target in TYPES:
            if source == "float32" and target in EIGHT:
                values = np.clip(values, 0, 100)
            g.add("quantizations", "CAST", [Tensor(source, [len(values)], values)], [Tensor(target, [len(values)])],
                  options("Cast", inDataType=CODES[source], outDataType=CODES[target]), name="cast %s to %s" % (source, target))


def movements(g, rng):
    def tensor(kind, shape, same=None):
        if kind not in EIGHT:
            return Tensor(kind, shape, stored(rng, kind, shape))
        t = quantized(rng, kind, shape)
        if same:
            t.scale, t.zero = same.scale, same.zero
        return t
    rounds = 12 if g.large else 1
    for _ in range(rounds):
        for kind, shapes, axis in [("uint8", [[2, 3, 4], [2, 1, 4], [2, 5, 4]], 1), ("int8", [[1, 2, 2, 3], [1, 2, 2, 5]], 3),
                                   ("int32", [[3], [1], [2]], 0), ("float32", [[2, 2], [3, 2]], 0), ("uint8", [[4, 3]] * 6, 1)]:
            xs = []
            for shape in shapes:
                xs.append(tensor(kind, shape, xs[0] if xs else None))
            g.add("movements", "CONCATENATION", xs, [like(xs[0])], options("Concatenation", axis=axis - (len(shapes[0]) if axis == 3 else 0)),
                  {"axis": axis, "activation": "none"}, name="concatenation " + kind)
    for _ in range(30 if g.large else 2):
        xs = [quantized(rng, "uint8", [1, 256, 1], "all"), quantized(rng, "uint8", [1, 256, 2]), quantized(rng, "uint8", [1, 256, 1], "all")]
        out = output(rng, "uint8")
        xs[1].scale, xs[1].zero = out.scale, out.zero
        g.add("movements", "CONCATENATION", xs, [out], options("Concatenation", axis=2), {"axis": 2, "activation": "none"},
              name="rescaling concatenation")
    for kind in ["uint8", "int8", "float32"]:
        x = tensor(kind, [2, 6, 3])
        g.add("movements", "SPLIT", [hidden(1, "int32"), x], [like(x, [2, 2, 3]) for _ in range(3)], options("Split", numSplits=3), {"axis": 1},
              name="split " + kind)
    kinds = ["int8", "uint8", "int32", "float32"] if g.large else ["int8", "float32"]
    for kind in kinds:
        for begin, end, stride in [([0, 1, 0], [2, 4, 3], [1, 1, 1]), ([1, 4, 2], [2, 0, 0], [1, -2, -1]), ([0, 0, 1], [2, 5, 3], [1, 3, 1])]:
            x = tensor(kind, [2, 5, 3])
            extents = [len(range(b, e, s)) for b, e, s in zip(begin, end, stride)]
            g.add("movements", "STRIDED_SLICE", [x, hidden(begin), hidden(end), hidden(stride)], [like(x)], options("StridedSlice"),
                  {"begins": begin, "strides": stride, "extents": extents}, name="slice " + kind)
        x = tensor(kind, [4, 3, 2])
        g.add("movements", "STRIDED_SLICE", [x, hidden([2, 0, 0]), hidden([3, 3, 2]), hidden([1, 1, 1])], [like(x)],
              options("StridedSlice", shrinkAxisMask=1), {"begins": [2, 0, 0], "strides": [1, 1, 1], "extents": [1, 3, 2]},
              name="slice without an axis " + kind)
    for kind in kinds:
        for shape, pads in [([1, 3, 2, 2], [[0, 0], [1, 2], [0, 1], [0, 0]]), ([3, 4], [[2, 0], [1, 3]]), ([1, 2, 1, 3, 2], [[0, 1]] * 5)]:
            x = tensor(kind, shape)
            g.add("movements", "PAD", [x, hidden(pads)], [like(x)], options("Pad"), {"before": [p[0] for p in pads], "after": [p[1] for p in pads]},
                  name="pad " + kind)
    for kind, value in [("int8", -7), ("uint8", 200), ("int32", -123456)]:
        x = tensor(kind, [2, 2])
        v = Tensor(kind, [1], [value], x.scale, x.zero, hidden=True)
        g.add("movements", "PADV2", [x, hidden([[1, 1], [0, 2]]), v], [like(x)], options("PadV2"),
              {"before": [1, 0], "after": [1, 2], "value": value}, name="padv2 " + kind)
    for kind in kinds:
        for shape, permutation in [([2, 3, 4, 5], [0, 3, 1, 2]), ([3, 4], [1, 0]), ([2, 3, 4], [0, 2, 1]), ([2, 3, 2, 3, 2], [4, 0, 3, 1, 2]),
                                   ([1, 4, 1, 3], [0, 2, 1, 3])]:
            x = tensor(kind, shape)
            g.add("movements", "TRANSPOSE", [x, hidden(permutation)], [like(x)], options("Transpose"), {"permutation": permutation},
                  name="transpose " + kind)
    for kind in kinds:
        for axis in [0, 1, 2]:
            xs = [tensor(kind, [2, 3])]
            xs += [tensor(kind, [2, 3], xs[0]) for _ in range(2)]
            g.add("movements", "PACK", xs, [like(xs[0])], options("Pack", valuesCount=3, axis=axis), {"axis": axis}, name="pack " + kind)
        x = tensor(kind, [2, 3, 4])
        g.add("movements", "UNPACK", [x], [like(x, [2, 4]) for _ in range(3)], options("Unpack", num=3, axis=1), {"axis": 1},
              name="unpack " + kind)
    for kind in kinds:
        for out in ["int32", "int64"]:
            for shape, axis in [([3, 7], 1), ([2, 5, 3], 1), ([1, 40], 1)]:
                x = tensor(kind, shape)
                if kind in EIGHT:
                    x.data = (x.data // 50).astype(TYPES[kind])  # equals
                g.add("movements", "ARG_MAX", [x, hidden(axis, "int32")], [Tensor(out, [1])], options("ArgMax", outputType=CODES[out]),
                      {"axis": axis}, name="argmax %s %s" % (kind, out))
    for kind in kinds:
        for shape, depth, count in [([4, 3], 1, 5), ([3, 4, 2], 2, 6), ([2, 3], 2, 4)]:
            x = tensor(kind, shape)
            indices = np.stack([rng.integers(0, shape[i], count) for i in range(depth)], 1)
            g.add("movements", "GATHER_ND", [x, Tensor("int32", [count, depth], indices)], [like(x)], options("GatherNd"), {}, name="gather " + kind)


def detections(g, rng):
    def case(anchors, classes, kind, regular, background, detections, per_anchor, threshold, ties, name):
        columns = classes + background
        centers = rng.uniform(0, 1, (anchors, 2))
        anchor = np.concatenate([centers, rng.uniform(0.05, 0.4, (anchors, 2))], 1).astype(np.float32)
        boxes = rng.normal(0, 1, (1, anchors, 4)).astype(np.float32)
        scores = rng.uniform(0, 1, (1, anchors, columns)).astype(np.float32)
        if ties:
            scores = np.round(scores * 8).astype(np.float32) / 8
        if kind == "uint8":
            def q(values, low, high):
                s = float(np.float32((high - low) / 255))
                z = int(np.clip(round(-low / s), 0, 255))
                return Tensor("uint8", values.shape, np.clip(np.round(values / s) + z, 0, 255), s, z)
            inputs = [q(boxes, -4, 4), q(scores, 0, 1), q(anchor, 0, 1)]
        else:
            inputs = [Tensor("float32", boxes.shape, boxes), Tensor("float32", scores.shape, scores), Tensor("float32", anchor.shape, anchor)]
        inputs[2].constant = True
        custom = {"max_detections": detections, "max_classes_per_detection": per_anchor, "detections_per_class": 7,
                  "use_regular_nms": regular, "nms_score_threshold": float(threshold), "nms_iou_threshold": 0.5, "num_classes": classes,
                  "y_scale": 10.0, "x_scale": 10.0, "h_scale": 5.0, "w_scale": 5.0}
        facts = {"maxDetections": detections, "maxClassesPerDetection": per_anchor, "detectionsPerClass": 7, "usesRegularNMS": regular,
                 "classCount": classes, "scoreThreshold": float(np.float32(threshold)), "iouThreshold": 0.5, "scaleY": 10.0, "scaleX": 10.0,
                 "scaleH": 5.0, "scaleW": 5.0}
        slots = detections * per_anchor
        outs = [Tensor("float32", s) for s in ([1, slots, 4], [1, slots], [1, slots], [1])]
        g.add("detections", "TFLite_Detection_PostProcess", inputs, outs, None, facts, custom, name)

    for kind in ["float32", "uint8"]:
        for regular in [False, True]:
            case(24, 3, kind, regular, 1, 6, 1, 0.3, False, "%s regular %d" % (kind, regular))
            case(40, 2, kind, regular, 0, 8, 1, 0.1, True, "%s ties regular %d" % (kind, regular))
            case(6, 2, kind, regular, 1, 9, 1, 0.9, False, "%s few regular %d" % (kind, regular))
            if g.large:
                for index in range(30):
                    case(int(rng.integers(2, 400)), int(rng.integers(1, 20)), kind, regular, index % 2, int(rng.integers(1, 40)), 1,
                         rng.uniform(0, 0.9), index % 3 == 0, "%s large regular %d" % (kind, regular))
                case(1917, 90, kind, regular, 1, 10, 1, 1e-8, False, "%s full regular %d" % (kind, regular))
        case(12, 4, kind, False, 1, 4, 2, 0.2, False, kind + " two classes an anchor")


def main(folder, large):
    goldens = Goldens(folder, large)
    for index, family in enumerate([elementwise, unary, pools, means, softmaxes, resizes, quantizations, movements, detections]):
        family(goldens, np.random.default_rng([2024, index, int(large)]))
    goldens.write()


if __name__ == "__main__":
    arguments = [a for a in sys.argv[1:] if a != "--large"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    main(arguments[0], "--large" in sys.argv)
