package import ModelGraph
import Tensors

extension Graph {
    /// How many products of a weight and an activation a layer sums up; 0 for layers without weights. Saturates at Int.max.
    package func multiplyAccumulateCount(_ layer: Layer) -> Int {
        guard let output = layer.outputs.first, layer.inputs.count > 1, let x = layer.inputs[0], let w = layer.inputs[1] else { return 0 }
        let elements: Int
        switch layer.kind {
        // Each output meets the weights of its channel.
        case .convolution2D, .fullyConnected, .depthwiseConvolution2D: elements = output
        // Each input meets the weights of its channel.
        case .transposeConvolution2D: elements = x
        default: return 0
        }
        let shape = tensors[elements].shape
        let weightsPerChannel = tensors[w].shape.elementCount / (shape.extents.last ?? 1)
        let (count, overflow) = shape.elementCount.multipliedReportingOverflow(by: weightsPerChannel)
        return overflow ? .max : count
    }
}

extension Layer {
    /// The kind's name, for tables and messages.
    package var name: String { String(String(describing: kind).prefix { $0 != "(" }) }
}
