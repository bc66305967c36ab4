import ModelGraph
import Tensors

extension Preparation {
    /// Inputs of one shape, stacked along the new `axis` of the output.
    mutating func preparePack(axis: Int) throws(InferenceError) -> any PreparedLayer {
        let y = try output()
        guard axis < y.shape.rank, layer.inputs.count == y.shape[axis] else {
            throw unsupported("\(layer.inputs.count) parts of \(y.shape)")
        }
        var parts: [PreparedCopies.Part] = []
        for index in layer.inputs.indices {
            let x = try input(index)
            try requireShape(x, of: y, without: axis)
            let (inner, step) = (y.shape.strides[axis], y.shape.strides[axis] * y.shape[axis])
            parts.append(
                try copyPart(
                    input: index, extents: [y.shape.elementCount / step, inner], sourceStrides: [inner, 1], targetStrides: [step, 1],
                    targetOffset: index * inner))
        }
        return PreparedCopies(parts: parts)
    }

    /// As many outputs as x has slices along `axis`, which they lack.
    mutating func prepareUnpack(axis: Int) throws(InferenceError) -> any PreparedLayer {
        let x = try input(0)
        guard axis < x.shape.rank, layer.outputs.count == x.shape[axis] else {
            throw unsupported("\(layer.outputs.count) parts of \(x.shape)")
        }
        var parts: [PreparedCopies.Part] = []
        for index in layer.outputs.indices {
            try requireShape(try output(index), of: x, without: axis)
            let (inner, step) = (x.shape.strides[axis], x.shape.strides[axis] * x.shape[axis])
            parts.append(
                try copyPart(
                    input: 0, output: index, extents: [x.shape.elementCount / step, inner], sourceStrides: [step, 1],
                    sourceOffset: index * inner, targetStrides: [inner, 1]))
        }
        return PreparedCopies(parts: parts)
    }

    private func requireShape(_ part: Graph.Tensor, of whole: Graph.Tensor, without axis: Int) throws(InferenceError) {
        var extents = whole.shape.extents
        extents.remove(at: axis)
        guard part.shape.extents == extents else { throw unsupported("\(part.shape) as a slice of \(whole.shape)") }
    }
}
