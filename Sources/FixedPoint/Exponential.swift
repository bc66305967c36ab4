/// Fixed-point functions of the softmax and of the quantised division. Formats are written Qi.f: i integer and f fraction bits beside the
/// sign. The series and the constants are those of gemmlowp's `fixedpoint`, which TFLite's reference kernels use; all results equal theirs.
extension FixedPoint {
    /// x * 2^exponent, saturated to the range of Int32.
    /// - Parameter exponent: 1...30.
    package static func saturatingShiftLeft(_ x: Int32, by exponent: Int32) -> Int32 {
        let threshold: Int32 = (1 << (31 - exponent)) - 1
        if x > threshold { return .max }
        if x < -threshold { return .min }
        return x << exponent
    }

    /// exp(x), rounded as the reference rounds it.
    /// - Parameter x: Q5.26, zero or below.
    /// - Returns: Q0.31; exp(0) is 2^31 - 1.
    package static func exponentialOfNonPositive(_ x: Int32) -> Int32 {
        precondition(x <= 0)
        guard x != 0 else { return .max }
        // x = -(a sum of powers of two from 1/4 up) + (a rest in -1/4..<0): a series for the rest, one factor for each power.
        let quarter: Int32 = 1 << 24
        let rest = (x & (quarter - 1)) - quarter
        let powers = rest - x
        var result = exponentialBetweenMinusQuarterAndZero(saturatingShiftLeft(rest, by: 5))
        // exp(-2^k) in Q0.31 for k from -2.
        let factors: [7 of Int32] = [1_672_461_947, 1_302_514_674, 790_015_084, 290_630_308, 39_332_535, 720_401, 242]
        for index in factors.indices where powers & (quarter << Int32(index)) != 0 {
            result = saturatingRoundingDoublingHighMultiply(result, factors[index])
        }
        return result
    }

    /// exp(x) for x in -1/4..<0, both Q0.31: a Taylor series of four terms around -1/8.
    private static func exponentialBetweenMinusQuarterAndZero(_ x: Int32) -> Int32 {
        let exponentialOfMinusEighth: Int32 = 1_895_147_668
        let third: Int32 = 715_827_883
        let d = x + (1 << 28)
        let d2 = saturatingRoundingDoublingHighMultiply(d, d)
        let d3 = saturatingRoundingDoublingHighMultiply(d2, d)
        let d4 = saturatingRoundingDoublingHighMultiply(d2, d2)
        let cubicTerms = saturatingRoundingDoublingHighMultiply(roundingDivideByPowerOfTwo(d4, exponent: 2) + d3, third)
        let series = d + roundingDivideByPowerOfTwo(cubicTerms + d2, exponent: 1)
        return exponentialOfMinusEighth + saturatingRoundingDoublingHighMultiply(exponentialOfMinusEighth, series)
    }

    /// 1 / (1 + x), by three Newton steps.
    /// - Parameter x: Q0.31, zero or above.
    /// - Returns: Q0.31.
    package static func reciprocalOfOnePlus(_ x: Int32) -> Int32 {
        precondition(x >= 0)
        // (1 + x) / 2 in Q0.31, rounded up on ties.
        let halfDenominator = Int32((Int64(x) + Int64(Int32.max) + 1) / 2)
        // 48/17, -32/17 and 1 in Q2.29.
        let (offset, slope, one): (Int32, Int32, Int32) = (1_515_870_810, -1_010_580_540, 1 << 29)
        var estimate = offset + saturatingRoundingDoublingHighMultiply(halfDenominator, slope)
        for _ in 0..<3 {
            let error = one - saturatingRoundingDoublingHighMultiply(halfDenominator, estimate)
            estimate += saturatingShiftLeft(saturatingRoundingDoublingHighMultiply(estimate, error), by: 2)
        }
        return saturatingShiftLeft(estimate, by: 1)
    }

    /// 1 / x as a fraction and a power of two: 1 / x = result / 2^31 / 2^bitsOverUnit, with x taken as having `integerBits` bits in
    /// front of its binary point.
    /// - Parameter x: 1 or above.
    package static func reciprocal(of x: Int32, integerBits: Int32) -> (fraction: Int32, bitsOverUnit: Int32) {
        precondition(x > 0)
        let headroom = Int32(x.leadingZeroBitCount)
        let normalized = UInt32(bitPattern: x) << UInt32(headroom)
        return (reciprocalOfOnePlus(Int32(normalized - (1 << 31))), integerBits - headroom)
    }
}
