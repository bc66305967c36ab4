import FoundationEssentials
import GRDB
import Storage

/// The folder where heads, their samples and their revisions lie: an SQLite database, and one file of embeddings for each embedder.
///
/// An embedding is on the disk before the row that refers to it, so after a power cut every sample that was acknowledged is there with its
/// embedding. Several processes may use one library; writers take turns. Blocking calls; any thread, one at a time.
package final class SampleLibrary {
    static let databaseName = "library.sqlite"

    package let folder: String
    let queue: DatabaseQueue

    /// Whether there is a library in a folder.
    package static func exists(in folder: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + databaseName) }

    /// Opens the library, or begins one.
    /// - Throws: `SampleError.folder`, `.database`.
    package init(folder: String) throws(SampleError) {
        self.folder = folder
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw .folder(path: folder, reason: "it cannot be made")
        }
        let path = folder + "/" + Self.databaseName
        do {
            queue = try SyncedDatabase.open(path, label: "picket-samples", cacheKiB: 2000)
            try LibrarySchema.migrator.migrate(queue)
        } catch {
            if let error = error as? DatabaseError, [.SQLITE_CANTOPEN, .SQLITE_READONLY].contains(error.resultCode) {
                throw .folder(path: folder, reason: "\(Self.databaseName) cannot be opened for writing")
            }
            throw .database(operation: "open \(path)", reason: "\(error)")
        }
    }

    // MARK: Heads

    /// All heads, by name.
    package func heads() throws(SampleError) -> [HeadRecord] {
        try read("read heads") { database in
            try Row.fetchAll(database, sql: "SELECT * FROM heads ORDER BY name").map(Self.head)
        }
    }

    /// - Throws: `SampleError.noSuchHead`, which names those that there are.
    package func head(_ name: String) throws(SampleError) -> HeadRecord {
        let all = try heads()
        guard let head = all.first(where: { $0.name == name }) else { throw .noSuchHead(name, known: all.map(\.name)) }
        return head
    }

    /// The head of that name, begun for an embedder when it is new.
    /// - Parameters:
    ///   - digest: SHA-256 of the embedder's file.
    ///   - path: of the embedder, for people and for commands that run it again.
    /// - Throws: `SampleError.otherEmbedder` when the head has embeddings of another one.
    package func head(
        _ name: String, embedderDigest digest: String, path: String, dimension: Int, scale: Float
    ) throws(SampleError) -> HeadRecord {
        try Self.checkName(name)
        if let head = try heads().first(where: { $0.name == name }) {
            guard head.embedderDigest == digest else {
                throw .otherEmbedder(
                    head: name, digest: head.embedderDigest, path: head.embedderPath, givenDigest: digest, givenPath: path)
            }
            return head
        }
        guard (1...VectorFile.maximumDimension).contains(dimension) else {
            throw .name(path, reason: "its vectors have \(dimension) elements, at most \(VectorFile.maximumDimension) are supported")
        }
        try Self.storing { () throws(StorageError) in
            _ = try VectorFile(path: vectorPath(digest), digest: digest, dimension: dimension)
            try DurableFile.syncFolder(folder)
        }
        try write("begin head \(name)") { database in
            try database.execute(
                sql: "INSERT INTO heads (name, embedder_digest, embedder_path, dimension, scale) VALUES (?, ?, ?, ?, ?)",
                arguments: [name, digest, path, dimension, Double(scale)])
            try database.execute(
                sql: "INSERT OR IGNORE INTO vector_files (embedder_digest, file, next_row) VALUES (?, ?, 0)",
                arguments: [digest, Self.vectorFileName(digest)])
        }
        return try self.head(name)
    }

    /// Removes a head with all its samples and revisions.
    package func removeHead(_ head: HeadRecord) throws(SampleError) {
        try write("remove head \(head.name)") { try $0.execute(sql: "DELETE FROM heads WHERE id = ?", arguments: [head.id]) }
    }

    /// Names stand in commands, workflow files and tables.
    static func checkName(_ name: String) throws(SampleError) {
        guard !name.isEmpty else { throw .name(name, reason: "it is empty") }
        guard name.utf8.count <= 100 else { throw .name(String(name.prefix(20)) + "...", reason: "it has more than 100 bytes") }
        guard !name.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }) else {
            throw .name("?", reason: "it has control characters")
        }
    }

    private static func head(_ row: Row) -> HeadRecord {
        HeadRecord(
            id: row["id"], name: row["name"], embedderDigest: row["embedder_digest"], embedderPath: row["embedder_path"],
            dimension: row["dimension"], scale: Float(row["scale"] as Double), activeRevision: row["active_revision"])
    }

    // MARK: Files and transactions

    static func vectorFileName(_ digest: String) -> String { "embeddings-\(digest.prefix(16)).vectors" }

    func vectorPath(_ digest: String) -> String { folder + "/" + Self.vectorFileName(digest) }

    /// The lock that one writer of embeddings has at a time; held as long as the value lives.
    func writersLock() throws(SampleError) -> OpenFile {
        try Self.storing { () throws(StorageError) in
            let lock = try OpenFile(folder + "/library.lock")
            try lock.lock()
            return lock
        }
    }

    func read<T>(_ operation: String, _ body: (Database) throws -> T) throws(SampleError) -> T {
        do { return try queue.read(body) } catch { throw Self.error(operation, error) }
    }

    @discardableResult
    func write<T>(_ operation: String, _ body: (Database) throws -> T) throws(SampleError) -> T {
        do { return try queue.write(body) } catch { throw Self.error(operation, error) }
    }

    static func storing<T>(_ body: () throws(StorageError) -> T) throws(SampleError) -> T {
        do { return try body() } catch { throw .storage(error) }
    }

    private static func error(_ operation: String, _ error: any Error) -> SampleError {
        (error as? SampleError) ?? .database(operation: operation, reason: "\(error)")
    }
}
