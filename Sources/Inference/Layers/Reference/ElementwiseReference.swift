import FixedPoint
import ModelGraph

enum ElementwiseReference {
    /// Bits by which the terms of a quantised sum are shifted left before they are scaled.
    static let sumHeadroom: Int32 = 20

    /// A term of a quantised sum on the common scale.
    /// - Parameter offset: stored value less zero point, -255...255: |offset| << 20 is below 2^28.
    static func scale(_ offset: Int32, _ multiplier: QuantizedMultiplier) -> Int32 {
        multiplier.scale(offset << sumHeadroom)
    }

    /// a + b, quantised.
    @_lifetime(output: copy output)
    static func add(
        _ sum: QuantizedSum, _ broadcast: Broadcast, _ a: Span<UInt8>, _ b: Span<UInt8>, to output: inout MutableSpan<UInt8>
    ) {
        let (first, second) = (sum.first.span, sum.second.span)
        precondition(first.count == 256 && second.count == 256)
        let (multiplier, zeroPoint, range) = (sum.multiplier, sum.zeroPoint, sum.range)
        BroadcastReference.apply(broadcast, a, b, to: &output) { x, y in
            // Bound: each term is below 2^28 in magnitude (a factor of at most 1/2 was applied).
            let total = first[Int(x)] &+ second[Int(y)]
            // Bound: wraps only for scale ratios above 2^24, where the reference's shift wraps as well.
            return UInt8(truncatingIfNeeded: range.clamp(multiplier.scale(total) &+ zeroPoint))
        }
    }

    /// a * b, quantised.
    @_lifetime(output: copy output)
    static func multiply(
        _ product: QuantizedProduct, _ broadcast: Broadcast, _ a: Span<UInt8>, _ b: Span<UInt8>, to output: inout MutableSpan<UInt8>
    ) {
        let (first, second) = (product.first.span, product.second.span)
        precondition(first.count == 256 && second.count == 256)
        let (multiplier, zeroPoint, range) = (product.multiplier, product.zeroPoint, product.range)
        BroadcastReference.apply(broadcast, a, b, to: &output) { x, y in
            // Bound: 255 * 255 for the product; the sum wraps only for absurd scales, as in the reference.
            let value = first[Int(x)] &* second[Int(y)]
            return UInt8(truncatingIfNeeded: range.clamp(multiplier.scale(value) &+ zeroPoint))
        }
    }

    /// a / b, quantised, by a fixed-point reciprocal. A zero divisor gives the zero point; the reference refuses to run.
    @_lifetime(output: copy output)
    static func divide(
        _ quotient: QuantizedQuotient, _ broadcast: Broadcast, _ a: Span<UInt8>, _ b: Span<UInt8>, to output: inout MutableSpan<UInt8>
    ) {
        let (first, second) = (quotient.first.span, quotient.second.span)
        precondition(first.count == 256 && second.count == 256)
        let range = quotient.range
        BroadcastReference.apply(broadcast, a, b, to: &output) { x, y in
            let value = divide(first[Int(x)], by: second[Int(y)], quotient)
            // Bound: wraps only for absurd scales, as in the reference.
            return UInt8(truncatingIfNeeded: range.clamp(value &+ quotient.zeroPoint))
        }
    }

    /// Offsets from the zero points, -255...255.
    private static func divide(_ a: Int32, by b: Int32, _ quotient: QuantizedQuotient) -> Int32 {
        guard b != 0 else { return 0 }
        let numerator = b < 0 ? -a : a
        let (inverse, bitsOverUnit) = FixedPoint.reciprocal(of: abs(b), integerBits: 31)
        // Copies of the sign bit that can be shifted out.
        let headroom = Int32((numerator < 0 ? ~numerator : numerator).leadingZeroBitCount) - 1
        let unscaled = FixedPoint.saturatingRoundingDoublingHighMultiply(numerator << headroom, inverse)
        // 0 or above: headroom is 23 or above and the exponent at most 23. A shift by more than 31 leaves nothing (the reference's
        // result is undefined there).
        let shift = bitsOverUnit + headroom - quotient.exponent
        guard shift <= 31 else { return 0 }
        return FixedPoint.roundingDivideByPowerOfTwo(
            FixedPoint.saturatingRoundingDoublingHighMultiply(unscaled, quotient.multiplier), exponent: shift)
    }

    /// The larger or the smaller stored value; the second when they compare equal or not at all.
    @inline(__always)
    @_lifetime(output: copy output)
    static func extremum<T: Comparable & BitwiseCopyable>(
        _ operation: Elementwise, _ broadcast: Broadcast, _ a: Span<T>, _ b: Span<T>, to output: inout MutableSpan<T>
    ) {
        if operation == .maximum {
            BroadcastReference.apply(broadcast, a, b, to: &output) { $0 > $1 ? $0 : $1 }
        } else {
            BroadcastReference.apply(broadcast, a, b, to: &output) { $0 < $1 ? $0 : $1 }
        }
    }

    @_lifetime(output: copy output)
    static func int32(
        _ operation: Elementwise, lower: Int32, upper: Int32, _ broadcast: Broadcast, _ a: Span<Int32>, _ b: Span<Int32>,
        to output: inout MutableSpan<Int32>
    ) {
        // Bound: all of these wrap around like the reference on two's complement machines.
        switch operation {
        case .add: BroadcastReference.apply(broadcast, a, b, to: &output) { min(upper, max(lower, $0 &+ $1)) }
        case .subtract: BroadcastReference.apply(broadcast, a, b, to: &output) { min(upper, max(lower, $0 &- $1)) }
        case .multiply: BroadcastReference.apply(broadcast, a, b, to: &output) { min(upper, max(lower, $0 &* $1)) }
        case .divide: BroadcastReference.apply(broadcast, a, b, to: &output) { min(upper, max(lower, quotient($0, $1).towardsZero)) }
        case .floorDivide: BroadcastReference.apply(broadcast, a, b, to: &output) { quotient($0, $1).down }
        case .maximum, .minimum: extremum(operation, broadcast, a, b, to: &output)
        }
    }

    /// x / y rounded both ways; 0 when y is 0, and -2^31 / -1 wraps around.
    @inline(__always)
    private static func quotient(_ x: Int32, _ y: Int32) -> (towardsZero: Int32, down: Int32) {
        guard y != 0 else { return (0, 0) }
        let quotient = x.dividedReportingOverflow(by: y).partialValue
        let remainder = x.remainderReportingOverflow(dividingBy: y).partialValue
        // Bound: the quotient is above -2^31 when there is a remainder.
        return (quotient, remainder != 0 && (remainder < 0) != (y < 0) ? quotient &- 1 : quotient)
    }

    @_lifetime(output: copy output)
    static func float32(
        _ operation: Elementwise, _ range: FloatRange, _ broadcast: Broadcast, _ a: Span<Float>, _ b: Span<Float>,
        to output: inout MutableSpan<Float>
    ) {
        switch operation {
        case .add: BroadcastReference.apply(broadcast, a, b, to: &output) { range.clamp($0 + $1) }
        case .subtract: BroadcastReference.apply(broadcast, a, b, to: &output) { range.clamp($0 - $1) }
        case .multiply: BroadcastReference.apply(broadcast, a, b, to: &output) { range.clamp($0 * $1) }
        case .divide: BroadcastReference.apply(broadcast, a, b, to: &output) { range.clamp($0 / $1) }
        case .floorDivide: BroadcastReference.apply(broadcast, a, b, to: &output) { Float((Double($0) / Double($1)).rounded(.down)) }
        case .maximum, .minimum: extremum(operation, broadcast, a, b, to: &output)
        }
    }
}
