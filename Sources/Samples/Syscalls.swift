import Glibc

/// The calls to the kernel of the library's files, in one place.
enum Syscalls {
    static func describe(_ errorNumber: Int32) -> String {
        // SAFETY: strerror gives a valid text for any number; it is copied at once.
        unsafe strerror(errorNumber).map { unsafe String(cString: $0) } ?? "error \(errorNumber)"
    }

    /// Makes what was written to a folder's entries survive a power cut.
    static func syncFolder(_ path: String) throws(SampleError) {
        // SAFETY: constants and a Swift string.
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, operation: "open", errorNumber: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(path: path, operation: "fsync", errorNumber: errno) }
    }

    /// Writes a file so that after a power cut it is there whole, or not at all: a temporary file, fsync, rename, fsync of the folder.
    static func replace(_ path: String, folder: String, with bytes: [UInt8]) throws(SampleError) {
        let temporary = path + ".tmp"
        do {
            let file = try OpenFile(temporary, truncating: true)
            try file.write(bytes, at: 0)
            try file.sync()
        }
        // SAFETY: two Swift strings, lent for the call.
        guard unsafe rename(temporary, path) == 0 else { throw .file(path: path, operation: "rename", errorNumber: errno) }
        try syncFolder(folder)
    }
}

/// A file that is open for reading and writing; closed with its last owner.
final class OpenFile: Sendable {
    let path: String
    private let descriptor: Int32

    /// Opens or makes a file.
    init(_ path: String, truncating: Bool = false) throws(SampleError) {
        self.path = path
        // SAFETY: constants and a Swift string.
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | (truncating ? O_TRUNC : 0), 0o640)
        guard descriptor >= 0 else { throw .file(path: path, operation: "open", errorNumber: errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// In bytes.
    func length() throws(SampleError) -> Int {
        var facts = stat()
        // SAFETY: fstat fills the struct that it is lent.
        guard unsafe fstat(descriptor, &facts) == 0 else { throw fail("stat") }
        return Int(facts.st_size)
    }

    /// Waits for the lock that one writer has at a time, in this process or another.
    func lock() throws(SampleError) {
        while flock(descriptor, LOCK_EX) != 0 { if errno != EINTR { throw fail("lock") } }
    }

    func truncate(_ length: Int) throws(SampleError) {
        guard ftruncate(descriptor, length) == 0 else { throw fail("truncate") }
    }

    func write(_ bytes: [UInt8], at position: Int) throws(SampleError) {
        var done = 0
        while done < bytes.count {
            // SAFETY: done < count, so the rest lies within the array.
            let count = unsafe bytes.withUnsafeBytes {
                unsafe pwrite(descriptor, $0.baseAddress.map { unsafe $0 + done }, bytes.count - done, position + done)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw fail("write") }
            done += count
        }
    }

    /// - Returns: as many bytes as there are, at most `count`.
    func read(_ count: Int, at position: Int) throws(SampleError) -> [UInt8] {
        var failure: Int32 = 0
        // SAFETY: pread writes at most what is left of the buffer, and `filled` says how much it wrote.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count, let start = buffer.baseAddress {
                let got = unsafe pread(descriptor, start + filled, count - filled, position + filled)
                if got < 0 && errno == EINTR { continue }
                if got < 0 { failure = errno }
                guard got > 0 else { break }
                filled += got
            }
        }
        guard failure == 0 else { throw .file(path: path, operation: "read", errorNumber: failure) }
        return bytes
    }

    func sync() throws(SampleError) {
        guard fdatasync(descriptor) == 0 else { throw fail("fdatasync") }
    }

    private func fail(_ operation: String) -> SampleError { .file(path: path, operation: operation, errorNumber: errno) }
}
