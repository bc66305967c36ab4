import FixedPoint
import Learning
import Predictions
import TestKit
import Testing

@Suite("Stored heads")
struct TrainedHeadTests {
    private static let digest = String(repeating: "e", count: 64)

    private static func samples(_ counts: [String: Int], dimension: Int) throws -> [String: [UnitEmbedding]] {
        var random = SeededGenerator(seed: 5)
        var result: [String: [UnitEmbedding]] = [:]
        for (index, (name, count)) in counts.sorted(by: { $0.key < $1.key }).enumerated() {
            result[name] = try (0..<count).map { _ in try UnitEmbedding(embedding(&random, dimension: dimension, bump: index)) }
        }
        return result
    }

    private static func embedding(_ random: inout SeededGenerator, dimension: Int, bump: Int) -> Embedding {
        let elements = (0..<dimension).map { Int16(random.below(60)) + ($0 % 5 == bump ? 90 : 0) }
        return Embedding(elements: elements, scale: 1, modelDigest: digest)
    }

    private static let methods: [HeadMethod] = [
        .discriminant(DiscriminantSettings(temperature: 2)), .nearestNeighbours(k: 3), .nearestMean, .imprinting,
    ]

    @Test(arguments: methods, [5, 60])
    func aHeadThatWasStoredSaysTheSame(method: HeadMethod, count: Int) throws {
        let space = try EmbeddingSpace(embedderDigest: Self.digest, inputDimension: 20)
        let samples = try Self.samples(["cat": count, "dog": count, "owl": 4], dimension: 20)
        let head = try TrainedHead(
            space: space, method: method, evidence: TrainedHead.evidence(samples, for: method), noveltyLimit: 40_000)
        let again = try TrainedHead(decoding: head.encoded())
        #expect(again.concepts == ["cat", "dog", "owl"])
        #expect(again.noveltyLimit == 40_000)
        #expect(again.encoded() == head.encoded())
        var random = SeededGenerator(seed: 9)
        for index in 0..<20 {
            let embedding = Self.embedding(&random, dimension: 20, bump: index % 4)
            #expect(try again.judge(embedding) == head.judge(embedding))
        }
    }

    @Test func aProjectionIsStoredToo() throws {
        let samples = try Self.samples(["cat": 40, "dog": 40], dimension: 20)
        var statistics = try ConceptStatistics(dimension: 20)
        for (name, group) in samples { try statistics.add(group, to: name) }
        let space = try EmbeddingSpace(
            embedderDigest: Self.digest, inputDimension: 20, projection: Projection.fit(statistics, dimension: 6))
        var random = SeededGenerator(seed: 9)
        let embeddings = (0..<30).map { Self.embedding(&random, dimension: 20, bump: $0 % 2) }
        let projected = ["cat": try embeddings.prefix(15).map(space.unit), "dog": try embeddings.suffix(15).map(space.unit)]
        let method = HeadMethod.discriminant(DiscriminantSettings())
        let head = try TrainedHead(space: space, method: method, evidence: .samples(projected), noveltyLimit: nil)
        let again = try TrainedHead(decoding: head.encoded())
        #expect(again.space == space)
        for embedding in embeddings { #expect(try again.judge(embedding) == head.judge(embedding)) }
    }

    @Test func manySamplesAreKeptAsStatistics() throws {
        let method = HeadMethod.discriminant(DiscriminantSettings())
        guard case .samples = try TrainedHead.evidence(Self.samples(["a": 20, "b": 20], dimension: 20), for: method) else {
            Issue.record("40 samples of 20 elements are less than their statistics")
            return
        }
        guard case .statistics = try TrainedHead.evidence(Self.samples(["a": 30, "b": 30], dimension: 20), for: method) else {
            Issue.record("60 samples of 20 elements are more than their statistics")
            return
        }
    }

    @Test func embeddingsOfAnotherEmbedderAreRefused() throws {
        let space = try EmbeddingSpace(embedderDigest: Self.digest, inputDimension: 20)
        let samples = try Self.samples(["cat": 3, "dog": 3], dimension: 20)
        let head = try TrainedHead(space: space, method: .nearestMean, evidence: .samples(samples), noveltyLimit: nil)
        let other = Embedding(elements: [Int16](repeating: 1, count: 20), scale: 1, modelDigest: "other")
        #expect(throws: LearningError.embedderMismatch(expected: Self.digest, found: "other")) { try head.judge(other) }
    }

    @Test func nothingUnlikeTheSamplesIsKnown() throws {
        let space = try EmbeddingSpace(embedderDigest: Self.digest, inputDimension: 20)
        let samples = try Self.samples(["cat": 3, "dog": 3], dimension: 20)
        let head = try TrainedHead(space: space, method: .nearestNeighbours(k: 1), evidence: .samples(samples), noveltyLimit: 10_000)
        var random = SeededGenerator(seed: 9)
        #expect(try !head.judge(Self.embedding(&random, dimension: 20, bump: 0)).isUnknown)
        #expect(try head.judge(Embedding(elements: (0..<20).map { $0 < 10 ? -90 : 3 }, scale: 1, modelDigest: Self.digest)).isUnknown)
    }

    @Test func damagedBytesAreAnErrorAndNeverMore() throws {
        let space = try EmbeddingSpace(embedderDigest: Self.digest, inputDimension: 8)
        for method in Self.methods {
            let samples = try Self.samples(["cat": 3, "dog": 30], dimension: 8)
            let bytes = try TrainedHead(
                space: space, method: method, evidence: TrainedHead.evidence(samples, for: method), noveltyLimit: 1
            ).encoded()
            #expect(throws: HeadFormatError.notAHead) { try TrainedHead(decoding: []) }
            for length in stride(from: 6, to: bytes.count, by: 7) {
                #expect(throws: HeadFormatError.self) { try TrainedHead(decoding: Array(bytes.prefix(length))) }
            }
            #expect(throws: HeadFormatError.damaged("it goes on behind its end")) { try TrainedHead(decoding: bytes + [0]) }
            var random = SeededGenerator(seed: 1)
            for _ in 0..<2_000 {
                var mutant = bytes
                for _ in 0...random.below(3) { mutant[Int(random.below(UInt64(bytes.count)))] = UInt8(random.below(256)) }
                _ = try? TrainedHead(decoding: mutant)
            }
        }
    }

    @Test func aNewerFormIsNamed() throws {
        let space = try EmbeddingSpace(embedderDigest: Self.digest, inputDimension: 8)
        var bytes = try TrainedHead(
            space: space, method: .nearestMean, evidence: .samples(Self.samples(["cat": 3], dimension: 8)), noveltyLimit: 1
        ).encoded()
        bytes[6] = 9
        #expect(throws: HeadFormatError.version(9)) { try TrainedHead(decoding: bytes) }
    }
}
