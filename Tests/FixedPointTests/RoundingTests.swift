import FixedPoint
import Testing

struct RoundingTests {
    /// The rule as gemmlowp states it: a nudge with the product's sign, then a division that rounds towards zero.
    private func reference(_ a: Int32, _ b: Int32) -> Int32 {
        if a == .min && b == .min { return .max }
        let product = Int64(a) * Int64(b)
        return Int32((product + (product >= 0 ? 1 << 30 : 1 - (1 << 30))) / (1 << 31))
    }

    @Test func highMultiplyEqualsTheRuleWithANudge() {
        let edges: [Int32] = [.min, .min + 1, -(1 << 30), -65537, -3, -2, -1, 0, 1, 2, 3, 65537, 1 << 30, .max - 1, .max]
        for a in edges {
            for b in edges { #expect(FixedPoint.saturatingRoundingDoublingHighMultiply(a, b) == reference(a, b), "\(a) * \(b)") }
        }
        // A linear congruential sequence: the same numbers on each run.
        var state: UInt64 = 2024
        func next() -> Int32 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int32(truncatingIfNeeded: state >> 32)
        }
        for _ in 0..<100_000 {
            let (a, b) = (next(), next())
            if FixedPoint.saturatingRoundingDoublingHighMultiply(a, b) != reference(a, b) { Issue.record("\(a) * \(b)") }
        }
    }

    @Test func tiesOfTheHighMultiplyGoUp() {
        // 2^30 * 1 / 2^31 is a half.
        #expect(FixedPoint.saturatingRoundingDoublingHighMultiply(Int32(1) << 30, 1) == 1)
        #expect(FixedPoint.saturatingRoundingDoublingHighMultiply(-(Int32(1) << 30), 1) == 0)
    }

    @Test func rightShiftRoundsTiesAwayFromZero() {
        let cases: [(Int32, Int32, Int32)] = [
            (5, 1, 3), (-5, 1, -3), (4, 3, 1), (-4, 3, -1), (3, 3, 0), (-3, 3, 0), (7, 0, 7), (-7, 0, -7), (.max, 31, 1), (.min, 31, -1),
            (1 << 30, 31, 1), (-(1 << 30), 31, -1), ((1 << 30) - 1, 31, 0), (.max, 1, 1 << 30), (.min, 1, -(1 << 30)),
        ]
        for (x, exponent, expected) in cases {
            #expect(FixedPoint.roundingDivideByPowerOfTwo(x, exponent: exponent) == expected, "\(x) >> \(exponent)")
        }
    }

    @Test func multiplyEqualsTheMultiplierThatItServes() throws {
        for factor in [0.75, 1.0, 3.999, 0.0001, 1e-9, 1234.5] {
            let multiplier = try #require(QuantizedMultiplier(factor))
            for x: Int32 in [-70_000, -255, -1, 0, 1, 254, 65_025] {
                #expect(
                    multiplier.apply(to: x)
                        == FixedPoint.multiply(
                            x, by: multiplier.multiplier, leftShift: multiplier.leftShift, rightShift: multiplier.rightShift))
                // Two roundings of a half each at most.
                #expect(abs(Double(multiplier.apply(to: x)) - Double(x) * factor) <= 1.0)
            }
        }
    }

    @Test func multiplierMadeOfItsPartsIsTheSame() throws {
        for factor in [0.75, 3.999, 0.0001] {
            let multiplier = try #require(QuantizedMultiplier(factor))
            #expect(QuantizedMultiplier(multiplier: multiplier.multiplier, exponent: multiplier.exponent) == multiplier)
        }
        #expect(QuantizedMultiplier(multiplier: -1, exponent: 0) == nil)
        #expect(QuantizedMultiplier(multiplier: 1, exponent: -32) == nil)
    }
}
