import ModelGraph
import Tensors

extension Preparation {
    /// Axis i of the output is axis permutation[i] of the input.
    mutating func prepareTranspose(permutation: [Int]) throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try input(0), try output())
        guard permutation.sorted() == Array(0..<x.shape.rank), y.shape.extents == permutation.map({ x.shape[$0] }) else {
            throw unsupported("the permutation \(permutation) of \(x.shape) to \(y.shape)")
        }
        let strides = x.shape.strides
        return PreparedCopies(parts: [
            try copyPart(
                input: 0, extents: y.shape.extents, sourceStrides: permutation.map { strides[$0] }, targetStrides: y.shape.strides)
        ])
    }
}
