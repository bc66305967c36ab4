import FixedPoint
import Learning
import Testing

@Suite struct ConceptStatisticsTests {
    @Test func theSecondMomentIsTheSumOfProducts() throws {
        let samples = try Samples(concepts: 3, each: 5, dimension: 21)
        let statistics = try samples.statistics()
        for row in 0..<21 {
            for column in 0...row {
                let sum = samples.all.reduce(Int64(0)) { $0 + Int64($1.sample.elements[row]) * Int64($1.sample.elements[column]) }
                #expect(statistics.secondMoment[row * (row + 1) / 2 + column] == sum)
            }
        }
        #expect(statistics.concepts.map(\.name) == ["c0", "c1", "c2"])
        #expect(statistics.sampleCount == 15)
    }

    @Test(arguments: [1, 2, 6, 7, 8, 13, 14, 50]) func allWaysOfComingAndGoingGiveTheSameBits(count: Int) throws {
        let samples = try Samples(concepts: 3, each: count, dimension: 37, seed: 9)
        let more = try Samples(concepts: 5, each: count + 1, dimension: 37, seed: 10)
        let rebuilt = try samples.statistics()
        var random = SeededGenerator(seed: UInt64(count))
        var statistics = try ConceptStatistics(dimension: 37)
        for (concept, sample) in random.shuffled(more.all + samples.all) { try statistics.add(sample, to: concept) }
        for name in random.shuffled(more.names) { try statistics.forget(random.shuffled(more.byConcept[name] ?? []), of: name) }
        #expect(statistics == rebuilt)
    }

    @Test func mergedStatisticsAreThoseOfAllSamples() throws {
        let samples = try Samples(concepts: 4, each: 10, dimension: 16)
        var parts = [try ConceptStatistics(dimension: 16), try ConceptStatistics(dimension: 16)]
        for (index, item) in samples.all.enumerated() { try parts[index % 3 == 0 ? 0 : 1].add(item.sample, to: item.concept) }
        try parts[0].merge(parts[1])
        #expect(try parts[0] == samples.statistics())
    }

    @Test func aRemovedConceptLeavesNoTrace() throws {
        let samples = try Samples(concepts: 3, each: 9, dimension: 40)
        var statistics = try samples.statistics()
        try statistics.remove("c1", samples: samples.byConcept["c1"] ?? [])
        var expected = try ConceptStatistics(dimension: 40)
        for name in ["c0", "c2"] { try expected.add(samples.byConcept[name] ?? [], to: name) }
        #expect(statistics == expected)
    }

    @Test func forgettingWhatWasNeverAddedChangesNothing() throws {
        let samples = try Samples(concepts: 2, each: 3, dimension: 8)
        let first = samples.all[0].sample
        let before = try samples.statistics()
        var statistics = before
        #expect(throws: LearningError.unknownConcept("dog")) { try statistics.forget([first], of: "dog") }
        #expect(throws: LearningError.forgottenSampleWasNotAdded(concept: "c0")) {
            try statistics.forget([first, first, first, first], of: "c0")
        }
        #expect(throws: LearningError.forgottenSampleWasNotAdded(concept: "c0")) { try statistics.forget([first, first, first], of: "c0") }
        #expect(throws: LearningError.forgottenSampleWasNotAdded(concept: "c0")) { try statistics.remove("c0", samples: [first]) }
        #expect(throws: LearningError.dimensionMismatch(expected: 8, found: 2)) {
            try statistics.add([first, try UnitEmbedding(direction: [1, 2])], to: "c0")
        }
        #expect(statistics == before)
    }

    @Test func storedStatisticsThatContradictThemselvesAreRefused() throws {
        let good = try Samples(concepts: 2, each: 3, dimension: 4).statistics()
        #expect(try ConceptStatistics(dimension: 4, concepts: good.concepts, secondMoment: good.secondMoment) == good)
        #expect(throws: LearningError.self) {
            try ConceptStatistics(dimension: 4, concepts: good.concepts.reversed(), secondMoment: good.secondMoment)
        }
        #expect(throws: LearningError.self) { try ConceptStatistics(dimension: 4, concepts: [], secondMoment: good.secondMoment) }
        #expect(throws: LearningError.self) { try ConceptStatistics(dimension: 4, concepts: good.concepts, secondMoment: [1]) }
        let endless = ConceptStatistics.Concept(name: "a", count: 1 << 25, sum: [0, 0, 0, 0])
        #expect(throws: LearningError.self) { try ConceptStatistics(dimension: 4, concepts: [endless], secondMoment: good.secondMoment) }
    }

    @Test func moreSamplesThanTheSumsHoldAreRefused() throws {
        let limit = ConceptStatistics.sampleLimit
        let full = ConceptStatistics.Concept(name: "a", count: limit, sum: [Int64(limit) << 14])
        var statistics = try ConceptStatistics(dimension: 1, concepts: [full], secondMoment: [Int64(limit) << 28])
        let before = statistics
        #expect(throws: LearningError.tooManySamples(limit: limit)) { try statistics.add(try UnitEmbedding(direction: [1]), to: "a") }
        #expect(throws: LearningError.tooManySamples(limit: limit)) { try statistics.merge(before) }
        #expect(statistics == before)
    }

    @Test(arguments: flagSets) func everyKernelGivesTheSameMoment(flags: UInt32) throws {
        let kernels = VectorKernels(flags: flags)
        for dimension in Array(1...10) + [15, 16, 17, 31, 32, 33, 63, 64, 65, 200] {
            // The largest products: all elements at the limits.
            for rowCount in 1...7 {
                let rows = (0..<rowCount * dimension).map { Int16($0 % 3 == 1 ? -16_384 : 16_384) }
                var triangle = [Int64](repeating: 5, count: dimension * (dimension + 1) / 2)
                kernels.addMoment(rows, dimension: dimension, sign: -1, to: &triangle)
                for i in 0..<dimension {
                    for j in 0...i {
                        let sum = (0..<rowCount).reduce(Int64(0)) { $0 + Int64(rows[$1 * dimension + i]) * Int64(rows[$1 * dimension + j]) }
                        #expect(triangle[i * (i + 1) / 2 + j] == 5 - sum)
                    }
                }
            }
        }
    }
}
