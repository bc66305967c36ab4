import Foundation
import Frames
import Journal
import Predictions
import Synchronization
import Testing
import Threads

/// A journal in a folder of its own, which goes when the test ends.
final class JournalFixture: Sendable {
    let folder: String
    private let isOwner: Bool
    private let log = Mutex<[JournalNotice]>([])

    init() {
        folder = NSTemporaryDirectory() + "picket-journal-\(UUID().uuidString)"
        isOwner = true
    }

    /// A folder of somebody else, which stays.
    init(folder: String) {
        self.folder = folder
        isOwner = false
    }

    deinit { if isOwner { try? FileManager.default.removeItem(atPath: folder) } }

    var notices: [JournalNotice] { log.withLock { $0 } }

    func open(_ change: (inout StorageSettings) -> Void = { _ in }) -> Journal {
        var settings = StorageSettings()
        settings.path = folder
        settings.keepFree = .byteCount(0)
        change(&settings)
        let clock = SystemClock()
        let facts = RunFacts(
            configurationDigest: "c0ffee", modelDigests: "people=abc", version: "test",
            start: Event.Moment(monotonic: clock.now, wallNanoseconds: clock.wallNanoseconds))
        let journal = Journal(settings: settings, facts: facts, clock: clock) { [self] notice in log.withLock { $0.append(notice) } }
        journal.start()
        return journal
    }

    func event(_ number: Int, state: Event.State = .closed, concept: String = "person") -> Event {
        let moment = Event.Moment(monotonic: Timestamp(nanoseconds: Int64(number)), wallNanoseconds: Int64(number) * 1_000_000_000)
        return Event(
            key: "boot-1/log/\(number)", node: "log", state: state, firstSequence: UInt64(number), lastSequence: UInt64(number) + 3,
            frameCount: 4, first: moment, last: moment, concepts: [ScoredConcept(concept, Score(0.75))],
            bestBox: Box(left: 1, top: 2, right: 3, bottom: 4), bestSequence: UInt64(number), explanation: "line 1\nline 2")
    }
}

@Suite struct JournalTests {
    @Test func whatWasRecordedIsReadBack() throws {
        let fixture = JournalFixture()
        let journal = fixture.open()
        let jpeg: [UInt8] = [0xFF, 0xD8, 1, 2, 3, 0xFF, 0xD9]
        journal.record(.event(fixture.event(7)))
        journal.record(.snapshot(eventKey: "boot-1/log/7", sequence: 7, wallNanoseconds: 7, jpeg: jpeg, replacing: true))
        #expect(journal.stop(within: .seconds(10)))
        let reader = try JournalReader(folder: fixture.folder)
        let record = try reader.event(id: 1)
        #expect(record.event.concepts == [ScoredConcept("person", Score(0.75))])
        #expect(record.event.explanation == "line 1\nline 2")
        #expect(record.configurationDigest == "c0ffee")
        let path = fixture.folder + "/" + (try #require(record.snapshots.first))
        #expect(FileManager.default.contents(atPath: path).map { [UInt8]($0) } == jpeg)
    }

    @Test func theSameEventIsOneRowHoweverOftenItIsWritten() throws {
        let fixture = JournalFixture()
        let journal = fixture.open()
        var event = fixture.event(1, state: .open)
        journal.record(.event(event))
        event.state = .closed
        event.frameCount = 9
        event.concepts = [ScoredConcept("person", Score(0.9)), ScoredConcept("dog", Score(0.5))]
        journal.record(.event(event))
        journal.record(.event(fixture.event(2)))
        #expect(journal.stop(within: .seconds(10)))
        let records = try JournalReader(folder: fixture.folder).events(.init())
        #expect(records.map(\.id) == [1, 2], "updates use up no numbers")
        #expect(records[0].event.state == .closed)
        #expect(records[0].event.frameCount == 9)
        #expect(records[0].id == 1)
        #expect(records[0].event.concepts.map(\.name) == ["person", "dog"])
    }

    @Test func aBetterSnapshotReplacesTheEarlierOne() throws {
        let fixture = JournalFixture()
        let journal = fixture.open()
        journal.record(.event(fixture.event(1)))
        for sequence in 1...3 {
            let jpeg = [UInt8(sequence)]
            journal.record(
                .snapshot(eventKey: "boot-1/log/1", sequence: UInt64(sequence), wallNanoseconds: 1, jpeg: jpeg, replacing: true))
        }
        #expect(journal.stop(within: .seconds(10)))
        let snapshots = try JournalReader(folder: fixture.folder).event(id: 1).snapshots
        #expect(snapshots == ["snapshots/boot-1-log-1-3.jpg"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder + "/snapshots").count == 1)
    }

    @Test func queriesFilterByConceptTimeAndId() throws {
        let fixture = JournalFixture()
        let journal = fixture.open()
        for number in 1...6 { journal.record(.event(fixture.event(number, concept: number % 2 == 0 ? "car" : "person"))) }
        #expect(journal.stop(within: .seconds(10)))
        let reader = try JournalReader(folder: fixture.folder)
        var query = JournalReader.Query()
        query.concept = "car"
        #expect(try reader.events(query).map(\.event.firstSequence) == [2, 4, 6])
        query.sinceWallNanoseconds = 4_000_000_000
        #expect(try reader.events(query).map(\.event.firstSequence) == [4, 6])
        query = .init()
        query.afterID = 4
        #expect(try reader.events(query).map(\.id) == [5, 6])
        query = .init()
        query.limit = 2
        #expect(try reader.events(query).map(\.id) == [5, 6])
    }

    @Test func edgesCarryTheirReason() throws {
        let fixture = JournalFixture()
        let journal = fixture.open()
        let moment = Event.Moment(monotonic: Timestamp(nanoseconds: 5), wallNanoseconds: 6)
        journal.record(.edge(OutputEdge(node: "siren", line: "simulated:17", isActive: true, reason: "on: 3 of 5", moment: moment)))
        #expect(journal.stop(within: .seconds(10)))
        #expect(try JournalReader(folder: fixture.folder).edges().map(\.reason) == ["on: 3 of 5"])
    }

    @Test func anEventLeftOpenByADeadProcessIsMarked() throws {
        let fixture = JournalFixture()
        let first = fixture.open()
        first.record(.event(fixture.event(1, state: .open)))
        #expect(first.stop(within: .seconds(10)))
        let second = fixture.open()
        #expect(second.flush(within: .seconds(10)))
        #expect(second.stop(within: .seconds(10)))
        #expect(try JournalReader(folder: fixture.folder).event(id: 1).event.state == .interrupted)
        #expect(fixture.notices.contains(.interruptedEvents(count: 1)))
    }

    @Test(arguments: [0, 100, 5000]) func aDamagedDatabaseIsKeptAsideAndANewOneBegun(offset: Int) throws {
        let fixture = JournalFixture()
        let first = fixture.open()
        for number in 1...50 { first.record(.event(fixture.event(number))) }
        #expect(first.stop(within: .seconds(10)))
        let path = fixture.folder + "/journal.sqlite"
        var bytes = [UInt8](try #require(FileManager.default.contents(atPath: path)))
        for index in offset..<min(offset + 4000, bytes.count) { bytes[index] = 0xA5 }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }

        let second = fixture.open()
        second.record(.event(fixture.event(99)))
        #expect(second.stop(within: .seconds(10)))
        #expect(try JournalReader(folder: fixture.folder).events(.init()).map(\.event.firstSequence) == [99])
        let names = try FileManager.default.contentsOfDirectory(atPath: fixture.folder)
        #expect(names.contains { $0.contains(".corrupt-") }, "\(names)")
        #expect(fixture.notices.contains { if case .quarantined = $0 { true } else { false } })
    }

    @Test func oldestSnapshotsGoFirstWhenSpaceIsShort() throws {
        let fixture = JournalFixture()
        let journal = fixture.open { $0.maximumByteCount = 1_000_000 }
        let image = [UInt8](repeating: 7, count: 20_000)
        for number in 1...100 {
            journal.record(.event(fixture.event(number)))
            journal.record(
                .snapshot(eventKey: "boot-1/log/\(number)", sequence: UInt64(number), wallNanoseconds: 1, jpeg: image, replacing: true))
        }
        #expect(journal.flush(within: .seconds(20)))
        // Retention runs on the journal's thread between commits.
        let deadline = SystemClock().now.advanced(by: .seconds(20))
        while SystemClock().now < deadline, !fixture.notices.contains(where: { if case .deletedImages = $0 { true } else { false } }) {
            Thread.sleep(forTimeInterval: 0.05)
        }
        #expect(journal.stop(within: .seconds(10)))
        var query = JournalReader.Query()
        query.limit = 1000
        let records = try JournalReader(folder: fixture.folder).events(query)
        #expect(records.count == 100, "the log itself stays")
        #expect(records[0].snapshots.isEmpty)
        #expect(records[99].snapshots.count == 1)
    }

    @Test func aFolderThatCannotBeWrittenIsToldAndNothingBlocks() throws {
        let fixture = JournalFixture()
        #expect(FileManager.default.createFile(atPath: fixture.folder, contents: nil))
        let journal = fixture.open()
        let start = SystemClock().now
        for number in 1...10_000 { journal.record(.event(fixture.event(number))) }
        #expect(SystemClock().now.since(start) < .seconds(2))
        #expect(!journal.flush(within: .seconds(2)))
        let status = journal.status
        #expect(status.failure != nil)
        #expect(status.waiting <= 4096)
        #expect(status.lost + status.waiting == 10_000)
        // Space returns: the newest entries are written after all.
        try FileManager.default.removeItem(atPath: fixture.folder)
        #expect(journal.flush(within: .seconds(20)))
        #expect(journal.status.failure == nil)
        #expect(journal.stop(within: .seconds(10)))
        var query = JournalReader.Query()
        query.limit = 1
        #expect(try JournalReader(folder: fixture.folder).events(query).map(\.event.firstSequence) == [10_000])
    }

    @Test func aNodeNameCannotLeaveTheFolder() throws {
        let fixture = JournalFixture()
        let journal = fixture.open()
        journal.record(.snapshot(eventKey: "../../etc/x", sequence: 1, wallNanoseconds: 1, jpeg: [1], replacing: false))
        #expect(journal.stop(within: .seconds(10)))
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.folder + "/snapshots") == ["------etc-x-1.jpg"])
    }
}
