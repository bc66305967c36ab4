import Foundation
import Frames
import GRDB
import Journal
import Predictions
import TestKit
import Testing
import Threads

/// A process that writes events with embeddings, and is killed at any moment.
@Suite(.serialized) struct KilledWriterTests {
    private static let dimension = 256

    /// The child: writes batches for ever, and tells the last event of each that is on the disk.
    @Test(.enabled(if: ChildProcess.task?.hasPrefix("write events ") == true)) func childWritesEvents() throws {
        let words = (ChildProcess.task ?? "").split(separator: " ", maxSplits: 4).map(String.init)
        guard words.count == 5, var number = Int(words[2]), let dimension = Int(words[3]) else { return }
        let fixture = JournalFixture(folder: words[4])
        let journal = fixture.open()
        ChildProcess.tell("began")
        for _ in 0..<400 {
            for _ in 0..<256 {
                journal.record(.event(fixture.lookedAt(number, dimension: dimension)))
                number += 1
            }
            let isWritten = journal.flush(within: .seconds(2))
            let failure = fixture.notices.first { if case .failing = $0 { true } else { false } }
            ChildProcess.tell(failure.map { "\($0)" } ?? (isWritten ? "\(number - 1)" : "slow"))
        }
    }

    /// Between the rounds most events are deleted, so that each child begins with writing the file of vectors anew.
    @Test(.enabled(if: ChildProcess.task == nil)) func whatWasAcknowledgedIsThereAfterKillMinus9() throws {
        let fixture = JournalFixture()
        var random = SystemRandomNumberGenerator()
        var (first, next, acknowledged) = (0, 0, -1)
        var generations: Set<String> = []
        for round in 0..<ChildProcess.rounds {
            let task = "write events \(next) \(Self.dimension) \(fixture.folder)"
            let child = try ChildProcess(test: "childWritesEvents", task: task)
            #expect(child.next() == "began", "round \(round)")
            // The first round has something to find in any case.
            if round == 0 { acknowledged = Int(child.next() ?? "") ?? -1 }
            Thread.sleep(forTimeInterval: Double(random.next(upperBound: UInt(900))) / 1000)
            child.kill()
            for line in child.finish() { acknowledged = Int(line) ?? acknowledged }
            let numbers = try fixture.embedded(dimension: Self.dimension)
            let newest = try #require(numbers.last, "round \(round)")
            #expect(newest >= acknowledged, "round \(round): event \(acknowledged) was acknowledged, the newest is \(newest)")
            #expect(numbers == Array(first...newest), "round \(round): nothing is missing")
            var query = JournalReader.Query()
            query.limit = 1_000_000
            let events = try JournalReader(folder: fixture.folder).events(query).map { Int($0.event.firstSequence) }
            #expect(events == numbers, "round \(round): every event has its embedding")
            generations.formUnion(try fixture.vectorFiles().filter { $0.hasSuffix(".vectors") })
            (first, next) = (max(first, newest - 99), newest + 1)
            let database = try DatabaseQueue(path: fixture.folder + "/journal.sqlite")
            try database.write { try $0.execute(sql: "DELETE FROM events WHERE first_sequence < ?", arguments: [first]) }
        }
        print("killed \(ChildProcess.rounds) times; \(next) events written, \(generations.count) files of vectors one after the other")
    }

    /// Short vectors: the database is full first. Long ones: the file of vectors.
    @Test(.enabled(if: ChildProcess.task == nil), arguments: [(64, 300, "disk"), (2048, 1500, ".vectors: write: File too large")])
    func aFullDiskIsToldAndTakesNothingThatWasWritten(dimension: Int, kilobytes: Int, reason: String) throws {
        let fixture = JournalFixture()
        let child = try ChildProcess(test: "childWritesEvents", task: "write events 0 \(dimension) \(fixture.folder)", fileLimit: kilobytes)
        var acknowledged = -1
        var failure: String?
        while let line = child.next(), failure == nil {
            if let number = Int(line) { acknowledged = number } else if line != "began" { failure = line }
        }
        child.kill()
        _ = child.finish()
        #expect(failure?.contains(reason) == true, "\(failure ?? "-")")
        #expect(acknowledged > 0)
        let numbers = try fixture.embedded(dimension: dimension)
        #expect(numbers.starts(with: 0...acknowledged))
        // Space is back: writing goes on behind what is there.
        fixture.write([fixture.lookedAt(1_000_000, dimension: dimension)])
        #expect(try fixture.embedded(dimension: dimension).last == 1_000_000)
    }
}
