"""Builds models of one operator and runs them with LiteRT's reference kernels; used by make_goldens.py."""
import os, pickle, sys
import flatbuffers
from flatbuffers import flexbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

TYPES = {"uint8": np.uint8, "int8": np.int8, "int32": np.int32, "int64": np.int64, "float32": np.float32}
CODES = {"uint8": schema.TensorType.UINT8, "int8": schema.TensorType.INT8, "int32": schema.TensorType.INT32,
         "int64": schema.TensorType.INT64, "float32": schema.TensorType.FLOAT32}
ACTIVATIONS = {"none": 0, "relu": 1, "reluN1To1": 2, "relu6": 3}


class Tensor:
    """A tensor of a case; `data` is None for an output. A hidden tensor is an operand that Picket's graph has among its options."""

    def __init__(self, kind, shape, data=None, scale=None, zero=None, constant=False, hidden=False):
        self.kind, self.shape, self.scale, self.zero = kind, list(shape), scale, zero
        self.constant, self.hidden = constant or hidden, hidden
        self.data = None if data is None else np.ascontiguousarray(data, TYPES[kind]).reshape(shape)


def build(op, inputs, outputs, options=None, custom=None):
    """The bytes of a model with one operator."""
    tensors, buffers = [], [schema.BufferT()]
    for index, tensor in enumerate(inputs + outputs):
        t = schema.TensorT()
        t.name, t.type, t.shape, t.buffer = "t%d" % index, CODES[tensor.kind], tensor.shape, 0
        if tensor.constant:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(tensor.data.tobytes(), np.uint8)
            t.buffer = len(buffers)
            buffers.append(buffer)
        if tensor.scale is not None:
            q = schema.QuantizationParametersT()
            q.scale, q.zeroPoint = [tensor.scale], [tensor.zero]
            t.quantization = q
        tensors.append(t)
    code = schema.OperatorCodeT()
    if custom is None:
        code.builtinCode = getattr(schema.BuiltinOperator, op)
        code.deprecatedBuiltinCode = min(code.builtinCode, 127)
    else:
        code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.CUSTOM
        code.customCode = op
    code.version = 1
    operator = schema.OperatorT()
    operator.opcodeIndex = 0
    operator.inputs, operator.outputs = list(range(len(inputs))), list(range(len(inputs), len(tensors)))
    if custom is not None:
        operator.customOptions = np.frombuffer(bytes(flexbuffers.Dumps(custom)), np.uint8)
    if options is not None:
        name = type(options).__name__[:-1]
        operator.builtinOptionsType, operator.builtinOptions = getattr(schema.BuiltinOptions, name), options
    graph = schema.SubGraphT()
    graph.tensors, graph.operators = tensors, [operator]
    graph.inputs = [i for i, t in enumerate(inputs) if not t.constant]
    graph.outputs = operator.outputs
    model = schema.ModelT()
    model.version, model.operatorCodes, model.subgraphs, model.buffers = 3, [code], [graph], buffers
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def run(model, values):
    """The outputs of a model, or None. In a process of its own: LiteRT aborts on some models that it cannot serve."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            interpreter = Interpreter(model_content=model, num_threads=1, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)
            interpreter.allocate_tensors()
            for detail, value in zip(interpreter.get_input_details(), values):
                interpreter.set_tensor(detail["index"], value)
            interpreter.invoke()
            results = [np.array(interpreter.get_tensor(d["index"])) for d in interpreter.get_output_details()]
            with os.fdopen(writer, "wb") as out:
                pickle.dump(results, out)
        except (RuntimeError, ValueError) as error:
            print(str(error).strip().split("\n")[0], file=sys.stderr)
        finally:
            sys.stderr.flush()
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as source:
        data = source.read()
    os.waitpid(child, 0)
    return pickle.loads(data) if data else None


def options(kind, **values):
    result = getattr(schema, kind + "OptionsT")()
    for key, value in values.items():
        assert hasattr(result, key), key
        setattr(result, key, value)
    return result
