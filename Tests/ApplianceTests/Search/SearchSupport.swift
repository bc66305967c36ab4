import Appliance
import FixedPoint
import Foundation
import Frames
import Journal
import Learning
import Predictions
import TFLite
import Threads

/// A journal of events with made-up embeddings: those of one kind scatter around its centre.
final class EventJournal {
    let folder = NSTemporaryDirectory() + "picket-search-\(UUID().uuidString)"
    static let digest = String(repeating: "e", count: 64)
    let dimension: Int
    let kindCount: Int
    private let centres: [[Int64]]
    private(set) var elements: [[Int16]] = []
    private var random = SeededGenerator(seed: 5)

    init(dimension: Int = 16, kinds: Int = 4) {
        self.dimension = dimension
        kindCount = kinds
        var random = SeededGenerator(seed: 1)
        centres = (0..<kinds).map { _ in (0..<dimension).map { _ in Int64(random.below(201)) - 100 } }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The next event's embedding; it is of kind `number % kinds`, numbers count from 1 as the events' do.
    private func next() -> Embedding {
        let centre = centres[(elements.count + 1) % kindCount]
        elements.append(centre.map { Int16(min(max($0 + Int64(random.below(121)) - 60, -255), 255)) })
        return Embedding(elements: elements[elements.count - 1], scale: 1, modelDigest: Self.digest)
    }

    func event(_ number: Int, _ embedding: Embedding?, path: String = "/models/e.tflite") -> Event {
        let moment = Event.Moment(monotonic: Timestamp(nanoseconds: Int64(number)), wallNanoseconds: Int64(number) * 1_000_000_000)
        return Event(
            key: "boot/log/\(number)", node: "log", state: .closed, firstSequence: UInt64(number), lastSequence: UInt64(number),
            frameCount: 1, first: moment, last: moment, concepts: [ScoredConcept(number % 2 == 0 ? "even" : "odd", Score(0.5))],
            bestBox: .wholeFrame, bestSequence: UInt64(number), explanation: "",
            look: embedding.map { Event.Look($0, embedderPath: path) })
    }

    func write(_ entries: [JournalEntry], _ change: (inout StorageSettings) -> Void = { _ in }) {
        var settings = StorageSettings()
        settings.path = folder
        settings.keepFree = .byteCount(0)
        change(&settings)
        let clock = SystemClock()
        let facts = RunFacts(
            configurationDigest: "", modelDigests: "", version: "test",
            start: Event.Moment(monotonic: clock.now, wallNanoseconds: clock.wallNanoseconds))
        let journal = Journal(settings: settings, facts: facts, clock: clock) { _ in }
        journal.start()
        for (index, entry) in entries.enumerated() {
            journal.record(entry)
            if index % 2000 == 1999 { journal.flush(within: .seconds(60)) }
        }
        journal.stop(within: .seconds(60))
    }

    func add(_ count: Int) {
        let first = elements.count + 1
        write((0..<count).map { .event(event(first + $0, next())) })
    }

    func unit(_ number: Int) throws -> UnitEmbedding {
        try UnitEmbedding(Embedding(elements: elements[number - 1], scale: 1, modelDigest: Self.digest))
    }

    /// What a comparison with every event finds.
    func plain(_ number: Int, count: Int, where isAsked: (Int) -> Bool = { _ in true }) throws -> [String] {
        let query = try unit(number)
        let all = try (1...elements.count).filter(isAsked).map { (number: $0, dot: try unit($0).dot(query)) }
        return all.sorted { ($1.dot, $0.number) < ($0.dot, $1.number) }.prefix(count).map { "event \($0.number)" }
    }

    func gallery(_ query: JournalReader.Query = .init(), notify: @escaping (String) -> Void = { _ in }) throws -> EventGallery {
        try EventGallery(JournalReader(folder: folder), query, exactLimit: 512, notify: notify)
    }

    func find(
        _ number: Int, count: Int, _ query: JournalReader.Query = .init(), notify: @escaping (String) -> Void = { _ in }
    ) throws -> [String] {
        try gallery(query, notify: notify).search(unit(number), count: count) { _, _ in }.map(\.item.name)
    }

    var codePath: String { folder + "/embeddings-eeeeeeeeeeeeeeee-1.codes" }
    var vectorPath: String { folder + "/embeddings-eeeeeeeeeeeeeeee-1.vectors" }
}

/// An embedder of 96 elements: the demo's classifier up to its global pool.
enum DemoEmbedder {
    /// - Parameter isOther: with another digest.
    static func write(to folder: String, name: String = "embedder", isOther: Bool = false) throws -> String {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: Demo.folder + "/pad-state.tflite")))
        var document = try ModelDocument(bytes, name: "pad-state.tflite")
        try document.cut(at: document.globalPool())
        let path = folder + "/\(name).tflite"
        try Data(document.file() + (isOther ? [0, 0, 0, 0] : [])).write(to: URL(filePath: path))
        try Data("head: embedder\n".utf8).write(to: URL(filePath: folder + "/\(name).yaml"))
        return path
    }
}
