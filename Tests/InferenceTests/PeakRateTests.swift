import Inference
import Testing

@Suite struct PeakRateTests {
    @Test(arguments: Tier.available.filter { $0 != .reference })
    func everyTierHasAPeak(tier: Tier) throws {
        let peaks = PeakRate.measure(tier, for: .milliseconds(2))
        #expect((1...2).contains(peaks.count))
        for peak in peaks {
            #expect(!peak.scheme.isEmpty)
            // From an emulated board to a core of some years from now.
            #expect((1e4...1e13).contains(peak.multiplyAccumulatesPerSecond), "\(peak.scheme)")
        }
    }

    @Test func theReferenceTierHasNone() { #expect(PeakRate.measure(.reference).isEmpty) }

    @Test(arguments: Tier.allCases.filter { !$0.isAvailable })
    func tiersOfOtherCPUsHaveNone(tier: Tier) { #expect(PeakRate.measure(tier).isEmpty) }
}
