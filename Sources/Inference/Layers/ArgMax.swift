import ModelGraph
import Tensors

/// ARG_MAX along one axis.
struct PreparedArgMax: PreparedLayer {
    let inputType: ElementType
    let outputType: ElementType
    let outerCount: Int
    let extent: Int
    let innerCount: Int
    let input: Region
    let output: Region

    func run(_ arena: borrowing Arena) {
        switch inputType {
        case .uint8: find(arena, UInt8.self)
        case .int8: find(arena, Int8.self)
        case .int32: find(arena, Int32.self)
        default: find(arena, Float.self)
        }
    }

    @inline(__always)
    private func find<T: Comparable & BitwiseCopyable>(_ arena: borrowing Arena, _ type: T.Type) {
        if outputType == .int32 {
            var target = arena.mutableSpan(output, of: Int32.self)
            ArgMaxReference.find(self, arena.span(input, of: T.self), to: &target)
        } else {
            var target = arena.mutableSpan(output, of: Int64.self)
            ArgMaxReference.find(self, arena.span(input, of: T.self), to: &target)
        }
    }
}

extension Preparation {
    /// Input uint8, int8, int32 or float32; output int32 or int64 of the input's shape without `axis`.
    mutating func prepareArgMax(axis: Int) throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try input(0), try output())
        guard axis < x.shape.rank, x.shape.elementCount == y.shape.elementCount * x.shape[axis] else {
            throw unsupported("the largest of \(x.shape) along axis \(axis) to \(y.shape)")
        }
        switch (x.elementType, y.elementType) {
        case (.uint8, .int32), (.int8, .int32), (.int32, .int32), (.float32, .int32), (.uint8, .int64), (.int8, .int64), (.int32, .int64),
            (.float32, .int64):
            break
        default: throw unsupported("the position of the largest \(x.elementType) as \(y.elementType)")
        }
        let innerCount = x.shape.strides[axis]
        return PreparedArgMax(
            inputType: x.elementType, outputType: y.elementType, outerCount: x.shape.elementCount / (innerCount * x.shape[axis]),
            extent: x.shape[axis], innerCount: innerCount, input: try inputRegion(0), output: try outputRegion())
    }
}
