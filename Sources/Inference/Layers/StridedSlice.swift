import ModelGraph
import Tensors

extension Preparation {
    /// Element i of each axis of the output is element begin + i * stride of the input's; the output may lack axes of extent 1.
    mutating func prepareStridedSlice(
        begins: [Int], strides: [Int], extents: [Int]
    ) throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try input(0), try output())
        guard begins.count == x.shape.rank, strides.count == x.shape.rank, extents.count == x.shape.rank,
            let block = Shape(extents), block.elementCount == y.shape.elementCount,
            (0..<x.shape.rank).allSatisfy({ Self.stays(begins[$0], strides[$0], extents[$0], within: x.shape[$0]) })
        else { throw unsupported("a slice of \(x.shape) into \(y.shape)") }
        let inputStrides = x.shape.strides
        return PreparedCopies(parts: [
            try copyPart(
                input: 0, extents: extents, sourceStrides: zip(inputStrides, strides).map { $0 * $1 },
                sourceOffset: zip(inputStrides, begins).reduce(0) { $0 + $1.0 * $1.1 }, targetStrides: block.strides)
        ])
    }

    private static func stays(_ begin: Int, _ stride: Int, _ extent: Int, within limit: Int) -> Bool {
        guard (0..<limit).contains(begin), abs(stride) <= Shape.maximumExtent else { return false }
        return (0..<limit).contains(begin + (extent - 1) * stride)
    }
}
