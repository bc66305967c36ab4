import FixedPoint
import Learning
import Predictions
import Testing

@Suite struct DiscriminantTests {
    @Test func conceptsThatDifferAreToldApart() throws {
        let samples = try Samples(concepts: 6, each: 30, dimension: 64)
        let head = try Discriminant.fit(samples.statistics())
        #expect(try samples.accuracy(head) > 0.99)
        let judgement = try head.judge(samples.all[0].sample)
        #expect(abs(judgement.scores.reduce(0) { $0 + $1.units } - 65_536) <= 6)
        #expect(judgement.ranked(head.concepts).first?.name == "c0")
    }

    @Test func theSameStatisticsGiveTheSameBitsOnEveryTier() throws {
        let samples = try Samples(concepts: 3, each: 40, dimension: 130)
        let expected = try Discriminant.fit(samples.statistics(), .init(), .baseline)
        for flags in flagSets {
            let head = try Discriminant.fit(samples.statistics(VectorKernels(flags: flags)), .init(), VectorKernels(flags: flags))
            #expect(head == expected)
            for item in samples.all.prefix(10) { #expect(try head.judge(item.sample) == expected.judge(item.sample)) }
        }
    }

    @Test func distancesAreThoseOfTheCovariance() throws {
        // Two dimensions, by hand: with shrinkage 1 the covariance is a sphere.
        let samples = try Samples(concepts: 2, each: 20, dimension: 2, spread: 300)
        let head = try Discriminant.fit(samples.statistics(), DiscriminantSettings(shrinkage: 1))
        var scatter = 0.0
        var means: [[Double]] = []
        for name in samples.names {
            let group = samples.byConcept[name] ?? []
            let mean = (0..<2).map { index in group.reduce(0.0) { $0 + Double($1.elements[index]) } / Double(group.count) }
            scatter += group.reduce(0.0) { sum, sample in
                sum + (0..<2).reduce(0.0) { $0 + (Double(sample.elements[$1]) - mean[$1]) * (Double(sample.elements[$1]) - mean[$1]) }
            }
            means.append(mean)
        }
        let variance = scatter / 2 / 40
        for item in samples.all {
            let distances = means.map { mean in
                (0..<2).reduce(0.0) { $0 + (Double(item.sample.elements[$1]) - mean[$1]) * (Double(item.sample.elements[$1]) - mean[$1]) }
                    / variance
            }
            let novelty = Double(try head.judge(item.sample).novelty) / 65_536
            #expect(abs(novelty - (distances.min() ?? 0)) < 1e-3)
        }
    }

    @Test func theDualFormIsTheSameHead() throws {
        let samples = try Samples(concepts: 4, each: 6, dimension: 200)
        let full = try Discriminant.fit(samples.statistics())
        let dual = try Discriminant.fitDual(samples.byConcept)
        #expect(dual.concepts == full.concepts)
        for item in samples.all + [("", samples.all[0].sample)] {
            let (a, b) = (try full.judge(item.sample), try dual.judge(item.sample))
            #expect(a.best == b.best)
            for (left, right) in zip(a.scores, b.scores) { #expect(abs(left.units - right.units) <= 1) }
            #expect(abs(a.novelty - b.novelty) <= max(2, a.novelty / 1_000_000))
        }
    }

    @Test func theDualFormDoesNotDependOnTheOrderOfSamples() throws {
        let samples = try Samples(concepts: 3, each: 8, dimension: 100)
        var random = SeededGenerator(seed: 4)
        let shuffled = samples.byConcept.mapValues { random.shuffled($0) }
        #expect(try Discriminant.fitDual(samples.byConcept) == Discriminant.fitDual(shuffled))
    }

    @Test func oneSampleOfEachConceptIsEnough() throws {
        let samples = try Samples(concepts: 3, each: 1, dimension: 50)
        let head = try Discriminant.fit(samples.statistics())
        #expect(try samples.accuracy(head) == 1)
        #expect(try samples.accuracy(Discriminant.fitDual(samples.byConcept)) == 1)
        #expect(try head.judge(samples.all[0].sample).novelty == 0)
    }

    @Test func manyAtOnceAreJudgedAsOneByOne() throws {
        let samples = try Samples(concepts: 3, each: 20, dimension: 70)
        let head = try Discriminant.fit(samples.statistics())
        let list = samples.all.map(\.sample)
        let together: [Judgement] = try head.judge(list)
        for (index, sample) in list.enumerated() { #expect(try head.judge(sample) == together[index]) }
    }

    @Test func strangersAreFartherAwayThanAcquaintances() throws {
        let samples = try Samples(concepts: 5, each: 40, dimension: 64, others: 50)
        let head = try Discriminant.fit(samples.statistics())
        let known = try samples.all.map { try head.judge($0.sample).novelty }.sorted()
        let unknown = try samples.others.map { try head.judge($0).novelty }.sorted()
        #expect(known[known.count * 9 / 10] < unknown[unknown.count / 10])
        let judgement = try head.judge(samples.others[0])
        #expect(judgement.isUnknown(above: judgement.novelty - 1) && !judgement.isUnknown(above: judgement.novelty))
        #expect(!judgement.isUnknown(above: nil))
    }

    @Test func aBackgroundSteadiesTheCovarianceOfFewSamples() throws {
        let samples = try Samples(concepts: 4, each: 2, dimension: 48, others: 400)
        var background = try ConceptStatistics(dimension: 48)
        try background.add(samples.others, to: "background")
        let settings = DiscriminantSettings(background: .init(statistics: background, weight: 48))
        let head = try Discriminant.fit(samples.statistics(), settings)
        #expect(try samples.accuracy(head) == 1)
        #expect(throws: LearningError.self) { try Discriminant.fitDual(samples.byConcept, settings) }
        #expect(try head != Discriminant.fit(samples.statistics()))
    }

    @Test func theLinearLayerRanksAsTheHeadDoes() throws {
        let samples = try Samples(concepts: 4, each: 20, dimension: 32)
        for head in [try Discriminant.fit(samples.statistics()), try Discriminant.fitDual(samples.byConcept)] {
            let layer = head.linearLayer
            for item in samples.all {
                let logits = zip(layer.weights, layer.biases).map { weights, bias in
                    bias + zip(weights, item.sample.elements).reduce(0.0) { $0 + $1.0 * Double($1.1) / 16_384 }
                }
                let scores = Transcendental.softmax(logits)
                for (score, expected) in zip(scores, try head.judge(item.sample).scores) { #expect(abs(score - expected.value) < 1e-4) }
            }
        }
    }

    @Test func priorsFollowTheSamplesOnlyWhenAsked() throws {
        var statistics = try ConceptStatistics(dimension: 2)
        let (a, b) = (try UnitEmbedding(direction: [10, 1]), try UnitEmbedding(direction: [1, 10]))
        let (c, d) = (try UnitEmbedding(direction: [10, 3]), try UnitEmbedding(direction: [3, 10]))
        try statistics.add([a, c, a, c, a, c], to: "common")
        try statistics.add([b, d], to: "rare")
        let middle = try UnitEmbedding(direction: [1, 1])
        let even = try Discriminant.fit(statistics, .init(shrinkage: 1)).judge(middle)
        #expect(even.scores[0] == even.scores[1])
        let uneven = try Discriminant.fit(statistics, .init(shrinkage: 1, priors: .bySamples)).judge(middle)
        #expect(abs(uneven.scores[0].value - 0.75) < 1e-4)
    }

    @Test func leavingASampleOutIsNearlyFittingWithoutIt() throws {
        let samples = try Samples(concepts: 4, each: 25, dimension: 24)
        let head = try Discriminant.fit(samples.statistics())
        let left = try head.leaveOneOut(samples.byConcept)
        #expect(left.count == 100)
        for (index, item) in samples.all.enumerated() where index % 9 == 0 {
            var statistics = try samples.statistics()
            try statistics.forget([item.sample], of: item.concept)
            let without = try Discriminant.fit(statistics).judge(item.sample)
            #expect(abs(Double(left[index].novelty) / Double(without.novelty) - 1) < 0.03)
            #expect(left[index].novelty >= (try head.judge(item.sample).novelty))
            #expect(left[index].noveltyToOthers >= left[index].novelty)
        }
    }

    @Test func settingsThatMakeNoSenseAreRefused() throws {
        let samples = try Samples(concepts: 2, each: 3, dimension: 6)
        let statistics = try samples.statistics()
        for shrinkage in [0, -0.1, 1.1, .nan] {
            #expect(throws: LearningError.self) { try Discriminant.fit(statistics, DiscriminantSettings(shrinkage: shrinkage)) }
        }
        #expect(throws: LearningError.self) { try Discriminant.fit(statistics, DiscriminantSettings(temperature: 0)) }
        #expect(throws: LearningError.tooFewConcepts(needed: 2, found: 1)) {
            try Discriminant.fit(Samples(concepts: 1, each: 3, dimension: 6).statistics())
        }
        #expect(throws: LearningError.tooFewConcepts(needed: 2, found: 0)) { try Discriminant.fitDual([:]) }
        var same = try ConceptStatistics(dimension: 6)
        for name in ["a", "b"] { try same.add(samples.all[0].sample, to: name) }
        #expect(throws: LearningError.noVariation) { try Discriminant.fit(same) }
        #expect(throws: LearningError.dimensionMismatch(expected: 6, found: 1)) {
            try Discriminant.fit(statistics).judge(try UnitEmbedding(direction: [1]))
        }
    }
}
