import ModelGraph
import Tensors

/// RESHAPE: the same bytes in another shape; nothing at all when the planner put the output in the input's place.
struct PreparedReshape: PreparedLayer {
    let input: Region
    let output: Region

    func run(_ arena: borrowing Arena) {
        guard input != output else { return }
        let source = arena.span(input, of: UInt8.self)
        var target = arena.mutableSpan(output, of: UInt8.self)
        for index in target.indices { target[index] = source[index] }
    }
}

extension Preparation {
    /// Input x and output y of the same element type and number of elements, any shapes.
    mutating func prepareReshape() throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try input(0), try output())
        guard x.elementType == y.elementType, x.shape.elementCount == y.shape.elementCount else {
            throw unsupported("a reshape from \(x.elementType) \(x.shape) to \(y.elementType) \(y.shape)")
        }
        return PreparedReshape(input: try inputRegion(0), output: try outputRegion())
    }
}
