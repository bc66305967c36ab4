import ModelGraph
import Tensors

/// PAD and PADV2: the output is filled with one value, then the input is copied into it.
struct PreparedPad: PreparedLayer {
    let copy: PreparedCopies.Part
    /// The bits of the value, in the low bytes.
    let valueBits: UInt64
    let elementByteCount: Int

    func run(_ arena: borrowing Arena) {
        switch elementByteCount {
        case 1: fill(arena, UInt8(truncatingIfNeeded: valueBits))
        case 4: fill(arena, UInt32(truncatingIfNeeded: valueBits))
        default: fill(arena, valueBits)
        }
        copy.run(arena)
    }

    @inline(__always)
    private func fill<T: BitwiseCopyable>(_ arena: borrowing Arena, _ value: T) {
        var target = arena.mutableSpan(copy.output, of: T.self)
        target.update(repeating: value)
    }
}

extension Preparation {
    /// Output extents are before + input extent + after; `value` is in stored units, nil means the output's zero point (0 for float32).
    mutating func preparePad(before: [Int], after: [Int], value: Int32?) throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try input(0), try output())
        let rank = x.shape.rank
        guard before.count == rank, after.count == rank, y.shape.rank == rank,
            (0..<rank).allSatisfy({
                before[$0] >= 0 && after[$0] >= 0 && before[$0] <= y.shape[$0] && y.shape[$0] - before[$0] - x.shape[$0] == after[$0]
            })
        else { throw unsupported("padding of \(x.shape) to \(y.shape)") }
        let strides = y.shape.strides
        let part = try copyPart(
            input: 0, extents: x.shape.extents, sourceStrides: x.shape.strides, targetStrides: strides,
            targetOffset: zip(strides, before).reduce(0) { $0 + $1.0 * $1.1 })
        let bits: UInt64
        switch y.elementType {
        case .uint8, .int8: bits = UInt64(UInt8(truncatingIfNeeded: value ?? y.quantization?.zeroPoint ?? 0))
        case .int32: bits = UInt64(UInt32(bitPattern: value ?? 0))
        case .int64: bits = UInt64(bitPattern: Int64(value ?? 0))
        // Stored units of a float32 tensor are the bits of the number.
        case .float32: bits = UInt64(UInt32(bitPattern: value ?? 0))
        case .int16, .bool: throw unsupported("padding of \(y.elementType)")
        }
        return PreparedPad(copy: part, valueBits: bits, elementByteCount: y.elementType.byteCount)
    }
}
