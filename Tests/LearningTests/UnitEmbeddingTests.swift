import FixedPoint
import Learning
import Predictions
import Testing

@Suite struct UnitEmbeddingTests {
    @Test func aVectorAlongOneAxisIsOneThere() throws {
        #expect(try UnitEmbedding(embedding([0, 7, 0])).elements == [0, 16_384, 0])
        #expect(try UnitEmbedding(embedding([-255])).elements == [-16_384])
    }

    @Test func elementsAreRoundedToNearestHalfAwayFromZero() throws {
        // 3/5 and 4/5 of 16 384 are 9830.4 and 13 107.2.
        #expect(try UnitEmbedding(embedding([3, -4])).elements == [9_830, -13_107])
        // 1/sqrt(4) of 16 384.
        #expect(try UnitEmbedding(embedding([1, 1, -1, 1])).elements == [8_192, 8_192, -8_192, 8_192])
        // 16 384 / 32 768 = 0.5, away from zero.
        let half = try UnitEmbedding(direction: [1] + [Int64](repeating: 0, count: 9) + [32_767])
        #expect(half.elements[0] == 1)
    }

    @Test(arguments: [1, 2, 7, 128, 256, 1024, 2048]) func theNormIsOneWhateverTheVector(dimension: Int) throws {
        var random = SeededGenerator(seed: UInt64(dimension))
        for _ in 0..<20 {
            let elements = (0..<dimension).map { _ in Int16(random.below(511)) - 255 }
            guard elements.contains(where: { $0 != 0 }) else { continue }
            let unit = try UnitEmbedding(embedding(elements))
            #expect(abs(Double(unit.dot(unit)) / 268_435_456 - 1) < 0.003)
            let norm = elements.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
            for (element, value) in zip(unit.elements, elements) { #expect(abs(Double(element) - 16_384 * Double(value) / norm) < 0.5001) }
        }
    }

    @Test func scalingAVectorDoesNotChangeItsDirection() throws {
        let small = try UnitEmbedding(direction: [3, -1, 4, 1, -5, 9])
        #expect(try UnitEmbedding(direction: [3, -1, 4, 1, -5, 9].map { $0 * (1 << 20) }) == small)
        #expect(try UnitEmbedding(direction: [3, -1, 4, 1, -5, 9].map { $0 * (1 << 58) }) == small)
        #expect(try UnitEmbedding(embedding([3, -1, 4, 1, -5, 9])) == small)
    }

    @Test func tableAndSingleRootsAgree() throws {
        // The same numbers in a vector shorter than the largest of them, and in one that is padded with zeros.
        let short: [Int16] = [255, -3, 17, 100]
        let padded = short + [Int16](repeating: 0, count: 300)
        #expect(try UnitEmbedding(embedding(padded)).elements.prefix(4).elementsEqual(UnitEmbedding(embedding(short)).elements))
    }

    @Test func aVectorWithoutDirectionIsRefused() {
        #expect(throws: LearningError.zeroEmbedding) { try UnitEmbedding(embedding([0, 0, 0])) }
        #expect(throws: LearningError.unsupportedDimension(0, allowed: 1...2048)) { try UnitEmbedding(embedding([])) }
        #expect(throws: LearningError.unsupportedDimension(2049, allowed: 1...2048)) {
            try UnitEmbedding(embedding([Int16](repeating: 1, count: 2049)))
        }
        #expect(throws: LearningError.zeroEmbedding) { try UnitEmbedding(stored: [1, 2, 3]) }
    }

    @Test func integerRootsAreExact() {
        for root in [UInt64(1), 2, 3, 255, 46_340, 65_535, 65_536, 4_294_967_295] {
            #expect((root * root).integerSquareRoot == root)
            #expect((root * root - 1).integerSquareRoot == root - 1)
        }
        #expect(UInt64.max.integerSquareRoot == 4_294_967_295)
        #expect(UInt64(0).integerSquareRoot == 0)
    }

    @Test func similarityIsTheCosine() throws {
        let a = try UnitEmbedding(embedding([3, 4]))
        let b = try UnitEmbedding(embedding([4, 3]))
        #expect(abs(UnitEmbedding.similarity(ofDot: a.dot(b)).value - 0.96) < 1e-3)
        for units in [-65_536, -1, 0, 1, 40_000, 65_536] as [Int32] {
            let least = UnitEmbedding.dot(ofSimilarity: Score(units: units))
            #expect(UnitEmbedding.similarity(ofDot: least).units == units)
            #expect(UnitEmbedding.similarity(ofDot: least - 1).units == units - 1)
        }
    }

    @Test func embeddingsOfAnotherEmbedderAreTurnedAwayNamingBoth() throws {
        let space = try EmbeddingSpace(embedderDigest: "aa", inputDimension: 3)
        #expect(try space.unit(embedding([0, 0, 5])).elements == [0, 0, 16_384])
        #expect(throws: LearningError.embedderMismatch(expected: "aa", found: "bb")) { try space.unit(embedding([1, 2, 3], digest: "bb")) }
        #expect(throws: LearningError.dimensionMismatch(expected: 3, found: 2)) { try space.unit(embedding([1, 2])) }
        #expect(LearningError.embedderMismatch(expected: "aa", found: "bb").description.contains("bb"))
    }
}
