import FixedPoint
import Operators
import Predictions
import Settings
import Testing

@Suite struct RandomSamplerTests {
    @Test func generatorGivesThePublishedSequence() {
        // First outputs of SplitMix64 for seed 1234567, as listed with its reference implementation (Rosetta Code, "Pseudo-random
        // numbers/Splitmix64").
        var generator = SeededGenerator(seed: 1_234_567)
        let expected: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ]
        #expect(expected.map { _ in generator.next() } == expected)
    }

    @Test func sameSeedKeepsTheSameItemsInEveryReplay() throws {
        func kept() throws -> [UInt64] {
            var sampler = try rule(RandomSampler.self, "keep: 5%\nseed: 17")
            return (0..<2_000).filter { !sampler.process([seen(("a", 0.5))], moment($0)).isEmpty }
        }
        let first = try kept()
        #expect(try kept() == first)
        #expect(Array(first.prefix(6)) == golden)
        #expect((70...130).contains(first.count), "\(first.count) of 2000 kept at 5 %")
    }

    /// The first frames kept by seed 17 at 5 %: fixed when the operator was written, since replays rest on them.
    private let golden: [UInt64] = [4, 6, 8, 15, 43, 55]

    @Test func allAndNothingAreExact() throws {
        var all = try rule(RandomSampler.self, "keep: 100%")
        var nothing = try rule(RandomSampler.self, "keep: 0%")
        let items = [Prediction](repeating: seen(("a", 0.5)), count: 5_000)
        #expect(all.process(items, moment()).count == 5_000)
        #expect(nothing.process(items, moment()).isEmpty)
    }

    @Test func itemsOfAFrameAreJudgedOneByOne() throws {
        var together = try rule(RandomSampler.self, "keep: 50%\nseed: 3")
        var apart = together
        let items = (0..<100).map { seen(("a", Double($0) / 100)) }
        #expect(together.process(items, moment()) == items.flatMap { apart.process([$0], moment()) })
    }

    @Test func settingsAreCheckedAndExplained() throws {
        #expect(try rule(RandomSampler.self, "keep: 0.5%\nseed: 17").rule == "keeps 0.5% at random, seed 17")
        #expect(
            try issues(RandomSampler.self, "keep: 0.05\nseed: -1") == [
                "w.yaml:1:7: keep: '0.05' is not valid here; write a percentage in 0%...100%, at most four decimals",
                "w.yaml:2:7: seed: '-1' is not valid here; write a whole number in 0...2147483647",
            ])
        #expect(try issues(RandomSampler.self, "{}") == ["w.yaml:1:1: 'keep' is missing; write for example keep: 5%"])
    }
}
