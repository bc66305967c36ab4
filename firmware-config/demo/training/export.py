"""Quantises a checkpoint to int8 and writes the .tflite and its sidecar.

`python3 export.py pads --checkpoint pads.pt --data DIR --out pads.tflite`

Weights: per channel, symmetric. Activations: per tensor, asymmetric, from the true minimum and maximum over the
calibration pictures. The result is run with LiteRT's reference kernels and compared with the float network.
"""
import argparse
import os

import numpy as np
import torch
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

import data
import models
from tflite_writer import Writer, conv_options

INPUT = (1 / 255, -128)
UNIT = (1 / 256, -128)
SIDECARS = {
    "pads": ("centre-heatmap", "Finds landing pads (square or round, with or without a fiducial marker) seen from above."),
    "pad-state": ("classifier", "State of a landing pad from a crop of its box with a margin of 1.15."),
}


def calibration(kind, frames, spec, count, seed=7):
    """Inputs in 0..1 from training pictures, through the training augmentation."""
    rng = np.random.default_rng(seed)
    if kind == "pads":
        return data.detector_batch(rng, frames, count, spec)[0]
    by_state = [[] for _ in spec["labels"]]
    for i, row in data.state_rows(frames):
        by_state[int(row[4])].append((i, row))
    return data.state_batch(rng, frames, by_state, count, spec)[0]


def ranges(net, inputs):
    """(minimum, maximum) of every tensor over all calibration inputs."""
    found = {}
    with torch.no_grad():
        for k in range(0, len(inputs), 16):
            for name, v in net.values(torch.from_numpy(inputs[k:k + 16])).items():
                low, high = found.get(name, (0.0, 0.0))
                found[name] = (min(low, v.min().item()), max(high, v.max().item()))
    return found


def scale_of(low, high):
    """(scale, zero point) of an int8 tensor that holds low..high."""
    scale = max((high - low) / 255, 1e-6)
    return scale, int(np.clip(round(-128 - low / scale), -128, 127))


def quantised(w, axes):
    """Symmetric int8 weights and their scales; `axes` are reduced."""
    scale = np.maximum(abs(w).max(axis=axes, keepdims=True), 1e-6) / 127
    return np.clip(np.round(w / scale), -127, 127).astype(np.int8), scale.reshape(-1)


def build(net, found, description):
    """The .tflite bytes of a network with calibrated ranges."""
    out = Writer(description)
    H, W = net.spec["input"]
    shapes = {n: v.shape for n, v in net.values(torch.zeros(1, 3, H, W)).items()}
    scales, index = {"input": INPUT}, {}

    def activation(name):
        s = shapes[name]
        shape = (1, s[2], s[3], s[1]) if len(s) == 4 else (1, s[1])
        index[name] = out.tensor(name, shape, "int8", *scales[name])

    activation("input")
    for name, op, inputs in net.graph:
        scales[name] = UNIT if op in ("logistic", "softmax") else scales[inputs[0]] if op == "mean" else scale_of(*found[name])
        activation(name)
        s_in = scales[inputs[0]][0]
        layer = net.layers[name] if name in net.layers else None
        if op == "conv":
            w, b = (t.numpy() for t in layer.folded())
            if layer.depthwise:
                q, s = quantised(w.transpose(1, 2, 3, 0), (0, 1, 2))
            else:
                q, s = quantised(w.transpose(0, 2, 3, 1), (1, 2, 3))
            op = "depthwise" if layer.depthwise else "conv"
            weight = out.tensor(name + "/weight", q.shape, "int8", s, 0, 3 if layer.depthwise else 0, q)
            options, kind = conv_options(layer)
        elif op == "fc":
            q, s = quantised(layer.weight.detach().numpy(), (0, 1))
            b = layer.bias.detach().numpy()
            weight = out.tensor(name + "/weight", q.shape, "int8", s, 0, 0, q)
            options, kind = schema.FullyConnectedOptionsT(), "FullyConnectedOptions"
        if layer is not None:
            bias = out.tensor(name + "/bias", b.shape, "int32", s * s_in, 0, 0, np.round(b / (s * s_in)).astype(np.int32))
            out.operator(op, [index[inputs[0]], weight, bias], index[name], options, kind)
        elif op == "add":
            out.operator("add", [index[i] for i in inputs], index[name], schema.AddOptionsT(), "AddOptions")
        elif op == "mean":
            axes = out.tensor(name + "/axes", (2,), "int32", values=np.array([1, 2], np.int32))
            out.operator("mean", [index[inputs[0]], axes], index[name], schema.ReducerOptionsT(), "ReducerOptions")
        elif op == "softmax":
            options = schema.SoftmaxOptionsT()
            options.beta = 1.0
            out.operator("softmax", [index[inputs[0]]], index[name], options, "SoftmaxOptions")
        else:
            out.operator("logistic", [index[inputs[0]]], index[name])
    return out.pack([index["input"]], [index[o] for o in net.outputs])


class Int8Model:
    """A .tflite under LiteRT's reference kernels: uint8 RGB in, real values out."""

    def __init__(self, path):
        self.run = Interpreter(path, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
        self.run.allocate_tensors()
        self.source, self.sinks = self.run.get_input_details()[0], self.run.get_output_details()
        self.size = tuple(int(v) for v in self.source["shape"][1:3])

    def __call__(self, rgb):
        self.run.set_tensor(self.source["index"], (rgb.astype(np.int16) - 128).astype(np.int8)[None])
        self.run.invoke()
        outs = []
        for d in self.sinks:
            scale, zero = d["quantization"]
            outs.append((self.run.get_tensor(d["index"])[0].astype(np.float32) - zero) * scale)
        return outs


def compare(net, path, inputs):
    """Largest and mean absolute difference of each output against the float network."""
    model = Int8Model(path)
    worst = [[] for _ in net.outputs]
    for x in inputs:
        rgb = np.round(x.transpose(1, 2, 0) * 255).astype(np.uint8)
        with torch.no_grad():
            ref = net(torch.from_numpy(rgb.transpose(2, 0, 1)[None].astype(np.float32) / 255))
        for k, (a, b) in enumerate(zip(model(rgb), ref)):
            b = b[0].permute(1, 2, 0).numpy() if b.ndim == 4 else b[0].numpy()
            worst[k].append(abs(a - b))
    for name, d in zip(net.outputs, worst):
        d = np.array(d)
        print(f"{name}: float against int8, mean |d| {d.mean():.4f}, 99.9 % {np.quantile(d, 0.999):.4f}, largest {d.max():.4f}")


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("model", choices=tuple(SIDECARS))
    ap.add_argument("--checkpoint", required=True)
    ap.add_argument("--data", required=True, nargs="+")
    ap.add_argument("--out", required=True)
    ap.add_argument("--count", type=int, default=256)
    a = ap.parse_args()
    net = models.detector() if a.model == "pads" else models.classifier()
    net.load_state_dict(torch.load(a.checkpoint, weights_only=True))
    net.eval()
    inputs = np.ascontiguousarray(calibration(a.model, data.Frames(*a.data), net.spec, a.count), np.float32)
    head, text = SIDECARS[a.model]
    with open(a.out, "wb") as f:
        f.write(build(net, ranges(net, inputs), text))
    with open(os.path.splitext(a.out)[0] + ".yaml", "w") as f:
        f.write(f"head: {head}\nlabels: [{', '.join(net.spec['labels'])}]\ninput: {{mean: 0, std: 255}}\n"
                f"license: same as this repository\ndescription: {text} Trained on rendered pictures only.\n")
    params, macs = models.cost(net)
    print(f"{a.out}: {os.path.getsize(a.out)} bytes, {params} parameters, {macs / 1e6:.2f} MMAC")
    compare(net, a.out, inputs[:64])


if __name__ == "__main__":
    main()
