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
        for layer in graph.layers where !layer.kind.takesEitherForm {
            for tensor in layer.inputs { if let tensor { flipped[tensor] = false } }
            for tensor in layer.outputs { flipped[tensor] = false }
        }
        // The output of a reshape may lie in its input's place: both have one form. A change may reach back along a chain.
        var changed = true
        while changed {
            changed = false
            for layer in graph.layers where layer.kind.keepsBytes {
                let touched = layer.inputs.compactMap { $0 } + layer.outputs
                guard touched.contains(where: { flipped[$0] }), !touched.allSatisfy({ flipped[$0] }) else { continue }
                for tensor in touched { flipped[tensor] = false }
                changed = true
            }
        }
        return flipped
    }
}

extension LayerKind {
    /// Whether the layer asks `Preparation` for the form of each tensor.
    fileprivate var takesEitherForm: Bool {
        switch self {
        case .convolution2D, .depthwiseConvolution2D, .transposeConvolution2D, .fullyConnected, .reshape: true
        default: false
        }
    }

    /// Whether the layer's output holds the bytes of its inputs as they are.
    fileprivate var keepsBytes: Bool {
        if case .reshape = self { true } else { false }
    }
}
