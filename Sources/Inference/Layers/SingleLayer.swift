package import ModelGraph
import Tensors

/// Runs one layer of a graph by itself, without a plan: for tests that compare single layers with golden vectors.
///
/// All tensors have a place of their own; scratch memory lies behind them. Not for use in the appliance: it allocates on each call.
package enum SingleLayer {
    /// - Parameter values: the bytes of each tensor that the layer reads and that is no constant, by index.
    /// - Returns: the bytes of the layer's outputs. Memory that the layer has not written holds 0xA5.
    /// - Throws: `InferenceError` when the layer cannot be prepared.
    package static func run(
        _ graph: Graph, layer index: Int = 0, values: [Int: [UInt8]], tier: Tier = .reference
    ) throws(InferenceError) -> [[UInt8]] {
        let align = { (byteCount: Int) in (byteCount + Arena.alignment - 1) / Arena.alignment * Arena.alignment }
        var end = 0
        let regions = graph.tensors.map { tensor -> Region? in
            defer { end += align(tensor.byteCount) }
            return Region(byteOffset: end, byteCount: tensor.byteCount)
        }
        var preparation = Preparation(graph: graph, layer: graph.layers[index], tier: tier, regions: regions, scratchOffset: end)
        let prepared = try preparation.prepareSingle()
        let arena = Arena(byteCount: end + preparation.scratchByteCount)
        var all = arena.mutableSpan(Region(byteOffset: 0, byteCount: arena.byteCount), of: UInt8.self)
        all.update(repeating: 0xA5)
        for (tensor, region) in zip(graph.tensors.indices, regions) {
            guard let region, let bytes = graph.tensors[tensor].constant.map(Array.init) ?? values[tensor] else { continue }
            precondition(bytes.count == region.byteCount, "tensor \(tensor) has \(region.byteCount) bytes")
            var target = arena.mutableSpan(region, of: UInt8.self)
            for offset in bytes.indices { target[offset] = bytes[offset] }
        }
        prepared.run(arena)
        return graph.layers[index].outputs.map { output in
            guard let region = regions[output] else { return [] }
            let span = arena.span(region, of: UInt8.self)
            return span.indices.map { span[$0] }
        }
    }
}

extension Preparation {
    /// The layers of this folder that need no weights.
    fileprivate mutating func prepareSingle() throws(InferenceError) -> any PreparedLayer {
        switch layer.kind {
        case .elementwise(let operation, let activation): try prepareElementwise(operation, activation: activation)
        case .unary(let operation): try prepareUnary(operation)
        case .prelu: try preparePReLU()
        case .concatenation(let axis, let activation): try prepareConcatenation(axis: axis, activation: activation)
        case .split(let axis): try prepareSplit(axis: axis)
        case .stridedSlice(let begins, let strides, let extents):
            try prepareStridedSlice(begins: begins, strides: strides, extents: extents)
        case .pad(let before, let after, let value): try preparePad(before: before, after: after, value: value)
        case .transpose(let permutation): try prepareTranspose(permutation: permutation)
        case .pack(let axis): try preparePack(axis: axis)
        case .unpack(let axis): try prepareUnpack(axis: axis)
        case .averagePool2D(let pool): try prepareAveragePool2D(pool)
        case .maximumPool2D(let pool): try prepareMaximumPool2D(pool)
        case .mean(let axes, let keepsAxes): try prepareMean(axes: axes, keepsAxes: keepsAxes)
        case .softmax(let beta): try prepareSoftmax(beta: beta)
        case .quantize: try prepareQuantize()
        case .dequantize: try prepareDequantize()
        case .cast: try prepareCast()
        case .resizeBilinear(let corners, let centers):
            try prepareResizeBilinear(alignsCorners: corners, usesHalfPixelCenters: centers)
        case .resizeNearestNeighbor(let corners, let centers):
            try prepareResizeNearestNeighbor(alignsCorners: corners, usesHalfPixelCenters: centers)
        case .argMax(let axis): try prepareArgMax(axis: axis)
        case .gatherND: try prepareGatherND()
        case .detectionPostProcess(let options): try prepareDetectionPostProcess(options)
        case .convolution2D, .depthwiseConvolution2D, .transposeConvolution2D, .fullyConnected, .reshape:
            throw unsupported("this kind of layer by itself")
        }
    }
}
