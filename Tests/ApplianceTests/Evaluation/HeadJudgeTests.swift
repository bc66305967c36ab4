import Appliance
import FixedPoint
import FoundationEssentials
import Frames
import Learning
import Predictions
import Samples
import Testing

/// A library of made-up embeddings: each concept is a bump of its own in noise.
private final class Library {
    let place: Workplace
    let library: SampleLibrary
    private let head: HeadRecord
    private var random = SeededGenerator(seed: 5)
    private var count = 0
    private static let digest = String(repeating: "d", count: 64)

    init(_ name: String = "things") throws {
        place = try Workplace()
        library = try SampleLibrary(folder: place.folder + "/library")
        head = try library.head(name, embedderDigest: Self.digest, path: "e.tflite", dimension: 24, scale: 1)
    }

    func teach(_ concept: String?, bump: Int, count: Int) throws {
        let samples = (0..<count).map { _ in
            self.count += 1
            let elements = (0..<24).map { Int16(random.below(110)) + ($0 / 6 == bump ? 60 : 0) }
            return NewSample(
                concept: concept, pictureDigest: "\(self.count)", box: .wholeFrame, source: "test",
                embedding: Embedding(elements: elements, scale: 1, modelDigest: Self.digest))
        }
        _ = try library.add(samples, to: head, wallNanoseconds: 0)
    }

    func train() throws {
        _ = try HeadTrainer(library, HeadTrainer.Options()).train(library.head(head.name), wallNanoseconds: 1)
    }

    func judge(_ change: (inout EvaluationOptions) -> Void = { _ in }) throws -> RecognitionResult {
        var options = EvaluationOptions()
        change(&options)
        return try HeadJudge(library, head: head.name, options).judgeSamples()
    }
}

@Suite("Judging heads")
struct HeadJudgeTests {
    @Test func everySampleIsJudgedOnce() throws {
        let things = try Library()
        try things.teach("a", bump: 0, count: 20)
        try things.teach("b", bump: 1, count: 30)
        try things.teach("c", bump: 2, count: 25)
        try things.teach(nil, bump: 3, count: 10)
        try things.train()
        let result = try things.judge()
        #expect(result.kind == "head" && result.samples == 75 && result.strangers == 10)
        #expect(result.concepts.map(\.labelled) == [20, 30, 25])
        for concept in result.concepts {
            #expect(concept.truePositives + concept.falseNegatives == concept.labelled)
            #expect(concept.truePositives + concept.falsePositives == concept.predicted)
            let recall = try #require(concept.forRecall)
            #expect(recall.recall >= 0.95)
            // There is none where strangers score as high as anything can.
            #expect(concept.forPrecision.map { $0.precision >= 0.95 } ?? true)
        }
        #expect(try #require(result.accuracy) > 0.8)
        #expect(result.confusionCounts.joined().reduce(0, +) == 75)
        for row in result.confusionProbabilities { #expect(abs(row.reduce(0, +) - 1) < 0.001) }
        let open = try #require(result.openSet)
        #expect(open.strangers == "strangers" && open.strangerCount == 10 && open.knownCount == 75)
        #expect(open.points.first?.falseAcceptRate == 0 && open.points.last?.falseAcceptRate == 1)
        let unknown = try #require(result.unknown)
        #expect(unknown.known == 75 && unknown.strangers == 10)
        #expect(result.temperature == result.suggestedTemperature)
        #expect(result.procedure.contains("5 parts"))
    }

    @Test func samplesStandForStrangersWhereThereAreNone() throws {
        let things = try Library()
        try things.teach("a", bump: 0, count: 20)
        try things.teach("b", bump: 1, count: 20)
        try things.train()
        let result = try things.judge { $0.heldOutPercent = 20 }
        #expect(result.samples == 8 && result.strangers == 0)
        #expect(result.procedure.hasPrefix("20% of the samples held out"))
        #expect(result.openSet?.strangers == "other concepts" && result.openSet?.strangerCount == 40)
    }

    @Test func whatCannotBeJudgedSaysWhy() throws {
        let things = try Library()
        try things.teach("a", bump: 0, count: 5)
        try things.teach("b", bump: 1, count: 1)
        #expect(throws: TeachingError.notTrained(head: "things")) { try things.judge() }
        try things.train()
        #expect(throws: EvaluationError.learning(.tooFewSamples(needed: 2, found: 1))) { try things.judge() }
        let other = #expect(throws: SampleError.self) { try HeadJudge(things.library, head: "others", EvaluationOptions()) }
        #expect(other == .noSuchHead("others", known: ["things"]))
        try FileManager.default.createDirectory(atPath: things.place.folder + "/set/zebra", withIntermediateDirectories: true)
        try things.place.write("set/zebra/1.jpg", Demo.images[0])
        #expect(throws: EvaluationError.unknownLabel("zebra", path: "head 'things'", known: ["a", "b"])) {
            try HeadJudge(things.library, head: "things", EvaluationOptions()).judge(folder: things.place.folder + "/set")
        }
    }

    @Test func thePageShowsEveryNumberAndEscapesNames() throws {
        let hostile = "<script>alert('1')</script>&\u{1B}[2J\u{202E}"
        let things = try Library()
        try things.teach(String(hostile.unicodeScalars.filter { $0.value >= 0x20 }), bump: 0, count: 15)
        try things.teach("\" onload=\"x", bump: 1, count: 15)
        try things.teach(nil, bump: 3, count: 6)
        try things.train()
        let result = try things.judge()
        let path = things.place.folder + "/report.html"
        try EvaluationReport(path).write(result)
        let page = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        #expect(!page.contains("<script") && page.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;[2J\u{FFFD}"))
        #expect(!page.contains("\" onload=") && page.contains("&quot; onload=&quot;x"))
        #expect(!page.contains("\u{202E}"))
        for title in [
            "Concepts", "Precision over recall", "ROC: each concept against the others", "Known or unknown", "Confusion as counts",
            "Confusion as average probability", "Suggested thresholds", "Unknown things", "Temperature",
        ] { #expect(page.contains(title), "\(title)") }
        // Nothing from elsewhere.
        #expect(!page.contains("http://") && !page.contains("https://") && !page.contains("url(") && !page.contains("src="))
        #expect(page.contains(">" + Wording.percent(result.accuracy) + "<"))
    }

    @Test(arguments: ["report.txt", ".html", "nowhere/report.html", "folder.html"])
    func aPageThatCannotBeWrittenIsRefusedAtOnce(_ name: String) throws {
        let place = try Workplace()
        try FileManager.default.createDirectory(atPath: place.folder + "/folder.html", withIntermediateDirectories: true)
        #expect(throws: EvaluationError.self) { try EvaluationReport(place.folder + "/" + name) }
    }
}
