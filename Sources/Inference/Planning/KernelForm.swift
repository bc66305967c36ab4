import ModelGraph
import Tensors

/// Which tensors lie in the arena in the kernels' own form: with the other sign than in the file.
///
/// Byte kernels multiply unsigned activations on x86_64 and signed ones on arm64. A tensor of the other kind is kept with its sign bit
/// flipped, which moves its zero point by 128 and changes nothing else, as long as every layer that touches it knows: those that do are
/// listed here. Inputs and outputs of the graph keep the file's form.
enum KernelForm {
    /// One a tensor.
    static func flippedTensors(of graph: Graph) -> [Bool] {
        var flipped = graph.tensors.map { $0.constant == nil && $0.elementType == (Kernels.readsSigned ? .uint8 : .int8) }
        for tensor in graph.inputs + graph.outputs { flipped[tensor] = false }
        for layer in graph.layers where !layer.kind.takesEitherForm || graph.hasWiderTensors(layer) {
            for tensor in layer.inputs { if let tensor { flipped[tensor] = false } }
            for tensor in layer.outputs { flipped[tensor] = false }
        }
        // A change may reach back along a chain of layers that keep the form.
        var changed = true
        while changed {
            changed = false
            for layer in graph.layers where layer.kind.keepsForm {
                let touched = (layer.inputs.compactMap { $0 } + layer.outputs).filter { graph.tensors[$0].elementType.byteCount == 1 }
                guard touched.contains(where: { flipped[$0] }), !touched.allSatisfy({ flipped[$0] }) else { continue }
                for tensor in touched { flipped[tensor] = false }
                changed = true
            }
            for layer in graph.layers {
                guard case .concatenation = layer.kind, layer.outputs.contains(where: { flipped[$0] }) else { continue }
                let quantizations = (layer.inputs.compactMap { $0 } + layer.outputs).map { graph.tensors[$0].quantization }
                guard quantizations.contains(where: { $0 != quantizations[0] }) else { continue }
                for tensor in layer.inputs.compactMap({ $0 }) + layer.outputs { flipped[tensor] = false }
                changed = true
            }
        }
        return flipped
    }
}

extension Graph {
    /// Whether elements of more than a byte go in or come out, weights and biases aside.
    fileprivate func hasWiderTensors(_ layer: Layer) -> Bool {
        let x = layer.inputs.first.flatMap { $0 }
        return ([x].compactMap { $0 } + layer.outputs).contains { tensors[$0].elementType.byteCount > 1 }
    }
}

extension LayerKind {
    /// Whether the layer takes each of its tensors in either form.
    fileprivate var takesEitherForm: Bool {
        switch self {
        case .convolution2D, .depthwiseConvolution2D, .transposeConvolution2D, .fullyConnected, .gate: true
        case .unary(let function): function != .squareRoot
        case .quantize: true
        default: keepsForm
        }
    }

    /// Whether all of the layer's 8-bit tensors must have one form: bytes are moved as they are, compared, or meet in one kernel.
    fileprivate var keepsForm: Bool {
        switch self {
        case .reshape, .concatenation, .split, .stridedSlice, .transpose, .pack, .unpack, .maximumPool2D, .mean, .resizeNearestNeighbor:
            true
        case .pad(_, _, let value): value == nil
        case .elementwise(let operation, _): [.add, .subtract, .multiply].contains(operation)
        default: false
        }
    }
}
