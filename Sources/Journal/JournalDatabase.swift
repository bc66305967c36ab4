import FoundationEssentials
import Frames
import GRDB
import Predictions
import Storage

/// The database file and the snapshot folder, used by one thread.
struct JournalDatabase {
    let folder: String
    let queue: DatabaseQueue
    let runID: Int64
    let facts: RunFacts

    static let fileName = "journal.sqlite"
    var snapshotFolder: String { folder + "/snapshots" }
    var reviewFolder: String { folder + "/review" }

    /// Opens the journal, or begins a new one when there is none or it is damaged; nothing that was stored is removed.
    static func open(folder: String, facts: RunFacts, notify: (JournalNotice) -> Void) throws(JournalError) -> JournalDatabase {
        do {
            for name in ["snapshots", "review"] {
                try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
            }
        } catch {
            throw .folder(path: folder, reason: "\(error)")
        }
        let path = folder + "/" + fileName
        do {
            return try connect(path: path, folder: folder, facts: facts, notify: notify)
        } catch {
            guard isDamage(error) else { throw .database(operation: "open \(path)", reason: "\(error)") }
            let kept = quarantine(path: path, facts: facts)
            notify(.quarantined(keptAs: kept, reason: "\(error)"))
        }
        do {
            return try connect(path: path, folder: folder, facts: facts, notify: notify)
        } catch {
            throw .database(operation: "open \(path)", reason: "\(error)")
        }
    }

    private static func connect(
        path: String, folder: String, facts: RunFacts, notify: (JournalNotice) -> Void
    ) throws -> JournalDatabase {
        let queue = try SyncedDatabase.open(path, label: "picket-journal", cacheKiB: 1000)
        let verdict = try queue.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
        guard verdict == "ok" else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: verdict) }
        try Schema.migrator.migrate(queue)
        let isSynchronized = Syscalls.isWallClockSynchronized()
        let (runID, interrupted) = try queue.write { database in
            try database.execute(sql: "UPDATE events SET state = 'interrupted' WHERE state = 'open'")
            let interrupted = database.changesCount
            try database.execute(
                sql: """
                    INSERT INTO runs (boot_id, configuration_digest, model_digests, version, start_monotonic_ns, start_wall_ns,
                        wall_synchronized) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    facts.bootID, facts.configurationDigest, facts.modelDigests, facts.version, facts.start.monotonic.nanoseconds,
                    facts.start.wallNanoseconds, isSynchronized,
                ])
            return (database.lastInsertedRowID, interrupted)
        }
        if interrupted > 0 { notify(.interruptedEvents(count: interrupted)) }
        return JournalDatabase(folder: folder, queue: queue, runID: runID, facts: facts)
    }

    /// A file that SQLite calls damaged, is no database, or holds other tables under our names.
    private static func isDamage(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        return [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_CANTOPEN, .SQLITE_SCHEMA, .SQLITE_MISMATCH]
            .contains(error.resultCode)
    }

    private static func quarantine(path: String, facts: RunFacts) -> String {
        let name = path + ".corrupt-\(facts.keyPrefix)"
        // Its vectors are of no use to another database.
        let folder = String(path.dropLast(fileName.count + 1))
        for file in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] where file.hasSuffix(EmbedderFile.suffix) {
            try? FileManager.default.moveItem(atPath: folder + "/" + file, toPath: folder + "/" + file + ".corrupt-\(facts.keyPrefix)")
        }
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
            try? FileManager.default.moveItem(atPath: path + suffix, toPath: name + suffix)
        }
        return name
    }

    /// Writes a batch in one transaction: all of it or nothing.
    func write(_ entries: [JournalEntry]) throws(JournalError) {
        // Files come first: a row must never name a file that a power cut took.
        var files: [Int: StoredFile] = [:]
        for (index, entry) in entries.enumerated() { files[index] = try store(entry) }
        let isSynchronized = Syscalls.isWallClockSynchronized()
        do {
            let replaced = try queue.write { database in
                var replaced: [String] = []
                var looks: [String: Event.Look] = [:]
                for (index, entry) in entries.enumerated() {
                    let file = files[index]
                    switch entry {
                    case .event(let event):
                        try upsert(event, isSynchronized, database)
                        if let look = event.look { looks[event.key] = look }
                    case .edge(let edge): try insert(edge, database)
                    case .sample(let sample): if let file { try insert(sample, file, isSynchronized, database) }
                    case .snapshot(let key, let sequence, let wall, _, let replacing):
                        guard let file else { continue }
                        if replacing { replaced += try removeSnapshots(of: key, except: file.name, database) }
                        try database.execute(
                            sql: """
                                INSERT OR REPLACE INTO snapshots (event_key, file, byte_count, sequence, wall_ns, wall_synchronized)
                                VALUES (?, ?, ?, ?, ?, ?)
                                """, arguments: [key, file.name, file.byteCount, Int64(clamping: sequence), wall, isSynchronized])
                    }
                }
                try keep(looks, database)
                return replaced
            }
            for name in replaced { try? FileManager.default.removeItem(atPath: snapshotFolder + "/" + name) }
        } catch let error as JournalError {
            throw error
        } catch {
            throw .database(operation: "write \(entries.count) entries", reason: "\(error)")
        }
    }

    /// Writes the image of an entry that has one.
    private func store(_ entry: JournalEntry) throws(JournalError) -> StoredFile? {
        switch entry {
        case .event, .edge: return nil
        case .snapshot(let key, let sequence, _, let jpeg, _):
            let name = Self.fileName(key, sequence: sequence)
            return try keep(jpeg, folder: snapshotFolder, name: name)
        case .sample(let sample):
            let name = Self.fileName(sample.key, sequence: sample.sequence)
            return try keep(sample.jpeg, folder: reviewFolder, name: name)
        }
    }

    private func keep(_ bytes: [UInt8], folder: String, name: String) throws(JournalError) -> StoredFile {
        do { try DurableFile.write(bytes, folder: folder, name: name) } catch { throw .storage(error) }
        return StoredFile(name: name, byteCount: bytes.count)
    }

    private func removeSnapshots(of key: String, except name: String, _ database: Database) throws -> [String] {
        let files = try String.fetchAll(
            database, sql: "SELECT file FROM snapshots WHERE event_key = ? AND file <> ?", arguments: [key, name])
        try database.execute(sql: "DELETE FROM snapshots WHERE event_key = ?", arguments: [key])
        return files
    }

    private func insert(_ sample: ReviewSample, _ file: StoredFile, _ isSynchronized: Bool, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT OR REPLACE INTO samples (run_id, node, status, file, byte_count, sequence, wall_ns, wall_synchronized)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                runID, sample.node, sample.status.rawValue, file.name, file.byteCount, Int64(clamping: sample.sequence),
                sample.wallNanoseconds, isSynchronized,
            ])
        let id = database.lastInsertedRowID
        for prediction in sample.predictions {
            for concept in prediction.concepts {
                let box = prediction.box
                try database.execute(
                    sql: "INSERT INTO sample_labels VALUES (?, ?, ?, ?, ?, ?, ?)",
                    arguments: [id, box.left, box.top, box.right, box.bottom, concept.name, concept.score.units])
            }
        }
    }

    private struct StoredFile {
        let name: String
        let byteCount: Int
    }

    /// Only letters, digits and hyphens of the key survive, so that no node id can name another folder.
    static func fileName(_ key: String, sequence: UInt64) -> String {
        let safe = key.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "-" }
        return String(safe.prefix(120)) + "-\(sequence).jpg"
    }

    /// Brings the event's row up to date, or makes it. An update comes first: an insert that ends as an update uses up an id, and people
    /// count events.
    private func upsert(_ event: Event, _ isSynchronized: Bool, _ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE events SET state = ?, last_sequence = ?, frame_count = ?, last_monotonic_ns = ?, last_wall_ns = ?,
                    wall_synchronized = ?, box_left = ?, box_top = ?, box_right = ?, box_bottom = ?, best_sequence = ? WHERE key = ?
                """,
            arguments: [
                event.state.rawValue, Int64(clamping: event.lastSequence), event.frameCount, event.last.monotonic.nanoseconds,
                event.last.wallNanoseconds, isSynchronized, event.bestBox.left, event.bestBox.top, event.bestBox.right,
                event.bestBox.bottom, Int64(clamping: event.bestSequence), event.key,
            ])
        if database.changesCount == 0 { try insert(event, isSynchronized, database) }
        for concept in event.concepts {
            try database.execute(
                sql: """
                    INSERT INTO event_concepts (event_id, concept, score_units)
                    VALUES ((SELECT id FROM events WHERE key = ?), ?, ?)
                    ON CONFLICT(event_id, concept) DO UPDATE SET score_units = max(score_units, excluded.score_units)
                    """, arguments: [event.key, concept.name, concept.score.units])
        }
    }

    private func insert(_ event: Event, _ isSynchronized: Bool, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO events (key, run_id, node, state, first_sequence, last_sequence, frame_count, first_monotonic_ns, first_wall_ns,
                    last_monotonic_ns, last_wall_ns, wall_synchronized, box_left, box_top, box_right, box_bottom, best_sequence, explanation)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                event.key, runID, event.node, event.state.rawValue, Int64(clamping: event.firstSequence),
                Int64(clamping: event.lastSequence), event.frameCount, event.first.monotonic.nanoseconds, event.first.wallNanoseconds,
                event.last.monotonic.nanoseconds, event.last.wallNanoseconds, isSynchronized, event.bestBox.left, event.bestBox.top,
                event.bestBox.right, event.bestBox.bottom, Int64(clamping: event.bestSequence), event.explanation,
            ])
    }

    private func insert(_ edge: OutputEdge, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO edges (run_id, node, line, active, reason, monotonic_ns, wall_ns) VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                runID, edge.node, edge.line, edge.isActive, edge.reason, edge.moment.monotonic.nanoseconds, edge.moment.wallNanoseconds,
            ])
    }
}
