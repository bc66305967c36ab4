import FixedPoint
import Glibc
import Testing

struct ExponentialTests {
    @Test func exponentialIsCloseToTheRealOne() {
        for x in stride(from: Int32(-31) << 26, through: 0, by: 1_000_003) {
            let expected = exp(Double(x) / Double(1 << 26))
            let actual = Double(FixedPoint.exponentialOfNonPositive(x)) / 2_147_483_648
            #expect(abs(actual - expected) < 3e-7, "exp(\(Double(x) / Double(1 << 26)))")
        }
    }

    @Test func exponentialOfZeroIsTheLargestFraction() {
        #expect(FixedPoint.exponentialOfNonPositive(0) == .max)
        #expect(FixedPoint.exponentialOfNonPositive(.min) >= 0)
    }

    @Test func reciprocalIsCloseToTheRealOne() {
        for x in stride(from: Int32(0), through: .max, by: 2_000_003) {
            let expected = 1 / (1 + Double(x) / 2_147_483_648)
            let actual = Double(FixedPoint.reciprocalOfOnePlus(x)) / 2_147_483_648
            #expect(abs(actual - expected) < 1e-8, "1 / (1 + \(x))")
        }
        #expect(abs(FixedPoint.reciprocalOfOnePlus(.max) - (1 << 30)) < 8)
    }

    @Test func reciprocalOfAnIntegerIsAFractionAndAPowerOfTwo() {
        for x: Int32 in [1, 2, 3, 7, 255, 65_536, 1 << 30, .max] {
            let (fraction, bits) = FixedPoint.reciprocal(of: x, integerBits: 31)
            let actual = Double(fraction) / 2_147_483_648 / pow(2, Double(bits))
            #expect(abs(actual * Double(x) - 1) < 1e-8, "1 / \(x)")
        }
    }

    @Test func shiftsSaturate() {
        #expect(FixedPoint.saturatingShiftLeft(Int32(1) << 29, by: 1) == 1 << 30)
        #expect(FixedPoint.saturatingShiftLeft(Int32(1) << 30, by: 1) == .max)
        #expect(FixedPoint.saturatingShiftLeft(-(Int32(1) << 30) - 1, by: 1) == .min)
        #expect(FixedPoint.saturatingShiftLeft(Int16(300), by: 7) == .max)
        #expect(FixedPoint.saturatingShiftLeft(Int16(-300), by: 30) == .min)
        #expect(FixedPoint.saturatingShiftLeft(Int16(0), by: 30) == 0)
    }

    @Test func sixteenBitProductsSaturateOnlyAtTheCorner() {
        #expect(FixedPoint.saturatingRoundingDoublingHighMultiply(Int16.min, Int16.min) == .max)
        #expect(FixedPoint.saturatingDoublingHighMultiply(Int16.min, Int16.min) == .max)
        #expect(FixedPoint.saturatingRoundingDoublingHighMultiply(Int16(1 << 14), Int16(1)) == 1)
        #expect(FixedPoint.saturatingRoundingDoublingHighMultiply(Int16(-(1 << 14)), Int16(1)) == 0)
        #expect(FixedPoint.saturatingDoublingHighMultiply(Int16(-3), Int16(1 << 13)) == 0)
    }
}
