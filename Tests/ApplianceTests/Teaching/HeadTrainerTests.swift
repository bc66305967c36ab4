import Appliance
import FixedPoint
import FoundationEssentials
import Frames
import Learning
import Predictions
import Samples
import Testing

/// A library of made-up embeddings: each concept is a bump of its own in noise.
private final class Teaching {
    let folder = FileManager.default.temporaryDirectory.path() + "picket-teaching-\(UInt64.random(in: 0...UInt64.max))"
    let library: SampleLibrary
    let head: HeadRecord
    private var random = SeededGenerator(seed: 3)
    private var count = 0
    static let digest = String(repeating: "e", count: 64)

    init() throws {
        library = try SampleLibrary(folder: folder)
        head = try library.head("things", embedderDigest: Self.digest, path: "e.tflite", dimension: 24, scale: 1)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func embedding(bump: Int, noise: UInt64 = 60) -> Embedding {
        let elements = (0..<24).map { Int16(random.below(noise)) + ($0 / 6 == bump ? 100 : 0) }
        return Embedding(elements: elements, scale: 1, modelDigest: Self.digest)
    }

    func teach(_ concept: String?, bump: Int, count: Int, noise: UInt64 = 60) throws {
        let samples = (0..<count).map { _ in
            self.count += 1
            return NewSample(
                concept: concept, pictureDigest: "\(self.count)", box: .wholeFrame, source: "test",
                embedding: embedding(bump: bump, noise: noise))
        }
        _ = try library.add(samples, to: head, wallNanoseconds: 0)
    }

    func train(_ change: (inout HeadTrainer.Options) -> Void = { _ in }) throws -> HeadTrainer.Outcome {
        var options = HeadTrainer.Options()
        change(&options)
        return try HeadTrainer(library, options).train(library.head("things"), wallNanoseconds: 5)
    }

    func used() throws -> TrainedHead { try library.trainedHead(library.head("things")) }
}

@Suite("Training heads")
struct HeadTrainerTests {
    private let teaching: Teaching

    init() throws { teaching = try Teaching() }

    @Test(arguments: HeadTrainer.Options.Method.allCases)
    func whatWasTaughtIsRecognized(method: HeadTrainer.Options.Method) throws {
        try teaching.teach("a", bump: 0, count: 12)
        try teaching.teach("b", bump: 1, count: 12)
        try teaching.teach("c", bump: 2, count: 12)
        let outcome = try teaching.train { $0.method = method }
        #expect(outcome.revision == 1 && outcome.isActive && outcome.earlier == nil)
        #expect(outcome.evaluation.accuracy == 1)
        #expect(outcome.evaluation.folds == 5)
        let head = try teaching.used()
        for (bump, name) in ["a", "b", "c"].enumerated() {
            #expect(try head.judge(teaching.embedding(bump: bump)).concepts[0].name == name)
        }
    }

    @Test func strangersAreUnknownWhenNegativesSayWhereThatBegins() throws {
        try teaching.teach("a", bump: 0, count: 30)
        try teaching.teach("b", bump: 1, count: 30)
        try teaching.teach(nil, bump: 3, count: 10)
        let outcome = try teaching.train()
        #expect(outcome.evaluation.negatives == 10)
        #expect(outcome.evaluation.strangers == "negatives")
        #expect(try #require(outcome.evaluation.falseAcceptRate) <= 0.05)
        let head = try teaching.used()
        #expect(try head.judge(teaching.embedding(bump: 3)).isUnknown)
        #expect(try !head.judge(teaching.embedding(bump: 1)).isUnknown)
    }

    @Test func fewSamplesCallNothingUnknown() throws {
        try teaching.teach("a", bump: 0, count: 1)
        try teaching.teach("b", bump: 1, count: 2)
        let outcome = try teaching.train()
        #expect(outcome.evaluation.noveltyLimit == nil && outcome.evaluation.accuracy == nil && outcome.isActive)
        #expect(try !teaching.used().judge(teaching.embedding(bump: 3)).isUnknown)
    }

    @Test func aRevisionThatDoesWorseIsKeptButNotUsed() throws {
        try teaching.teach("a", bump: 0, count: 20)
        try teaching.teach("b", bump: 1, count: 20)
        _ = try teaching.train()
        // Samples of the one under the name of the other.
        try teaching.teach("a", bump: 1, count: 20)
        let outcome = try teaching.train()
        #expect(outcome.revision == 2 && !outcome.isActive && outcome.earlier?.accuracy == 1)
        #expect(try teaching.library.head("things").activeRevision == 1)
        let forced = try teaching.train { $0.isForced = true }
        #expect(forced.revision == 3 && forced.isActive)
        #expect(try teaching.library.rollBack(teaching.library.head("things")) == 2)
    }

    @Test func aNewConceptIsNoReasonToRefuse() throws {
        try teaching.teach("a", bump: 0, count: 10)
        try teaching.teach("b", bump: 1, count: 10)
        _ = try teaching.train()
        try teaching.teach("c", bump: 2, count: 10)
        #expect(try teaching.train().isActive)
        #expect(try teaching.used().concepts == ["a", "b", "c"])
    }

    @Test func theSameSamplesGiveTheSameHeadInAnyOrder() throws {
        try teaching.teach("a", bump: 0, count: 10)
        try teaching.teach("b", bump: 1, count: 10)
        _ = try teaching.train()
        let samples = try teaching.library.samples(of: teaching.head)
        let embeddings = try teaching.library.embeddings(of: samples, teaching.head)
        let first = try teaching.library.contents(ofRevision: 1, of: teaching.head)
        try teaching.library.forget(samples.prefix(7).map(\.id), from: teaching.head)
        let again = zip(samples, embeddings).prefix(7).map {
            NewSample(concept: $0.concept, pictureDigest: $0.pictureDigest, box: $0.box, source: $0.source, embedding: $1)
        }
        _ = try teaching.library.add(again.reversed(), to: teaching.head, wallNanoseconds: 9)
        _ = try teaching.train { $0.isForced = true }
        let (one, two) = (try TrainedHead(decoding: first), try teaching.used())
        for _ in 0..<20 {
            let embedding = teaching.embedding(bump: 0, noise: 100)
            #expect(try one.judge(embedding) == two.judge(embedding))
        }
    }

    @Test func principalComponentsMakeAShorterHead() throws {
        try teaching.teach("a", bump: 0, count: 20)
        try teaching.teach("b", bump: 1, count: 20)
        let outcome = try teaching.train { $0.components = 4 }
        #expect(outcome.evaluation.accuracy == 1)
        #expect(try teaching.used().space.dimension == 4)
    }

    @Test func whatCannotBeLearnedSaysWhatToAdd() throws {
        let none = #expect(throws: TeachingError.self) { try teaching.train() }
        #expect(none?.description.contains("add samples of another concept") == true)
        try teaching.teach("a", bump: 0, count: 3)
        let one = #expect(throws: TeachingError.self) { try teaching.train() }
        #expect(
            one?.description == "1 concept with samples, at least 2 are needed to tell one from another; add samples of another concept")
        try teaching.teach("b", bump: 1, count: 3)
        let few = #expect(throws: TeachingError.self) { try teaching.train { $0.components = 20 } }
        #expect(few?.description.contains("at least 21 are needed") == true)
        #expect(try teaching.library.revisions(of: teaching.head).isEmpty)
        let untrained = #expect(throws: TeachingError.self) { try teaching.used() }
        #expect(untrained?.description == "head 'things' has not been trained yet; run picket learn train things")
    }

    @Test func trainingCanBeStopped() throws {
        try teaching.teach("a", bump: 0, count: 10)
        try teaching.teach("b", bump: 1, count: 10)
        #expect(throws: TeachingError.learning(.cancelled)) {
            try HeadTrainer(teaching.library, HeadTrainer.Options()).train(teaching.head, wallNanoseconds: 0) { $0 < 0.3 }
        }
        #expect(try teaching.library.revisions(of: teaching.head).isEmpty)
    }
}
