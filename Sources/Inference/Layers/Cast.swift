import ModelGraph
import Tensors

/// CAST: the numbers themselves in another type, without regard to quantisation.
struct PreparedCast: PreparedLayer {
    let from: ElementType
    let to: ElementType
    let input: Region
    let output: Region
    let count: Int

    func run(_ arena: borrowing Arena) {
        switch from {
        case .uint8: integers(arena, UInt8.self)
        case .int8: integers(arena, Int8.self)
        case .int32: integers(arena, Int32.self)
        case .int64: integers(arena, Int64.self)
        default: floats(arena)
        }
    }

    @inline(__always)
    private func integers<T: FixedWidthInteger & BitwiseCopyable>(_ arena: borrowing Arena, _ type: T.Type) {
        switch to {
        case .uint8: convert(arena, type) { UInt8(truncatingIfNeeded: $0) }
        case .int8: convert(arena, type) { Int8(truncatingIfNeeded: $0) }
        case .int32: convert(arena, type) { Int32(truncatingIfNeeded: $0) }
        case .int64: convert(arena, type) { Int64(truncatingIfNeeded: $0) }
        default: convert(arena, type) { Float($0) }
        }
    }

    private func floats(_ arena: borrowing Arena) {
        switch to {
        case .uint8: convert(arena, Float.self) { UInt8(truncatingIfNeeded: CastReference.integer($0, 0, 255)) }
        case .int8: convert(arena, Float.self) { Int8(truncatingIfNeeded: CastReference.integer($0, -128, 127)) }
        case .int32: convert(arena, Float.self) { Int32(truncatingIfNeeded: CastReference.integer($0, Int64(Int32.min), Int64(Int32.max))) }
        case .int64: convert(arena, Float.self) { CastReference.integer($0, .min, .max) }
        default: convert(arena, Float.self) { $0 }
        }
    }

    @inline(__always)
    private func convert<T: BitwiseCopyable, U: BitwiseCopyable>(_ arena: borrowing Arena, _ type: T.Type, _ function: (T) -> U) {
        var target = arena.mutableSpan(output, of: U.self)
        CastReference.map(arena.span(input, of: T.self), to: &target, count: count, function)
    }
}

extension Preparation {
    /// Input and output of the same shape, each uint8, int8, int32, int64 or float32. Integers keep their low bits; floats are truncated
    /// and saturated, NaN gives the largest integer.
    mutating func prepareCast() throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try input(0), try output())
        try requireSameCount(x, y)
        for type in [x.elementType, y.elementType] where type == .int16 || type == .bool {
            throw unsupported("a cast from \(x.elementType) to \(y.elementType)")
        }
        return PreparedCast(
            from: x.elementType, to: y.elementType, input: try inputRegion(0), output: try outputRegion(), count: x.shape.elementCount)
    }
}
