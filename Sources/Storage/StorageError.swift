/// Why a file could not be kept or read.
package enum StorageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A call to the kernel about a file failed.
    case file(path: String, operation: String, errorNumber: Int32)
    /// A file is not what its header or the database says.
    case damaged(path: String, reason: String)

    package var description: String {
        switch self {
        case .file(let path, let operation, let number): "\(path): \(operation): \(SystemError.text(number))"
        case .damaged(let path, let reason): "\(path) is damaged: \(reason)"
        }
    }
}
