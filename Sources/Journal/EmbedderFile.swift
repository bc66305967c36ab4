import FoundationEssentials
import GRDB
import Storage

/// An embedder whose vectors the journal keeps, and the file in which they lie.
///
/// A file is never changed but at its end. When most of its rows are of events that are gone, a file of the next generation takes its place,
/// with the commit that says so: whatever moment the power is cut at, the database names a file that is whole.
struct EmbedderFile: Sendable, Hashable {
    let id: Int64
    /// SHA-256 of the embedder, in hexadecimal.
    let digest: String
    let dimension: Int
    let generation: Int64
    /// Where the next vector goes; rows before it are on the disk.
    let nextRow: Int

    init(_ row: Row) {
        id = row["id"]
        digest = row["digest"]
        dimension = row["dimension"]
        generation = row["generation"]
        nextRow = row["next_row"]
    }

    static let suffix = ".vectors"
    /// Of what is made of a file of vectors and can be made again.
    static let codeSuffix = ".codes"

    var stem: String { Self.stem(digest, generation) }

    static func stem(_ digest: String, _ generation: Int64) -> String { "embeddings-\(digest.prefix(16))-\(generation)" }

    /// Whether a name in the journal's folder is that of a file of vectors, or of what is made of one.
    static func isName(_ name: String) -> Bool {
        name.hasPrefix("embeddings-") && (name.hasSuffix(suffix) || name.hasSuffix(codeSuffix) || name.hasSuffix(".tmp"))
    }

    func path(in folder: String) -> String { folder + "/" + stem + Self.suffix }

    static func all(_ database: Database) throws -> [EmbedderFile] {
        try Row.fetchAll(database, sql: "SELECT * FROM embedders ORDER BY id").map(EmbedderFile.init)
    }

    static func find(_ digest: String, _ database: Database) throws -> EmbedderFile? {
        try Row.fetchOne(database, sql: "SELECT * FROM embedders WHERE digest = ?", arguments: [digest]).map(EmbedderFile.init)
    }
}
