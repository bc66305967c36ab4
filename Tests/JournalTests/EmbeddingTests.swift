import Foundation
import Frames
import Journal
import Predictions
import Storage
import Testing
import Threads

extension JournalFixture {
    static let digest = String(repeating: "ab", count: 32)

    /// An event with an embedding that its number makes.
    func lookedAt(
        _ number: Int, dimension: Int = 4, digest: String = digest, concept: String = "person", state: Event.State = .closed
    ) -> Event {
        var event = event(number, state: state, concept: concept)
        event.look = Event.Look(
            Self.embedding(number, dimension: dimension, digest: digest), embedderPath: "/models/\(digest.prefix(2)).tflite")
        return event
    }

    static func embedding(_ number: Int, dimension: Int = 4, digest: String = digest) -> Embedding {
        Embedding(
            elements: (0..<dimension).map { Int16(truncatingIfNeeded: (number * 7919 + $0 * $0 * 104_729) % 511 - 255) }, scale: 0.5,
            modelDigest: digest)
    }

    func write(_ events: [Event], _ change: (inout StorageSettings) -> Void = { _ in }) {
        let journal = open(change)
        for event in events { journal.record(.event(event)) }
        #expect(journal.stop(within: .seconds(60)))
    }

    /// The numbers of the events that have an embedding, each found to be its own.
    func embedded(dimension: Int = 4) throws -> [Int] {
        let reader = try JournalReader(folder: folder)
        return try reader.embedders().flatMap { embedder in
            var rows: [Int] = []
            let vectors = try reader.vectors(of: embedder) { rows.append($0) }
            let events = try #require(try reader.events(at: rows, of: vectors))
            #expect(events.count == rows.count)
            return try events.map { event in
                let elements = try vectors.file.vector(at: event.row)
                let number = Int(event.record.event.firstSequence)
                #expect(elements == Self.embedding(number, dimension: dimension, digest: embedder.digest).elements, "event \(number)")
                #expect(event.isIntact(elements))
                return number
            }
        }.sorted()
    }

    func vectorFiles() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix("embeddings-") }.sorted()
    }
}

@Suite struct EmbeddingTests {
    private let name = "embeddings-abababababababab-1.vectors"

    @Test func anEventKeepsTheEmbeddingThatItWasLoggedWith() throws {
        let fixture = JournalFixture()
        fixture.write([fixture.lookedAt(1), fixture.event(2), fixture.lookedAt(3)])
        #expect(try fixture.embedded() == [1, 3])
        let reader = try JournalReader(folder: fixture.folder)
        let embedder = try #require(try reader.embedders().first)
        #expect(embedder.digest == JournalFixture.digest && embedder.path == "/models/ab.tflite" && embedder.eventCount == 2)
        #expect(try reader.embedding(ofEvent: 3)?.embedding == JournalFixture.embedding(3))
        #expect(try reader.embedding(ofEvent: 2) == nil)
        #expect(throws: JournalError.notFound(what: "event 9")) { try reader.embedding(ofEvent: 9) }
    }

    @Test func theSameLookIsWrittenOnceAndABetterOneTakesItsPlace() throws {
        let fixture = JournalFixture()
        fixture.write([fixture.lookedAt(1, state: .open)])
        fixture.write([fixture.lookedAt(1)])
        #expect(try VectorFile(reading: fixture.folder + "/" + name, digest: JournalFixture.digest, dimension: 4).rowCount() == 1)
        var event = fixture.lookedAt(1)
        event.look = fixture.lookedAt(2).look
        fixture.write([event])
        let reader = try JournalReader(folder: fixture.folder)
        #expect(try reader.embedding(ofEvent: 1)?.embedding == JournalFixture.embedding(2))
        #expect(try reader.embedders().first?.eventCount == 1)
    }

    @Test func embeddingsOfTwoEmbeddersLieInTwoFiles() throws {
        let fixture = JournalFixture()
        let other = String(repeating: "cd", count: 32)
        fixture.write([fixture.lookedAt(1), fixture.lookedAt(2, digest: other)])
        #expect(try fixture.vectorFiles() == [name, "embeddings-cdcdcdcdcdcdcdcd-1.vectors"])
        #expect(try fixture.embedded() == [1, 2])
        #expect(try JournalReader(folder: fixture.folder).embedders().map(\.digest) == [other, JournalFixture.digest], "the latest first")
    }

    @Test func aQueryTellsTheRowsOfItsEventsAlone() throws {
        let fixture = JournalFixture()
        fixture.write((1...6).map { fixture.lookedAt($0, concept: $0 % 2 == 0 ? "car" : "person") })
        let reader = try JournalReader(folder: fixture.folder)
        let embedder = try #require(try reader.embedders().first)
        var query = JournalReader.Query()
        query.concept = "car"
        query.sinceWallNanoseconds = 3_000_000_000
        var rows: [Int] = []
        _ = try reader.vectors(of: embedder, query) { rows.append($0) }
        #expect(rows == [3, 5])
    }

    @Test func aJournalWithoutEmbeddingsHasNoEmbedder() throws {
        let fixture = JournalFixture()
        fixture.write([fixture.event(1)])
        #expect(try JournalReader(folder: fixture.folder).embedders().isEmpty)
    }

    // MARK: After a crash

    @Test func whatACrashLeavesBehindTheLastRowIsCutAtStart() throws {
        let fixture = JournalFixture()
        fixture.write([fixture.lookedAt(1)])
        let path = fixture.folder + "/" + name
        var data = try Data(contentsOf: URL(fileURLWithPath: path))
        let length = data.count
        data.append(contentsOf: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
        try data.write(to: URL(fileURLWithPath: path))
        fixture.write([])
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count == length)
        fixture.write([fixture.lookedAt(2)])
        #expect(try fixture.embedded() == [1, 2])
        #expect(fixture.notices.isEmpty)
    }

    @Test func aRowWithoutItsBytesIsDroppedAndTold() throws {
        let fixture = JournalFixture()
        fixture.write((1...5).map { fixture.lookedAt($0) })
        let path = fixture.folder + "/" + name
        // Three rows and a half of 8 bytes stay.
        try Data(contentsOf: URL(fileURLWithPath: path)).prefix(64 + 28).write(to: URL(fileURLWithPath: path))
        fixture.write([fixture.lookedAt(6)])
        #expect(try fixture.embedded() == [1, 2, 3, 6])
        #expect(fixture.notices.map(\.description) == ["dropped 2 embeddings of events: \(path) ends before them"])
        var query = JournalReader.Query()
        query.limit = 100
        #expect(try JournalReader(folder: fixture.folder).events(query).count == 6, "the events stay")
    }

    @Test(arguments: [true, false]) func aFileThatIsGoneOrDamagedTakesNoEventWithIt(isGone: Bool) throws {
        let fixture = JournalFixture()
        fixture.write([fixture.lookedAt(1), fixture.lookedAt(2)])
        let path = fixture.folder + "/" + name
        if isGone {
            try FileManager.default.removeItem(atPath: path)
        } else {
            try Data(repeating: 7, count: 200).write(to: URL(fileURLWithPath: path))
        }
        fixture.write([fixture.lookedAt(3)])
        #expect(try fixture.embedded() == [3])
        #expect(fixture.notices.contains { if case .droppedEmbeddings(2, let reason) = $0 { reason.contains(path) } else { false } })
        #expect(try fixture.vectorFiles().contains("embeddings-abababababababab-2.vectors"))
        #expect(try fixture.vectorFiles().contains { $0.contains(".corrupt-") } == !isGone, "what is damaged is kept aside")
        #expect(try JournalReader(folder: fixture.folder).events(.init()).count == 3)
    }

    @Test func whatAnUnfinishedRewritingLeftGoesAtStart() throws {
        let fixture = JournalFixture()
        fixture.write([fixture.lookedAt(1)])
        for orphan in ["embeddings-abababababababab-2.vectors", "embeddings-abababababababab-1.codes.77.tmp"] {
            #expect(FileManager.default.createFile(atPath: fixture.folder + "/" + orphan, contents: Data([1])))
        }
        fixture.write([])
        #expect(try fixture.vectorFiles() == [name])
        #expect(try fixture.embedded() == [1])
    }

    @Test func vectorsOfADamagedDatabaseAreKeptWithIt() throws {
        let fixture = JournalFixture()
        fixture.write([fixture.lookedAt(1)])
        let path = fixture.folder + "/journal.sqlite"
        try Data(repeating: 0xA5, count: 8192).write(to: URL(fileURLWithPath: path))
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        fixture.write([fixture.lookedAt(2)])
        #expect(try fixture.embedded() == [2])
        #expect(try fixture.vectorFiles().count == 2)
    }

    @Test func aFileThatCannotBeWrittenCostsTheEmbeddingsAndNotTheEvents() throws {
        let fixture = JournalFixture()
        // A folder of that name: nothing can be written there.
        try FileManager.default.createDirectory(atPath: fixture.folder + "/" + name, withIntermediateDirectories: true)
        fixture.write([fixture.lookedAt(1), fixture.event(2)])
        #expect(try JournalReader(folder: fixture.folder).events(.init()).count == 2)
        #expect(try fixture.embedded().isEmpty)
        #expect(fixture.notices.contains(.lostEmbeddings(count: 1)))
        #expect(fixture.notices.first?.description.contains(name + ": open: Is a directory") == true, "\(fixture.notices)")
        // Once it can, the next event has its embedding again.
        try FileManager.default.removeItem(atPath: fixture.folder + "/" + name)
        fixture.write([fixture.lookedAt(3)])
        #expect(try fixture.embedded() == [3])
    }

    // MARK: Retention

    @Test func eventsThatRetentionDeletesLeaveTheIndexAndTheFileIsWrittenAnew() throws {
        let fixture = JournalFixture()
        fixture.write((1...800).map { fixture.lookedAt($0, dimension: 512) })
        #expect(try fixture.embedded(dimension: 512).count == 800)
        let journal = fixture.open { $0.maximumByteCount = 600_000 }
        let deadline = SystemClock().now.advanced(by: .seconds(30))
        func isCompacted() -> Bool { fixture.notices.contains { if case .compactedEmbeddings = $0 { true } else { false } } }
        while SystemClock().now < deadline, !isCompacted() { Thread.sleep(forTimeInterval: 0.05) }
        journal.record(.event(fixture.lookedAt(801, dimension: 512)))
        #expect(journal.stop(within: .seconds(30)))
        #expect(isCompacted())
        let left = try fixture.embedded(dimension: 512)
        #expect(left.last == 801)
        #expect(left == Array((801 - left.count + 1)...801), "the oldest went")
        #expect(try JournalReader(folder: fixture.folder).events(.init()).last?.event.firstSequence == 801)
        #expect(try fixture.vectorFiles() == ["embeddings-abababababababab-2.vectors"])
    }

    @Test func eventsGoOnBeingDeletedWhenTheFileCannotBeWrittenAnew() throws {
        let fixture = JournalFixture()
        fixture.write((1...800).map { fixture.lookedAt($0, dimension: 512) })
        try FileManager.default.createDirectory(
            atPath: fixture.folder + "/embeddings-abababababababab-2.vectors", withIntermediateDirectories: false)
        let journal = fixture.open { $0.maximumByteCount = 300_000 }
        func deletedCount() -> Int { fixture.notices.reduce(0) { if case .deletedEvents(let count, _) = $1 { $0 + count } else { $0 } } }
        let deadline = SystemClock().now.advanced(by: .seconds(30))
        while SystemClock().now < deadline, deletedCount() < 576 { Thread.sleep(forTimeInterval: 0.05) }
        #expect(deletedCount() >= 576, "more than half of the file is of events that are gone")
        journal.record(.event(fixture.lookedAt(801, dimension: 512)))
        #expect(journal.stop(within: .seconds(30)))
        #expect(journal.status.failure == nil)
        #expect(try fixture.embedded(dimension: 512).last == 801)
    }
}
