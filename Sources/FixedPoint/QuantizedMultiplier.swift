/// A positive real factor as an integer multiplier in Q31 and a shift, as TFLite computes it: factor = multiplier / 2^31 * 2^exponent.
package struct QuantizedMultiplier: Sendable, Hashable {
    /// 0, or 2^30..<2^31.
    package let multiplier: Int32
    /// 0...31
    package let leftShift: Int32
    /// 0...31
    package let rightShift: Int32

    /// Nil when the factor is negative or not finite.
    ///
    /// The mantissa in 0.5..<1 times 2^31 is rounded half away from zero; a factor below 2^-32 becomes 0. Of a left shift only the low
    /// five bits count, as the shift instructions that TFLite's kernels end in take them: dead branches of real models have output
    /// scales of 1e-35, and their outputs are defined by that.
    package init?(_ factor: Double) {
        guard factor.isFinite, factor >= 0 else { return nil }
        guard factor > 0 else {
            (multiplier, leftShift, rightShift) = (0, 0, 0)
            return
        }
        var exponent = Int(factor.exponent) + 1
        var mantissa = Int64((factor.significand / 2 * 2_147_483_648).rounded(.toNearestOrAwayFromZero))
        if mantissa == 1 << 31 {
            mantissa /= 2
            exponent += 1
        }
        if exponent < -31 { (mantissa, exponent) = (0, 0) }
        multiplier = Int32(mantissa)
        leftShift = Int32(max(exponent, 0) & 31)
        rightShift = Int32(max(-exponent, 0))
    }

    /// x times the factor with two roundings: the doubling high multiply, then the rounding right shift.
    @inlinable
    package func apply(to x: Int32) -> Int32 {
        FixedPoint.multiply(x, by: multiplier, leftShift: leftShift, rightShift: rightShift)
    }
}
