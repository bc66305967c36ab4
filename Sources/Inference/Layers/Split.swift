import ModelGraph
import Tensors

extension Preparation {
    /// Input x; outputs are its parts along `axis`, in order, of any extents that add up to x's.
    mutating func prepareSplit(axis: Int) throws(InferenceError) -> any PreparedLayer {
        let x = try input(0)
        guard axis < x.shape.rank else { throw unsupported("axis \(axis) of \(x.shape)") }
        let step = x.shape.strides[axis] * x.shape[axis]
        let outerCount = x.shape.elementCount / step
        var parts: [PreparedCopies.Part] = []
        var offset = 0
        for index in layer.outputs.indices {
            let y = try output(index)
            guard y.shape.rank == x.shape.rank, (0..<x.shape.rank).allSatisfy({ $0 == axis || x.shape[$0] == y.shape[$0] }) else {
                throw unsupported("\(y.shape) as a part of \(x.shape)")
            }
            let runCount = y.shape.elementCount / outerCount
            parts.append(
                try copyPart(
                    input: 0, output: index, extents: [outerCount, runCount], sourceStrides: [step, 1], sourceOffset: offset,
                    targetStrides: [runCount, 1]))
            offset += runCount
        }
        guard offset == step else { throw unsupported("parts that do not add up to \(x.shape)") }
        return PreparedCopies(parts: parts)
    }
}
