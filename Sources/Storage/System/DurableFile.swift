import Glibc

/// Files that a power cut leaves whole, or not there at all.
package enum DurableFile {
    /// Writes a file under a name: a temporary one, fsync, rename, fsync of the folder.
    /// - Parameter folder: must be there.
    package static func write(_ bytes: [UInt8], folder: String, name: String) throws(StorageError) {
        let path = folder + "/" + name
        let temporary = path + ".tmp"
        do throws(StorageError) {
            let file = try OpenFile(temporary, truncating: true)
            try file.write(bytes, at: 0)
            try file.sync()
        } catch {
            remove(temporary)
            throw error
        }
        try rename(temporary, to: path, folder: folder)
    }

    /// Gives a file that was synced the name under which it is looked for.
    package static func rename(_ temporary: String, to path: String, folder: String) throws(StorageError) {
        // SAFETY: two Swift strings, lent for the call.
        guard unsafe Glibc.rename(temporary, path) == 0 else {
            let error = StorageError.file(path: path, operation: "rename", errorNumber: errno)
            remove(temporary)
            throw error
        }
        try syncFolder(folder)
    }

    /// Makes what was done to a folder's entries survive a power cut.
    package static func syncFolder(_ path: String) throws(StorageError) {
        // SAFETY: constants and a Swift string.
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, operation: "open", errorNumber: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(path: path, operation: "fsync", errorNumber: errno) }
    }

    /// Removes a file if it is there.
    package static func remove(_ path: String) { _ = unsafe unlink(path) }
}
