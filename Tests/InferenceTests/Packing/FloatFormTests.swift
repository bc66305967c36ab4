import FixedPoint
import Inference
import Testing

/// Forms in single precision equal the norm, or there is none.
@Suite struct FloatFormTests {
    private func facts(
        _ factor: Double, _ sums: ClosedRange<Int64>, zeroPoint: Int32 = 0, minimum: Int32 = 0, maximum: Int32 = 255
    ) throws -> ChannelFacts {
        let multiplier = try #require(QuantizedMultiplier(factor))
        return ChannelFacts(multiplier: multiplier, sums: sums, zeroPoint: zeroPoint, minimum: minimum, maximum: maximum)
    }

    /// Whether the form gives the norm's byte.
    private func agrees(_ facts: ChannelFacts, _ form: FloatForm, at sum: Int64) -> Bool {
        guard facts.sums.contains(sum), let sum = Int32(exactly: sum) else { return true }
        let shifted = sum.addingReportingOverflow(form.biasShift)
        if shifted.overflow { return false }
        return form.stored(shifted.partialValue, minimum: facts.minimum, maximum: facts.maximum) == facts.stored(sum)
    }

    /// Sums at which an output is near its threshold.
    private func nearThresholds(_ facts: ChannelFacts) -> [Int64] {
        let multiplier = facts.multiplier
        let factor = Double(sign: .plus, exponent: multiplier.exponent - 31, significand: 1) * Double(multiplier.multiplier)
        guard factor > 0 else { return [] }
        return (-1...257).flatMap { output in
            let sum = Int64(max(-1e10, min(1e10, (Double(output) - 0.5 - Double(facts.zeroPoint)) / factor)))
            return (-4...4).map { sum + $0 }
        }
    }

    /// The zero points and clamps of real layers.
    private static let clamps: [(zeroPoint: Int32, minimum: Int32, maximum: Int32)] = [
        (0, 0, 255), (128, 0, 255), (128, 128, 255), (3, 3, 231), (255, 0, 255), (141, 0, 255), (74, 0, 255), (127, 100, 140), (60, 90, 90),
        (200, 0, 20), (0, 0, 1), (5, 0, 255),
    ]

    @Test(arguments: 0..<clamps.count) func everySumOfSmallDomainsAgrees(index: Int) throws {
        let clamp = Self.clamps[index]
        var random = SplitMix(seed: 31)
        var search = FloatFormSearch()
        var proven = 0
        for _ in 0..<60 {
            let factor = Double.random(in: 1e-3...0.3, using: &random)
            let middle = Int64.random(in: -2000...2000, using: &random)
            let width = Int64.random(in: 0...6000, using: &random)
            let facts = try facts(
                factor, middle - width...middle + width, zeroPoint: clamp.zeroPoint, minimum: clamp.minimum, maximum: clamp.maximum)
            guard let form = search.form(of: facts) else { continue }
            proven += 1
            let wrong = facts.sums.first { !agrees(facts, form, at: $0) }
            #expect(wrong == nil, "factor \(factor) sums \(facts.sums) \(clamp) \(form)")
        }
        #expect(proven == 60, "all factors that are not tiny have a form")
    }

    @Test(arguments: 0..<clamps.count) func largeDomainsAgreeAtTheThresholdsAndAtTheEnds(index: Int) throws {
        let clamp = Self.clamps[index]
        var random = SplitMix(seed: 32)
        var search = FloatFormSearch()
        for exponent in -16...3 {
            for _ in 0..<40 {
                let factor = Double(sign: .plus, exponent: exponent, significand: Double.random(in: 1..<2, using: &random))
                let width = Int64.random(in: 1...1 << Int64.random(in: 5...29, using: &random), using: &random)
                let middle = Int64.random(in: -width...width, using: &random)
                let facts = try facts(
                    factor, middle - width...middle + width, zeroPoint: clamp.zeroPoint, minimum: clamp.minimum, maximum: clamp.maximum)
                guard let form = search.form(of: facts) else { continue }
                let ends = [facts.sums.lowerBound, facts.sums.upperBound, -1, 0, 1]
                let anywhere = (0..<50).map { _ in Int64.random(in: facts.sums, using: &random) }
                let wrong = (nearThresholds(facts) + ends + anywhere).first { !agrees(facts, form, at: $0) }
                #expect(wrong == nil, "factor \(factor) sums \(facts.sums) \(clamp) \(form)")
            }
        }
    }

    @Test func aChannelThatIsAlwaysTheSameHasAForm() throws {
        var search = FloatFormSearch()
        for (factor, sums) in [(0.0, Int64(-100)...100), (0.001, 5_000_000...6_000_000), (0.001, 7...7)] {
            let facts = try facts(factor, sums, zeroPoint: 128)
            let found = search.form(of: facts)
            let form = try #require(found)
            #expect([sums.lowerBound, sums.upperBound].allSatisfy { agrees(facts, form, at: $0) })
        }
    }

    @Test func sumsThatWrapAroundKeepTheirClampedOutputs() throws {
        // The bias of a dead channel: the sum wraps from one end of Int32 to the other.
        let facts = try facts(0.01, Int64(Int32.min) - 5000...Int64(Int32.min) + 5000, zeroPoint: 10)
        var search = FloatFormSearch()
        let found = search.form(of: facts)
        let form = try #require(found)
        #expect(form.biasShift == 0)
        for sum in [Int32.min, .min + 1, .min + 5000, .max, .max - 5000] {
            #expect(form.stored(sum, minimum: 0, maximum: 255) == facts.stored(sum))
        }
    }

    @Test func channelsWithoutAFormAreRefused() throws {
        func isRefused(_ facts: ChannelFacts) {
            var search = FloatFormSearch()
            let form = search.form(of: facts)
            #expect(form == nil)
        }
        // Thresholds beyond what single precision tells apart.
        isRefused(try facts(1e-6, -200_000_000...200_000_000))
        // A left shift that overflows.
        isRefused(try facts(300, -10_000_000...10_000_000))
        // So narrow steps that the shifts of the second rounding are lost.
        isRefused(try facts(3.3e-5, -16_000_000...16_000_000, zeroPoint: 140))
    }

    @Test func aSearchRemembersNothingWrong() throws {
        // The same multiplier with other clamps, zero points and sums in between.
        var random = SplitMix(seed: 33)
        var search = FloatFormSearch()
        for _ in 0..<300 {
            let clamp = Self.clamps[Int.random(in: 0..<Self.clamps.count, using: &random)]
            let width = Int64.random(in: 1...80_000, using: &random)
            let middle = Int64.random(in: -width...width, using: &random)
            let facts = try facts(
                0.0123, middle - width...middle + width, zeroPoint: clamp.zeroPoint, minimum: clamp.minimum, maximum: clamp.maximum)
            let found = search.form(of: facts)
            let form = try #require(found)
            #expect((nearThresholds(facts) + [facts.sums.lowerBound, facts.sums.upperBound]).allSatisfy { agrees(facts, form, at: $0) })
        }
    }
}
