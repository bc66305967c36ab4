package import Storage

/// Why the journal could not do what was asked. The daemon goes on without it and tries again.
package enum JournalError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folder cannot be made or written.
    case folder(path: String, reason: String)
    /// SQLite's own words.
    case database(operation: String, reason: String)
    /// A snapshot or a file of embeddings cannot be written or read.
    case storage(StorageError)
    case notFound(what: String)

    package var description: String {
        switch self {
        case .folder(let path, let reason): "cannot use the folder \(path): \(reason); check storage.path and who owns it"
        case .database(let operation, let reason): "journal: \(operation): \(reason)"
        case .storage(let error): error.description
        case .notFound(let what): "\(what) is not in the journal"
        }
    }
}
