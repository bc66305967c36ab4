import Frames
import Learning
import Operators
import Predictions
import Settings
import Testing
import Workflow

/// A catalog with one head, `pets`, taught with an embedder whose vectors have eight elements.
private struct HeadCatalog: ModelCatalog {
    static let digest = String(repeating: "e", count: 64)
    let slot: HeadSlot
    var embedder = HeadCatalog.digest

    init() throws { slot = HeadSlot(name: "pets", try Self.content(["cat": 0, "dog": 1], version: "revision 1")) }

    /// A head that knows each concept by a bump of its own.
    static func content(_ concepts: [String: Int], version: String) throws -> HeadSlot.Content {
        let space = try EmbeddingSpace(embedderDigest: digest, inputDimension: 8)
        let samples = try concepts.mapValues { [try space.unit(embedding(bump: $0))] }
        let head = try TrainedHead(
            space: space, method: .nearestNeighbours(k: 1), evidence: .samples(samples), noveltyLimit: Int64(Score.unitsPerOne) / 4)
        return HeadSlot.Content(head: head, version: version)
    }

    static func embedding(bump: Int) -> Embedding {
        Embedding(elements: (0..<8).map { $0 / 2 == bump ? 100 : 3 }, scale: 1, modelDigest: digest)
    }

    func describe(path: String, labels: [String]?, node: SettingsNode, issues: IssueCollector) -> ModelFacts? {
        ModelFacts(kind: .embedder, labels: [], digest: embedder)
    }

    func head(named name: String, neighbours: Int?, node: SettingsNode, issues: IssueCollector) -> HeadSlot? {
        if name != "pets" { issues.add(at: node, "no head \(name)") }
        return name == "pets" ? slot : nil
    }
}

@Suite("Nodes that use what was learned")
struct HeadNodeTests {
    private static func definition(
        _ keys: String, type: String = "embedding-classifier", _ catalog: HeadCatalog
    ) throws -> (Definition?, [String]) {
        let text = """
            nodes:
              - {id: looks, type: visual-embedder, inputs: [camera], model: e.tflite}
              - {id: which, type: \(type), inputs: [looks]\(keys)}
              - {id: log, type: event-log, inputs: [which]}
            """
        let issues = IssueCollector(file: "site.yaml")
        let root = try SettingsDocument.parse(text, file: "site.yaml")
        let definition = Definition.parse(root: root, catalog: catalog, sinks: SampleSink.types, issues: issues)
        return (definition, issues.issues.map(\.message))
    }

    private static func predictions(_ bump: Int, _ executor: inout Executor<ScriptedRunner>, frame: UInt64) throws -> [Prediction] {
        let frame = Frame(
            sequence: frame, timestamp: Timestamp(nanoseconds: Int64(frame)), wallNanoseconds: 0, format: .rgb24,
            size: Size(width: 1, height: 1), bytesPerRow: 3, bytes: [0, 0, 0])
        return try executor.process(frame).deliveries[0].predictions
    }

    private static func executor(_ definition: Definition, bumps: [Int]) -> Executor<ScriptedRunner> {
        var runner = ScriptedRunner()
        for (frame, bump) in bumps.enumerated() {
            runner.script[0, default: [:]][UInt64(frame)] = [Prediction(box: .wholeFrame, embedding: HeadCatalog.embedding(bump: bump))]
        }
        return Executor(definition, runner: runner)
    }

    @Test func anEmbeddingIsGivenItsConcept() throws {
        let catalog = try HeadCatalog()
        let (definition, issues) = try Self.definition(", head: pets, top: 1", catalog)
        #expect(issues == [])
        var executor = Self.executor(try #require(definition), bumps: [0, 1, 3])
        for (frame, name) in ["cat", "dog", "unknown"].enumerated() {
            let prediction = try #require(try Self.predictions(frame, &executor, frame: UInt64(frame)).first)
            #expect(prediction.concepts.map(\.name) == [name])
            // Later nodes may need it too.
            #expect(prediction.embedding != nil && prediction.box == .wholeFrame)
        }
    }

    @Test func theThresholdOfUnknownCanBeTurnedOff() throws {
        let (definition, issues) = try Self.definition(", head: pets, unknown: never", try HeadCatalog())
        #expect(issues == [])
        var executor = Self.executor(try #require(definition), bumps: [3])
        #expect(try Self.predictions(3, &executor, frame: 0).first?.concepts.contains { $0.name == "unknown" } == false)
    }

    @Test func lowScoresCanBeCalledUnknown() throws {
        let catalog = try HeadCatalog()
        let (definition, issues) = try Self.definition(", head: pets, unknown_below: 1, unknown: never", catalog)
        #expect(issues == [])
        var executor = Self.executor(try #require(definition), bumps: [0])
        // One voter of one: a score of 1.00, which is not below.
        #expect(try Self.predictions(0, &executor, frame: 0).first?.concepts.first?.name == "cat")
    }

    @Test func aHeadThatWasTrainedAnewTakesOverBetweenTwoFrames() throws {
        let catalog = try HeadCatalog()
        var executor = Self.executor(try #require(Self.definition(", head: pets", catalog).0), bumps: [2, 2])
        #expect(try Self.predictions(2, &executor, frame: 0).first?.concepts.first?.name == "unknown")
        catalog.slot.replace(try HeadCatalog.content(["cat": 0, "dog": 1, "owl": 2], version: "revision 2"))
        let outcome = try Self.predictions(2, &executor, frame: 1)
        #expect(outcome.first?.concepts.first?.name == "owl")
        let moment = Moment(sequence: 1, timestamp: Timestamp(nanoseconds: 1), frameSize: Size(width: 1, height: 1))
        let text = executor.explanation(ofItem: 0, atSink: 2, moment).description
        #expect(text.contains("embedding-classifier (head pets revision 2): owl 1.00"))
    }

    @Test func rulesBehindKnowTheConcepts() throws {
        let text = """
            nodes:
              - {id: looks, type: visual-embedder, inputs: [camera], model: e.tflite}
              - {id: which, type: knn-classifier, inputs: [looks], head: pets, k: 3}
              - {id: sure, type: concept-thresholder, inputs: [which], concepts: {catt: '>= 0.5', unknown: '>= 0.5'}}
              - {id: log, type: event-log, inputs: [sure]}
            """
        let issues = IssueCollector(file: "site.yaml")
        _ = Definition.parse(
            root: try SettingsDocument.parse(text, file: "site.yaml"), catalog: try HeadCatalog(), sinks: SampleSink.types, issues: issues)
        #expect(issues.issues.map(\.message) == ["unknown concept 'catt'"])
        #expect(issues.issues.first?.suggestion == "did you mean 'cat'?")
    }

    @Test func embeddingsOfAnotherEmbedderAreRefusedWhenTheFileIsRead() throws {
        var catalog = try HeadCatalog()
        catalog.embedder = String(repeating: "f", count: 64)
        let (definition, issues) = try Self.definition(", head: pets", catalog)
        #expect(definition == nil)
        #expect(issues == ["head 'pets' was taught with embedder eeeeeeeeeeee, and this node takes those of ffffffffffff"])
    }

    @Test func mistakesAreNamed() throws {
        let catalog = try HeadCatalog()
        #expect(try Self.definition("", catalog).1.first?.contains("'head' is missing") == true)
        #expect(try Self.definition(", head: birds", catalog).1 == ["no head birds"])
        #expect(try Self.definition(", head: pets, k: 3", catalog).1.count == 1)
        #expect(try !Self.definition(", head: pets, unknown: sometimes", catalog).1.isEmpty)
        #expect(try !Self.definition(", similarity: 2", type: "clusterer", catalog).1.isEmpty)
    }

    @Test func whatLooksAlikeIsOneCluster() throws {
        let (definition, issues) = try Self.definition(", similarity: 0.9", type: "clusterer", try HeadCatalog())
        #expect(issues == [])
        var executor = Self.executor(try #require(definition), bumps: [0, 1, 0, 1, 2])
        var names: [String] = []
        for frame in 0..<5 { names += try Self.predictions(0, &executor, frame: UInt64(frame)).flatMap(\.concepts).map(\.name) }
        #expect(names == ["cluster 1", "cluster 2", "cluster 1", "cluster 2", "cluster 3"])
    }
}
