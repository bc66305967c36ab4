/// The integer arithmetic that every kernel equals bit for bit. The rules are those of TFLite's reference kernels (and gemmlowp's
/// `fixedpoint`), stated here in our own words.
package enum FixedPoint {
    /// round(a * b / 2^31), ties away from zero for positive products and towards zero for negative ones, saturated:
    /// only -2^31 * -2^31 saturates, to 2^31 - 1. Equal to the instruction SQRDMULH for all other inputs up to the handling of ties.
    @inlinable
    package static func saturatingRoundingDoublingHighMultiply(_ a: Int32, _ b: Int32) -> Int32 {
        if a == b && a == .min { return .max }
        let product = Int64(a) * Int64(b)
        let nudge: Int64 = product >= 0 ? 1 << 30 : 1 - (1 << 30)
        // The division truncates towards zero, which with the nudge rounds to nearest.
        return Int32(truncatingIfNeeded: (product + nudge) / (1 << 31))
    }

    /// round(x / 2^exponent), ties away from zero.
    /// - Parameter exponent: 0...31.
    @inlinable
    package static func roundingDivideByPowerOfTwo(_ x: Int32, exponent: Int32) -> Int32 {
        let mask = Int32(truncatingIfNeeded: (Int64(1) << Int64(exponent)) - 1)
        let remainder = x & mask
        let threshold = (mask >> 1) + (x < 0 ? 1 : 0)
        return (x >> exponent) + (remainder > threshold ? 1 : 0)
    }

    /// x * 2^exponent, wrapping as the reference's shift does when the model's scales are absurd.
    @inlinable
    package static func shiftLeft(_ x: Int32, by exponent: Int32) -> Int32 {
        // Bound: the shift drops the bits above 31, like the reference on two's complement machines.
        x &<< exponent
    }
}
