import FixedPoint
import Testing

@Suite struct QuantizedMultiplierTests {
    @Test func factorsBecomeMantissaAndShift() throws {
        let half = try #require(QuantizedMultiplier(0.5))
        #expect((half.multiplier, half.leftShift, half.rightShift) == (1 << 30, 0, 0))
        let three = try #require(QuantizedMultiplier(3))
        #expect((three.multiplier, three.leftShift, three.rightShift) == (3 << 29, 2, 0))
        #expect(three.apply(to: 7) == 21)
        let small = try #require(QuantizedMultiplier(1.0 / 1024))
        #expect((small.multiplier, small.leftShift, small.rightShift) == (1 << 30, 0, 9))
    }

    @Test func tiesGoAwayFromZero() throws {
        let quarter = try #require(QuantizedMultiplier(0.25))
        #expect([2, -2, 6, -6].map(quarter.apply) == [1, -1, 2, -2])
    }

    @Test func factorsThatRoundToNothingAreZero() throws {
        let nothing = try #require(QuantizedMultiplier(1e-12))
        #expect(nothing.apply(to: .max) == 0)
    }

    @Test func ofAbsurdFactorsOnlyTheLowBitsOfTheShiftCount() throws {
        // 2^36 = 0.5 * 2^37, and 37 is 5 in five bits: seen in LiteRT's reference kernels with an output scale of 1e-35.
        let absurd = try #require(QuantizedMultiplier(0x1p36))
        #expect((absurd.multiplier, absurd.leftShift) == (1 << 30, 5))
        #expect(absurd.apply(to: 3) == 48)
    }

    @Test func negativeAndInfiniteFactorsAreNone() {
        #expect(QuantizedMultiplier(-1) == nil)
        #expect(QuantizedMultiplier(.infinity) == nil)
        #expect(QuantizedMultiplier(.nan) == nil)
    }
}
