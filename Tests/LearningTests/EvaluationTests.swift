import FixedPoint
import Learning
import Predictions
import Testing

@Suite struct EvaluationTests {
    private func trial(_ truth: Int?, _ scores: [Double], novelty: Int64 = 0) -> Trial {
        let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
        return Trial(truth: truth, scores: scores.map { Score($0) }, predicted: best, novelty: novelty)
    }

    // MARK: Reports

    @Test func countsAndRatesAreThoseOfTheDefinition() throws {
        let trials = [
            trial(0, [0.75, 0.25]), trial(0, [0.5, 0.5]), trial(0, [0.25, 0.75]), trial(1, [0.25, 0.75]), trial(nil, [1, 0]),
        ]
        let report = ClassificationReport(trials, names: ["cat", "dog"])
        #expect(report.confusionCounts.map { $0.reduce(0, +) } == [3, 1])
        let dog = report.concepts[1]
        #expect((dog.labelled, dog.truePositives, dog.falseNegatives) == (1, 1, 0))
        #expect(dog.predicted + report.concepts[0].predicted == 4)
        #expect(report.confusionProbabilities == [[0.5, 0.5], [0.25, 0.75]])
        // Of the three pairs, the dog is before two cats and level with one.
        #expect(abs((dog.areaUnderROC ?? 0) - 2.5 / 3) < 1e-12)
        #expect(dog.recall == 1)
        #expect(dog.precision == 1 / Double(dog.predicted))
        #expect(report.labelled == 4)
    }

    @Test func whatCannotBeSaidIsNil() {
        let report = ClassificationReport([trial(0, [1, 0])], names: ["cat", "dog"])
        #expect(report.concepts[1].precision == nil && report.concepts[1].recall == nil && report.concepts[1].f1 == nil)
        #expect(report.concepts[0].areaUnderROC == nil && report.macroAreaUnderROC == nil)
        #expect(report.accuracy == 1 && report.macroF1 == 1)
        #expect(ClassificationReport([], names: ["cat"]).accuracy == nil)
    }

    @Test func theAreaIsTheShareOfOrderedPairs() {
        #expect(Ranking.area([(1, false), (2, true)]) == 1)
        #expect(Ranking.area([(2, false), (1, true)]) == 0)
        #expect(Ranking.area([(1, false), (1, true)]) == 0.5)
        #expect(Ranking.area([(1, true)]) == nil)
        var random = SeededGenerator(seed: 3)
        let items = (0..<200).map { _ in (value: Int64(random.below(30)), isPositive: random.below(3) == 0) }
        var (won, pairs) = (0.0, 0.0)
        for a in items where a.isPositive {
            for b in items where !b.isPositive {
                won += a.value > b.value ? 1 : a.value == b.value ? 0.5 : 0
                pairs += 1
            }
        }
        #expect(Ranking.area(items) == won / pairs)
    }

    // MARK: Thresholds

    @Test func thresholdsReachWhatWasAskedFor() throws {
        let curve = PrecisionRecallCurve([
            (Score(0.9), true), (Score(0.8), false), (Score(0.7), true), (Score(0.7), true), (Score(0.5), false), (Score(0.4), true),
        ])
        #expect(curve.points.map(\.threshold) == [0.9, 0.8, 0.7, 0.5, 0.4].map { Score($0) })
        #expect(curve.points.map(\.recall) == [0.25, 0.25, 0.75, 0.75, 1])
        #expect(curve.point(recallAtLeast: 0.5)?.threshold == Score(0.7))
        #expect(curve.point(recallAtLeast: 1)?.threshold == Score(0.4))
        #expect(curve.point(precisionAtLeast: 0.75)?.threshold == Score(0.7))
        #expect(curve.point(precisionAtLeast: 1)?.threshold == Score(0.9))
        #expect(curve.point(falseAcceptRateAtMost: 0.5)?.threshold == Score(0.7))
        #expect(curve.point(falseAcceptRateAtMost: 0)?.threshold == Score(0.9))
        // Steps of recall 0.25, 0.5 and 0.25 at precisions 1, 3/4 and 4/6.
        #expect(abs(curve.averagePrecision - (0.25 + 0.5 * 0.75 + 0.25 * 4 / 6)) < 1e-12)
        #expect(PrecisionRecallCurve([(Score(0.5), false)]).point(falseAcceptRateAtMost: 0) == nil)
    }

    @Test func aLimitOnNoveltyKeepsTheWantedRate() throws {
        let curve = OpenSetCurve(known: [1, 2, 3, 4, 10], strangers: [5, 6, 7, 20])
        #expect(curve.point(falseAcceptRateAtMost: 0)?.limit == 4)
        #expect(curve.point(falseAcceptRateAtMost: 0)?.falseRejectRate == 0.2)
        #expect(curve.point(falseAcceptRateAtMost: 0.25)?.limit == 5)
        #expect(curve.point(falseRejectRateAtMost: 0)?.limit == 10)
        #expect(curve.point(falseRejectRateAtMost: 0)?.falseAcceptRate == 0.75)
        #expect(curve.points.first?.falseRejectRate == 1)
        #expect(abs((curve.areaUnderROC ?? 0) - 17.0 / 20) < 1e-12)
        #expect(OpenSetCurve(known: [], strangers: []).point(falseAcceptRateAtMost: 1) == nil)
    }

    @Test func theTemperatureIsThatOfTheNoise() {
        // Right three times in four with logits that claim far more: the best temperature makes it 3 / 4.
        let logits = [[Double]](repeating: [20, 0], count: 4)
        let temperature = Temperature.fit(logits: logits, truths: [0, 0, 0, 1])
        let sure = Transcendental.softmax([20 / temperature, 0])[0]
        #expect(abs(sure - 0.75) < 0.02)
        #expect(Temperature.fit(logits: [], truths: []) == 1)
        #expect(abs(Temperature.loss(logits: [[0, 0]], truths: [1], temperature: 1) - 0.693147) < 1e-6)
    }

    // MARK: Parts

    @Test func partsAreStratifiedAndTheSameForASeed() throws {
        let labels = [Int](repeating: 0, count: 23) + [Int](repeating: 1, count: 7) + [2, 2]
        let folds = try Folds.stratified(labels, count: 5, seed: 4)
        #expect(try folds == Folds.stratified(labels, count: 5, seed: 4))
        #expect(try folds != Folds.stratified(labels, count: 5, seed: 5))
        for label in 0...2 {
            let sizes = (0..<5).map { fold in labels.indices.count { labels[$0] == label && folds[$0] == fold } }
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
        }
        let held = try Folds.heldOut(labels, percent: 20)
        #expect((0...2).map { label in labels.indices.count { labels[$0] == label && held[$0] } } == [5, 1, 1])
        #expect(throws: LearningError.self) { try Folds.stratified([1, 2], count: 3) }
        #expect(throws: LearningError.tooFewSamples(needed: 2, found: 1)) { try Folds.heldOut([0, 0, 1], percent: 10) }
    }

    @Test func everySampleIsAskedAboutOnceByAHeadThatHasNotSeenIt() throws {
        let samples = try Samples(concepts: 4, each: 12, dimension: 60, others: 6)
        let validation = try CrossValidation(samples.byConcept, strangers: samples.others)
        var steps: [Int] = []
        let trials = try validation.run(.discriminant(.init()), foldCount: 4) { done, _ in
            steps.append(done)
            return true
        }
        #expect(steps == [0, 1, 2, 3])
        #expect(trials.map(\.truth) == samples.all.map { samples.names.firstIndex(of: $0.concept) } + [Int?](repeating: nil, count: 6))
        // Nearest neighbours would find the sample itself at distance 0.
        let neighbours = try validation.run(.nearestNeighbours(k: 1), foldCount: 4)
        #expect(neighbours.allSatisfy { $0.novelty > 100 })
        let report = ClassificationReport(trials, names: validation.concepts)
        #expect((report.accuracy ?? 0) > 0.9 && (report.macroAreaUnderROC ?? 0) > 0.95)
        #expect((OpenSetCurve(trials).areaUnderROC ?? 0) > 0.9)
        #expect(try validation.run(.discriminant(.init()), foldCount: 4) == trials)
        let held = try validation.runHeldOut(.nearestMean, percent: 25)
        #expect(held.count == 4 * 3 + 6)
        #expect(throws: LearningError.cancelled) { try validation.run(.nearestMean) { _, _ in false } }
        #expect(throws: LearningError.tooFewSamples(needed: 2, found: 1)) {
            try CrossValidation(Samples(concepts: 2, each: 1, dimension: 9).byConcept).run(.nearestMean)
        }
        #expect(throws: LearningError.tooFewConcepts(needed: 2, found: 1)) { try CrossValidation(["a": samples.others]) }
    }

    @Test func leftOutSamplesGiveTemperatureAndLimit() throws {
        let samples = try Samples(concepts: 5, each: 20, dimension: 40, spread: 900)
        let head = try Discriminant.fit(samples.statistics())
        let left = try head.leaveOneOut(samples.byConcept)
        let temperature = Temperature.fit(left)
        #expect((0.06...1024).contains(temperature))
        let losses = [1, temperature].map { Temperature.loss(logits: left.map(\.logits), truths: left.map(\.truth), temperature: $0) }
        #expect(losses[1] <= losses[0])
        let point = try #require(OpenSetCurve(left).point(falseAcceptRateAtMost: 0.05))
        #expect(point.falseAcceptRate <= 0.05)
        #expect(left.count { $0.noveltyToOthers <= point.limit } <= 5)
    }
}
