import FoundationEssentials
import Frames
import GRDB
package import Predictions
import Storage

/// Reads the journal for a person, beside a running daemon or without one. Never writes.
package struct JournalReader {
    let queue: DatabaseQueue
    package let folder: String

    /// - Parameter folder: `storage.path`.
    /// - Throws: `JournalError.notFound` when there is no journal yet.
    package init(folder: String) throws(JournalError) {
        let path = folder + "/" + JournalDatabase.fileName
        guard FileManager.default.fileExists(atPath: path) else { throw .notFound(what: path) }
        do {
            queue = try SyncedDatabase.openForReading(path)
        } catch {
            throw .database(operation: "open \(path)", reason: "\(error)")
        }
        self.folder = folder
    }

    /// Which events to read.
    package struct Query: Sendable {
        /// Only events that ended at this wall time or later.
        package var sinceWallNanoseconds: Int64?
        /// Only events with this concept.
        package var concept: String?
        package var node: String?
        /// Only events with a greater id.
        package var afterID: Int64?
        /// The newest ones, oldest first.
        package var limit = 50

        package init() {}

        /// On the table of events, called e.
        var conditions: ([String], StatementArguments) {
            var conditions: [String] = []
            var arguments = StatementArguments()
            if let since = sinceWallNanoseconds {
                conditions.append("e.last_wall_ns >= ?")
                arguments += [since]
            }
            if let node {
                conditions.append("e.node = ?")
                arguments += [node]
            }
            if let id = afterID {
                conditions.append("e.id > ?")
                arguments += [id]
            }
            if let concept {
                conditions.append("EXISTS (SELECT 1 FROM event_concepts c WHERE c.event_id = e.id AND c.concept = ?)")
                arguments += [concept]
            }
            return (conditions, arguments)
        }
    }

    /// An event as it lies in the journal.
    package struct Record: Sendable, Hashable {
        package let id: Int64
        package let event: Event
        package let bootID: String
        package let configurationDigest: String
        package let modelDigests: String
        package let isWallSynchronized: Bool
        /// All files of the event's snapshots, relative to the journal's folder.
        package let snapshots: [String]
    }

    package func events(_ query: Query) throws(JournalError) -> [Record] {
        var (conditions, arguments) = query.conditions
        arguments += [query.limit]
        let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try read(
            "SELECT e.*, r.boot_id, r.configuration_digest, r.model_digests FROM events e JOIN runs r ON r.id = e.run_id \(filter) ORDER BY e.id DESC LIMIT ?",
            arguments
        ).reversed()
    }

    package func event(id: Int64) throws(JournalError) -> Record {
        let records = try read(
            "SELECT e.*, r.boot_id, r.configuration_digest, r.model_digests FROM events e JOIN runs r ON r.id = e.run_id WHERE e.id = ?",
            [id])
        guard let record = records.first else { throw .notFound(what: "event \(id)") }
        return record
    }

    /// The newest edges of all output lines, oldest first.
    package func edges(limit: Int = 50) throws(JournalError) -> [OutputEdge] {
        do {
            return try queue.read { database in
                try Row.fetchAll(database, sql: "SELECT * FROM edges ORDER BY id DESC LIMIT ?", arguments: [limit]).reversed().map { row in
                    OutputEdge(
                        node: row["node"], line: row["line"], isActive: row["active"], reason: row["reason"],
                        moment: Event.Moment(
                            monotonic: Timestamp(nanoseconds: row["monotonic_ns"]), wallNanoseconds: row["wall_ns"]))
                }
            }
        } catch {
            throw .database(operation: "read edges", reason: "\(error)")
        }
    }

    private func read(_ sql: String, _ arguments: StatementArguments) throws(JournalError) -> [Record] {
        do {
            return try queue.read { database in
                try Row.fetchAll(database, sql: sql, arguments: arguments).map { try record($0, database) }
            }
        } catch {
            throw .database(operation: "read events", reason: "\(error)")
        }
    }

    func record(_ row: Row, _ database: Database) throws -> Record {
        let id: Int64 = row["id"]
        let key: String = row["key"]
        let concepts = try Row.fetchAll(
            database, sql: "SELECT concept, score_units FROM event_concepts WHERE event_id = ? ORDER BY score_units DESC, concept",
            arguments: [id]
        ).map { ScoredConcept($0["concept"], Score(units: $0["score_units"])) }
        let snapshots = try String.fetchAll(
            database, sql: "SELECT file FROM snapshots WHERE event_key = ? ORDER BY sequence", arguments: [key]
        ).map { "snapshots/" + $0 }
        let event = Event(
            key: key, node: row["node"], state: Event.State(rawValue: row["state"]) ?? .interrupted,
            firstSequence: UInt64(clamping: row["first_sequence"] as Int64), lastSequence: UInt64(clamping: row["last_sequence"] as Int64),
            frameCount: row["frame_count"],
            first: Event.Moment(monotonic: Timestamp(nanoseconds: row["first_monotonic_ns"]), wallNanoseconds: row["first_wall_ns"]),
            last: Event.Moment(monotonic: Timestamp(nanoseconds: row["last_monotonic_ns"]), wallNanoseconds: row["last_wall_ns"]),
            concepts: concepts,
            bestBox: Box(left: row["box_left"], top: row["box_top"], right: row["box_right"], bottom: row["box_bottom"]),
            bestSequence: UInt64(clamping: row["best_sequence"] as Int64), explanation: row["explanation"], snapshot: snapshots.first)
        return Record(
            id: id, event: event, bootID: row["boot_id"], configurationDigest: row["configuration_digest"],
            modelDigests: row["model_digests"], isWallSynchronized: row["wall_synchronized"], snapshots: snapshots)
    }
}
