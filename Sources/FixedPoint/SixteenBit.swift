/// Arithmetic on 16-bit fractions, for HARD_SWISH.
extension FixedPoint {
    /// round(a * b / 2^15), saturated; ties as in the 32-bit function.
    package static func saturatingRoundingDoublingHighMultiply(_ a: Int16, _ b: Int16) -> Int16 {
        if a == b && a == .min { return .max }
        let product = Int32(a) * Int32(b)
        return Int16(truncatingIfNeeded: (product + (product >= 0 ? 1 << 14 : 1 - (1 << 14))) / (1 << 15))
    }

    /// a * b / 2^15 rounded towards zero, saturated.
    package static func saturatingDoublingHighMultiply(_ a: Int16, _ b: Int16) -> Int16 {
        if a == b && a == .min { return .max }
        return Int16(truncatingIfNeeded: Int32(a) * Int32(b) / (1 << 15))
    }

    /// x * 2^exponent, saturated to the range of Int16.
    /// - Parameter exponent: 0 or above.
    package static func saturatingShiftLeft(_ x: Int16, by exponent: Int32) -> Int16 {
        Int16(clamping: Int32(x) << min(exponent, 16))
    }
}

extension QuantizedMultiplier {
    /// A multiplier and its exponent as they are: factor = multiplier / 2^31 * 2^exponent. Nil outside of -31...30.
    package init?(multiplier: Int32, exponent: Int) {
        guard multiplier >= 0, (-31...30).contains(exponent) else { return nil }
        self.multiplier = multiplier
        leftShift = Int32(max(exponent, 0))
        rightShift = Int32(max(-exponent, 0))
    }

    /// The power of two of the factor: `leftShift` or minus `rightShift`.
    package var exponent: Int { Int(leftShift) - Int(rightShift) }

    /// The mantissa in Q15, rounded half up and saturated, for 16-bit arithmetic.
    package var multiplierInSixteenBits: Int16 {
        multiplier >= .max - (1 << 15) ? .max : Int16((multiplier + (1 << 15)) >> 16)
    }
}
