package import GRDB

/// SQLite as this project keeps what must survive a power cut: write-ahead log, every commit synced, and nothing in a damaged or foreign file
/// may run code.
package enum SyncedDatabase {
    /// Opens a file for its one writer, or makes it.
    /// - Parameters:
    ///   - label: names the connection, for debuggers.
    ///   - cacheKiB: the pages that are kept in memory.
    /// - Throws: `DatabaseError`, also when the connection does not sync its commits.
    package static func open(_ path: String, label: String, cacheKiB: Int) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        configuration.label = label
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            try database.execute(sql: "PRAGMA cell_size_check = ON")
            try database.execute(sql: "PRAGMA journal_size_limit = 4000000")
            try database.execute(sql: "PRAGMA cache_size = -\(cacheKiB)")
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        // GRDB puts `NORMAL`, which lost everything since boot in real power cuts, in the place of what the configuration asks for when it
        // turns the write-ahead log on.
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        guard try queue.read({ try Int.fetchOne($0, sql: "PRAGMA synchronous") }) == 2 else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "commits are not synced")
        }
        return queue
    }

    /// Opens a file beside its writer.
    package static func openForReading(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
        return try DatabaseQueue(path: path, configuration: configuration)
    }
}
