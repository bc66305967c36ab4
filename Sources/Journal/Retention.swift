import FoundationEssentials
import Frames
import GRDB

/// Keeps the journal within its limits: oldest snapshots first, then oldest closed events; bytes and free space decide before any date.
///
/// Dates are trusted only where the kernel called the clock synchronised, both for the row and now, and each pass removes a bounded number:
/// a clock that jumps a year ahead does not empty the journal.
struct Retention {
    let settings: StorageSettings
    static let rowsPerPass = 64

    /// One pass; to be called every few seconds. Returns whether there is more to do.
    func enforce(_ journal: JournalDatabase, wallNanoseconds: Int64, notify: (JournalNotice) -> Void) throws(JournalError) -> Bool {
        do {
            // A file that cannot be written anew stays as it is, only longer than it need be; what is old goes all the same.
            if (try? journal.compactVectors(notify: notify)) == true { return true }
            if let reason = try spaceIsShort(journal) {
                if try deleteOldestImages(journal, reason: reason, notify: notify) { return true }
                return try deleteOldestEvents(journal, reason: reason, notify: notify)
            }
            guard let age = settings.maximumAge, Syscalls.isWallClockSynchronized() else { return false }
            let limit = wallNanoseconds - age.wholeNanoseconds
            let reason = "older than storage.max_age"
            let snapshots = try deleteOldestImages(journal, reason: reason, olderThan: limit, notify: notify)
            let events = try deleteOldestEvents(journal, reason: reason, olderThan: limit, notify: notify)
            return snapshots || events
        } catch {
            throw .database(operation: "retention", reason: "\(error)")
        }
    }

    /// Removes image files that no row names: a power cut between file and row leaves them. Called at start.
    func sweepOrphans(_ journal: JournalDatabase, notify: (JournalNotice) -> Void) throws(JournalError) {
        do {
            var count = 0
            for (table, folder) in [("snapshots", journal.snapshotFolder), ("samples", journal.reviewFolder)] {
                let known = Set(try journal.queue.read { try String.fetchAll($0, sql: "SELECT file FROM \(table)") })
                for name in try FileManager.default.contentsOfDirectory(atPath: folder)
                where !known.contains(name) && (name.hasSuffix(".jpg") || name.hasSuffix(".tmp")) {
                    try FileManager.default.removeItem(atPath: folder + "/" + name)
                    count += 1
                }
            }
            if count > 0 { notify(.deletedImages(count: count, byteCount: 0, reason: "left over from an interrupted write")) }
        } catch {
            throw .database(operation: "sweep images", reason: "\(error)")
        }
    }

    private func spaceIsShort(_ journal: JournalDatabase) throws -> String? {
        let used = try usedByteCount(journal)
        if used > settings.maximumByteCount {
            return "the journal has \(used) bytes, storage.max_size is \(settings.maximumByteCount)"
        }
        guard let space = Syscalls.diskSpace(journal.folder) else { return nil }
        let wanted =
            switch settings.keepFree {
            case .fraction(let fraction): Int64(Double(space.total) * fraction)
            case .byteCount(let count): count
            }
        return space.free < wanted ? "\(space.free) bytes are free, storage.keep_free wants \(wanted)" : nil
    }

    private func usedByteCount(_ journal: JournalDatabase) throws -> Int64 {
        try journal.queue.read { database in
            let images =
                try Int64.fetchOne(
                    database,
                    sql: "SELECT (SELECT coalesce(sum(byte_count), 0) FROM snapshots) + (SELECT coalesce(sum(byte_count), 0) FROM samples)")
                ?? 0
            // Rows of a file of vectors whose events are gone are like unused pages: the next compaction gives them back.
            let vectors =
                try Int64.fetchOne(
                    database,
                    sql: "SELECT sum(2 * dimension) FROM event_embeddings v JOIN embedders e ON e.id = v.embedder_id") ?? 0
            let pages = try Int64.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            let unused = try Int64.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
            let pageSize = try Int64.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
            return images + vectors + (pages - unused) * pageSize
        }
    }

    /// Snapshots of events first, then samples of the review queue.
    private func deleteOldestImages(
        _ journal: JournalDatabase, reason: String, olderThan limit: Int64 = .max, notify: (JournalNotice) -> Void
    ) throws -> Bool {
        for (table, folder) in [("snapshots", journal.snapshotFolder), ("samples", journal.reviewFolder)] {
            let rows = try journal.queue.write { database in
                let condition = limit == .max ? "" : "WHERE wall_ns < ? AND wall_synchronized"
                let rows = try Row.fetchAll(
                    database, sql: "SELECT id, file, byte_count FROM \(table) \(condition) ORDER BY id LIMIT \(Self.rowsPerPass)",
                    arguments: limit == .max ? [] : [limit])
                for row in rows { try database.execute(sql: "DELETE FROM \(table) WHERE id = ?", arguments: [row["id"] as Int64]) }
                return rows.map { (file: $0["file"] as String, byteCount: $0["byte_count"] as Int64) }
            }
            guard !rows.isEmpty else { continue }
            for row in rows { try? FileManager.default.removeItem(atPath: folder + "/" + row.file) }
            notify(.deletedImages(count: rows.count, byteCount: rows.reduce(0) { $0 + $1.byteCount }, reason: reason))
            return true
        }
        return false
    }

    private func deleteOldestEvents(
        _ journal: JournalDatabase, reason: String, olderThan limit: Int64 = .max, notify: (JournalNotice) -> Void
    ) throws -> Bool {
        let count = try journal.queue.write { database in
            let condition = limit == .max ? "" : "AND last_wall_ns < ? AND wall_synchronized"
            try database.execute(
                sql: """
                    DELETE FROM events WHERE id IN
                        (SELECT id FROM events WHERE state <> 'open' \(condition) ORDER BY id LIMIT \(Self.rowsPerPass))
                    """, arguments: limit == .max ? [] : [limit])
            return database.changesCount
        }
        if count > 0 { notify(.deletedEvents(count: count, reason: reason)) }
        return count > 0
    }
}
