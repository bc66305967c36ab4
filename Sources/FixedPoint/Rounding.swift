/// The integer arithmetic that every kernel equals bit for bit. The rules are those of TFLite's reference kernels (and gemmlowp's
/// `fixedpoint`), stated here in our own words.
///
/// Public, and not `package` as all else here, for one reason: the compiler does not inline functions of package access into other modules
/// (6.3.1), and these are the innermost loops of several layers.
public enum FixedPoint {
    /// round(a * b / 2^31), ties up, saturated: only -2^31 * -2^31 saturates, to 2^31 - 1. Equal to the instruction SQRDMULH.
    @inlinable @inline(__always)
    public static func saturatingRoundingDoublingHighMultiply(_ a: Int32, _ b: Int32) -> Int32 {
        if a == b && a == .min { return .max }
        // The reference adds 2^30, or 1 - 2^30 to negative products, and divides rounding towards zero. For negative products that is
        // the quotient rounded up, and ceil((p + 1 - 2^30) / 2^31) = floor((p + 2^30) / 2^31): one formula for both signs.
        // Bound: the product of two Int32 is at most 2^62 in magnitude.
        return Int32(truncatingIfNeeded: (Int64(a) &* Int64(b) &+ (1 << 30)) &>> 31)
    }

    /// round(x / 2^exponent), ties away from zero.
    /// - Parameter exponent: 0...31.
    @inlinable @inline(__always)
    public static func roundingDivideByPowerOfTwo(_ x: Int32, exponent: Int32) -> Int32 {
        // Bound: the exponent is below 32, so that masking shifts are shifts; mask >> 1 is below 2^30 and x >> exponent does not reach the
        // limits when there is a remainder to round.
        let mask = Int32(truncatingIfNeeded: (Int64(1) &<< Int64(exponent)) &- 1)
        let threshold = (mask &>> 1) &- (x &>> 31)
        return (x &>> exponent) &+ (x & mask > threshold ? 1 : 0)
    }

    /// x * 2^exponent, wrapping as the reference's shift does when the model's scales are absurd.
    @inlinable @inline(__always)
    public static func shiftLeft(_ x: Int32, by exponent: Int32) -> Int32 {
        // Bound: the shift drops the bits above 31, like the reference on two's complement machines.
        x &<< exponent
    }

    /// x times multiplier / 2^31 * 2^(leftShift - rightShift) with two roundings: the doubling high multiply, then the rounding right
    /// shift. What `QuantizedMultiplier.apply` does.
    /// - Parameters:
    ///   - multiplier: Zero or above, so that the doubling high multiply cannot saturate.
    ///   - leftShift: 0...31
    ///   - rightShift: 0...31
    @inlinable @inline(__always)
    public static func multiply(_ x: Int32, by multiplier: Int32, leftShift: Int32, rightShift: Int32) -> Int32 {
        // Bound: the product of two Int32 is at most 2^62 in magnitude.
        let product = Int64(shiftLeft(x, by: leftShift)) &* Int64(multiplier)
        return roundingDivideByPowerOfTwo(Int32(truncatingIfNeeded: (product &+ (1 << 30)) &>> 31), exponent: rightShift)
    }
}
