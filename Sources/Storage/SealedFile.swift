import Crypto

/// Writes a file whose last 32 bytes are the SHA-256 of all others, and gives it its name when it is whole: a reader finds the whole file or
/// none, and notices every changed byte.
package struct SealedFileWriter: ~Copyable {
    package static let sealByteCount = 32

    private let path: String
    private let folder: String
    private let file: OpenFile
    private var hasher = SHA256()
    private var position = 0

    /// - Parameter tag: tells writers of the same file apart, for example a process id.
    package init(folder: String, name: String, tag: String) throws(StorageError) {
        file = try OpenFile(folder + "/" + name + "." + tag + ".tmp", truncating: true)
        path = folder + "/" + name
        self.folder = folder
    }

    package mutating func append(_ bytes: [UInt8]) throws(StorageError) {
        do {
            try file.write(bytes, at: position)
        } catch {
            DurableFile.remove(file.path)
            throw error
        }
        hasher.update(data: bytes)
        position += bytes.count
    }

    /// Writes the seal and puts the file in its place.
    package mutating func seal() throws(StorageError) {
        do {
            try file.write(Array(hasher.finalize()), at: position)
            try file.sync()
        } catch {
            DurableFile.remove(file.path)
            throw error
        }
        try DurableFile.rename(file.path, to: path, folder: folder)
    }

    /// Removes what was written.
    package mutating func abandon() { DurableFile.remove(file.path) }
}
