"""Writes a quantised graph as a .tflite FlatBuffer."""
import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

OPS = schema.BuiltinOperator
CODES = {"conv": (OPS.CONV_2D, 3), "depthwise": (OPS.DEPTHWISE_CONV_2D, 3), "add": (OPS.ADD, 2), "mean": (OPS.MEAN, 2),
         "fc": (OPS.FULLY_CONNECTED, 4), "logistic": (OPS.LOGISTIC, 2), "softmax": (OPS.SOFTMAX, 2)}
TYPES = {"int8": schema.TensorType.INT8, "int32": schema.TensorType.INT32}


class Writer:
    """Collects tensors and operators, then packs them."""

    def __init__(self, description):
        self.tensors, self.operators, self.codes = [], [], []
        self.buffers = [schema.BufferT()]
        self.description = description

    def tensor(self, name, shape, kind, scale=None, zero=None, dim=0, values=None):
        """Add a tensor (constant where `values` is given) and return its index."""
        t = schema.TensorT()
        t.name, t.shape, t.type = name, [int(v) for v in shape], TYPES[kind]
        t.buffer = 0
        if values is not None:
            b = schema.BufferT()
            b.data = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
            t.buffer = len(self.buffers)
            self.buffers.append(b)
        if scale is not None:
            q = schema.QuantizationParametersT()
            q.scale = np.atleast_1d(scale).astype(np.float32)
            q.zeroPoint = np.broadcast_to(np.int64(zero), q.scale.shape).astype(np.int64)
            q.quantizedDimension = dim
            t.quantization = q
        self.tensors.append(t)
        return len(self.tensors) - 1

    def operator(self, op, inputs, output, options=None, kind=None):
        """Add an operator; `options` is its schema object and `kind` the union member's name."""
        if op not in self.codes:
            self.codes.append(op)
        o = schema.OperatorT()
        o.opcodeIndex, o.inputs, o.outputs = self.codes.index(op), list(inputs), [output]
        if options is not None:
            o.builtinOptions = options
            o.builtinOptionsType = getattr(schema.BuiltinOptions, kind)
        self.operators.append(o)

    def pack(self, inputs, outputs):
        """The bytes of the file."""
        g = schema.SubGraphT()
        g.name, g.tensors, g.operators = "main", self.tensors, self.operators
        g.inputs, g.outputs = list(inputs), list(outputs)
        m = schema.ModelT()
        m.version, m.description, m.subgraphs, m.buffers = 3, self.description, [g], self.buffers
        m.operatorCodes = []
        for op in self.codes:
            c = schema.OperatorCodeT()
            c.builtinCode, c.version = CODES[op]
            c.deprecatedBuiltinCode = CODES[op][0]
            m.operatorCodes.append(c)
        b = flatbuffers.Builder(1 << 16)
        b.Finish(m.Pack(b), b"TFL3")
        return bytes(b.Output())


def conv_options(layer):
    """CONV_2D or DEPTHWISE_CONV_2D options of a layer (padding SAME)."""
    o = schema.DepthwiseConv2DOptionsT() if layer.depthwise else schema.Conv2DOptionsT()
    o.padding, o.strideW, o.strideH = schema.Padding.SAME, layer.stride, layer.stride
    o.dilationWFactor = o.dilationHFactor = 1
    act = schema.ActivationFunctionType
    o.fusedActivationFunction = act.RELU6 if layer.relu else act.NONE
    if layer.depthwise:
        o.depthMultiplier = 1
    return o, "DepthwiseConv2DOptions" if layer.depthwise else "Conv2DOptions"
