import ModelGraph
import Tensors

/// How much memory prepared layers take, before any is allocated: a small file can ask for much, since thin layers are filled up to the
/// kernels' multiples, and many layers may use the same weights.
extension Graph {
    /// At least the bytes of all packed weights and tables, whatever the tier.
    var packedByteCountBound: Int {
        // Bound: a graph has fewer than 2^31 layers, each takes less than 2^40 bytes.
        layers.reduce(0) { $0 + packedByteCountBound(of: $1) }
    }

    private func packedByteCountBound(of layer: Layer) -> Int {
        switch layer.kind {
        case .convolution2D, .transposeConvolution2D, .depthwiseConvolution2D, .fullyConnected:
            return packedWeightByteCount(of: layer)
        case .resizeBilinear, .resizeNearestNeighbor:
            let extents = layer.outputs.first.map { tensors[$0].shape.extents } ?? []
            return Self.fixedByteCount + extents.dropFirst().prefix(2).reduce(0, +) * Self.sampleByteCount
        default:
            // Copies, and tables of 256 bytes, for each part of a concatenation and its kin.
            return Self.fixedByteCount + (layer.inputs.count + layer.outputs.count) * Self.partByteCount
        }
    }

    /// Weights as bytes, filled up with zeros in both directions, with remainders where they need nine bits, and the numbers of each channel.
    private func packedWeightByteCount(of layer: Layer) -> Int {
        guard layer.inputs.count > 1, let weights = layer.inputs[1].map({ tensors[$0].shape }) else { return Self.fixedByteCount }
        let isDepthwise: Bool = if case .depthwiseConvolution2D = layer.kind { true } else { false }
        // Weights have an axis at least, which the graph proved.
        let channelCount = isDepthwise ? weights[weights.rank - 1] : weights[0]
        let depth = weights.elementCount / channelCount
        let rows = Self.filled(channelCount, to: Self.widestPanel)
        let columns = Self.filled(depth, to: Self.largestGroup)
        // 255 = 127 + 127 + 1: at most two remainders for a weight.
        return Self.fixedByteCount + 3 * rows * columns + Self.channelByteCount * Self.filled(rows, to: Kernels.channelFill)
    }

    private static func filled(_ count: Int, to multiple: Int) -> Int { (count + multiple - 1) / multiple * multiple }

    /// A layer's own fields and its fixed tables.
    private static let fixedByteCount = 2_048
    /// The sample of an output position, as the norm and as the kernels hold it.
    private static let sampleByteCount = MemoryLayout<BilinearSample<Int32>>.stride + ResizeMap.sampleByteCount
    /// A part of a layer with many inputs or outputs: its copy, or its table.
    private static let partByteCount = 384
    /// A bias, a multiplier, two shifts and three floats in the kernels' form and as values, and an entry of the channel map.
    private static let channelByteCount = 4 * 4 + 3 * 4 + 4 + 12 + 4
    private static let widestPanel = 32
    private static let largestGroup = 16
}
