import FixedPoint
import Learning
import Predictions
import Testing

@Suite struct OtherHeadTests {
    private func unit(_ elements: Int64...) throws -> UnitEmbedding { try UnitEmbedding(direction: elements) }

    @Test func theMostVotesWin() throws {
        let head = try NearestNeighbours(["a": [unit(10, 0), unit(10, 1), unit(10, 2)], "b": [unit(10, 4)]], k: 3)
        let judgement = try head.judge(unit(10, 3))
        #expect(head.concepts == ["a", "b"])
        // Neighbours: b at 4, a at 2, a at 1.
        #expect(judgement.best == 0)
        #expect(judgement.scores == [Score(units: 43_690), Score(units: 21_845)])
    }

    @Test func amongEqualVotesTheNearerConceptWins() throws {
        let head = try NearestNeighbours(["a": [unit(10, 0), unit(0, 10)], "b": [unit(10, 4)]], k: 2)
        #expect(try head.judge(unit(10, 3)).best == 1)
        #expect(try head.judge(unit(10, 1)).best == 0)
    }

    @Test func theNoveltyIsTheDistanceToTheNearestSample() throws {
        let head = try NearestNeighbours(["a": [unit(1, 0)], "b": [unit(0, 1)]], k: 1)
        #expect(try head.judge(unit(1, 0)).novelty == 0)
        let judgement = try head.judge(unit(4, 3))
        #expect(abs(Double(judgement.novelty) / 65_536 - 0.2) < 1e-3)
        // What `unknown_below: 0.85` means.
        #expect(judgement.isUnknown(above: Judgement.novelty(ofDot: UnitEmbedding.dot(ofSimilarity: Score(0.85)))))
        #expect(!judgement.isUnknown(above: Judgement.novelty(ofDot: UnitEmbedding.dot(ofSimilarity: Score(0.79)))))
    }

    @Test func moreVotersThanSamplesAreAllSamples() throws {
        #expect(try NearestNeighbours(["a": [unit(1, 0)], "b": [unit(0, 1)]], k: 9).k == 2)
        #expect(throws: LearningError.self) { try NearestNeighbours(["a": [unit(1, 0)]], k: 0) }
        #expect(throws: LearningError.tooFewConcepts(needed: 1, found: 0)) { try NearestNeighbours(["a": []], k: 1) }
    }

    @Test func theOrderOfSamplesDoesNotMatter() throws {
        let samples = try Samples(concepts: 3, each: 12, dimension: 20)
        var random = SeededGenerator(seed: 2)
        let a = try NearestNeighbours(samples.byConcept, k: 5)
        let b = try NearestNeighbours(samples.byConcept.mapValues { random.shuffled($0) }, k: 5)
        for item in samples.all { #expect(try a.judge(item.sample) == b.judge(item.sample)) }
    }

    @Test func everyMethodTellsConceptsApart() throws {
        let samples = try Samples(concepts: 5, each: 20, dimension: 96, spread: 400)
        for method in [HeadMethod.discriminant(.init()), .nearestNeighbours(k: 3), .nearestMean, .imprinting] {
            let head = try method.fit(samples.byConcept)
            #expect(head.concepts == samples.names)
            for item in samples.all {
                let judgement = try head.judge(item.sample)
                #expect(head.concepts[judgement.best] == item.concept, "\(method)")
                #expect(judgement.scores.max() == judgement.scores[judgement.best])
            }
        }
    }

    @Test func aProjectionKeepsWhatTellsConceptsApart() throws {
        let samples = try Samples(concepts: 5, each: 40, dimension: 96)
        let statistics = try samples.statistics()
        let projection = try Projection.fit(statistics, dimension: 16)
        #expect(projection.explained == projection.explained.sorted(by: >))
        #expect((0.5...1).contains(projection.explained.reduce(0, +)))
        let space = try EmbeddingSpace(embedderDigest: "aa", inputDimension: 96, projection: projection)
        #expect(space.dimension == 16)
        var projected: [String: [UnitEmbedding]] = [:]
        for item in samples.all { projected[item.concept, default: []].append(try projection.project(item.sample)) }
        let head = try HeadMethod.discriminant(.init()).fit(projected)
        let right = try projected.flatMap { name, group in try group.filter { head.concepts[try head.judge($0).best] == name } }
        #expect(right.count > 195)
    }

    @Test func aLargeProjectionEqualsTheExactOne() throws {
        // Above 320 dimensions by iteration: the variance it keeps is that of the exact components.
        let samples = try Samples(concepts: 8, each: 60, dimension: 330)
        let statistics = try samples.statistics()
        let projection = try Projection.fit(statistics, dimension: 40)
        var covariance = statistics.totalScatter(.best)
        covariance.mirrorLower()
        let exact = try SymmetricEigen.decompose(covariance).values
        let share = exact.prefix(40).reduce(0, +) / exact.reduce(0, +)
        #expect(projection.explained.reduce(0, +) > share * 0.995)
        #expect(abs(projection.explained[0] - exact[0] / exact.reduce(0, +)) < 1e-9)
        #expect(try Projection.fit(statistics, dimension: 40, .baseline) == projection)
    }

    @Test func projectionsNeedMoreSamplesThanComponents() throws {
        let samples = try Samples(concepts: 2, each: 4, dimension: 10)
        #expect(throws: LearningError.tooFewSamples(needed: 9, found: 8)) { try Projection.fit(samples.statistics(), dimension: 8) }
        #expect(throws: LearningError.cancelled) {
            try Projection.fit(Samples(concepts: 2, each: 6, dimension: 400).statistics(), dimension: 8, isCancelled: { true })
        }
        let good = try Projection.fit(samples.statistics(), dimension: 3)
        #expect(
            try Projection(inputDimension: 10, components: good.components, offsets: good.offsets, explained: good.explained) == good)
        #expect(throws: LearningError.self) {
            try Projection(
                inputDimension: 10, components: good.components.map { $0 / 2 }, offsets: good.offsets, explained: good.explained)
        }
    }
}
