import ModelGraph
import Tensors

/// CAST: the numbers themselves in another type, without regard to quantisation.
struct PreparedCast: SplitLayer {
    let from: ElementType
    let to: ElementType
    let input: Region
    let output: Region
    let elements: ElementParts

    var partCount: Int { elements.partCount }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        let range = elements.elements(of: parts)
        switch from {
        case .uint8: integers(arena, range, UInt8.self)
        case .int8: integers(arena, range, Int8.self)
        case .int32: integers(arena, range, Int32.self)
        case .int64: integers(arena, range, Int64.self)
        default: floats(arena, range)
        }
    }

    @inline(__always)
    private func integers<T: FixedWidthInteger & BitwiseCopyable>(_ arena: borrowing Arena, _ range: Range<Int>, _ type: T.Type) {
        switch to {
        case .uint8: convert(arena, range, type) { UInt8(truncatingIfNeeded: $0) }
        case .int8: convert(arena, range, type) { Int8(truncatingIfNeeded: $0) }
        case .int32: convert(arena, range, type) { Int32(truncatingIfNeeded: $0) }
        case .int64: convert(arena, range, type) { Int64(truncatingIfNeeded: $0) }
        default: convert(arena, range, type) { Float($0) }
        }
    }

    private func floats(_ arena: borrowing Arena, _ range: Range<Int>) {
        switch to {
        case .uint8: convert(arena, range, Float.self) { UInt8(truncatingIfNeeded: CastReference.integer($0, 0, 255)) }
        case .int8: convert(arena, range, Float.self) { Int8(truncatingIfNeeded: CastReference.integer($0, -128, 127)) }
        case .int32:
            convert(arena, range, Float.self) { Int32(truncatingIfNeeded: CastReference.integer($0, Int64(Int32.min), Int64(Int32.max))) }
        case .int64: convert(arena, range, Float.self) { CastReference.integer($0, .min, .max) }
        default: convert(arena, range, Float.self) { $0 }
        }
    }

    @inline(__always)
    private func convert<T: BitwiseCopyable, U: BitwiseCopyable>(
        _ arena: borrowing Arena, _ range: Range<Int>, _ type: T.Type, _ function: (T) -> U
    ) {
        var target = arena.mutableSpan(output.elements(range, byteCount: MemoryLayout<U>.stride), of: U.self)
        let source = arena.span(input.elements(range, byteCount: MemoryLayout<T>.stride), of: T.self)
        CastReference.map(source, to: &target, count: range.count, function)
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
            from: x.elementType, to: y.elementType, input: try inputRegion(0), output: try outputRegion(),
            elements: ElementParts(count: x.shape.elementCount, partSize: ElementParts.scalarPartSize))
    }
}
