import ModelGraph
import Tensors

extension Rewriting {
    /// PAD of an image with its zero point, read by convolutions without padding of their own: they take the margins themselves.
    mutating func foldMargins() {
        for index in layers.indices {
            guard let pad = layers[index], let margins = margins(of: pad), let x = pad.inputs.first ?? nil, let y = pad.outputs.first,
                isInner(y), !readers[y].isEmpty
            else { continue }
            let folded = readers[y].map { reader in layers[reader].flatMap { with(margins, $0, x: x, padded: y) } }
            guard folded.allSatisfy({ $0 != nil }) else { continue }
            for (reader, layer) in zip(readers[y], folded) { layers[reader] = layer }
            layers[index] = nil
        }
    }

    /// Nil when the layer does anything but to surround [N,H,W,C] with zero points.
    private func margins(of layer: Layer) -> Margins? {
        guard case .pad(let before, let after, let value) = layer.kind, before.count == 4, after.count == 4, before[0] == 0, after[0] == 0,
            before[3] == 0, after[3] == 0, let x = layer.inputs.first ?? nil, let y = layer.outputs.first
        else { return nil }
        let (from, to) = (original.tensors[x], original.tensors[y])
        guard from.constant == nil, let quantization = from.quantization, quantization == to.quantization, !quantization.isPerAxis,
            value == nil || value == quantization.zeroPoint
        else { return nil }
        return Margins(top: before[1], bottom: after[1], left: before[2], right: after[2])
    }

    /// The layer on the image without its margins; nil when it reads the padded image otherwise than as a convolution without padding.
    private func with(_ margins: Margins, _ layer: Layer, x: Int, padded: Int) -> Layer? {
        guard layer.inputs.first == padded, layer.inputs.dropFirst().allSatisfy({ $0 != padded }) else { return nil }
        var layer = layer
        layer.inputs[0] = x
        switch layer.kind {
        case .convolution2D(var convolution) where convolution.padding == .valid && convolution.margins == nil:
            convolution.margins = margins
            layer.kind = .convolution2D(convolution)
        case .depthwiseConvolution2D(var convolution, let multiplier) where convolution.padding == .valid && convolution.margins == nil:
            convolution.margins = margins
            layer.kind = .depthwiseConvolution2D(convolution, depthMultiplier: multiplier)
        default: return nil
        }
        return layer
    }
}
