import Glibc

/// A file that is open for reading and writing; closed with its last owner.
package final class OpenFile: Sendable {
    package let path: String
    private let descriptor: Int32

    /// Opens or makes a file.
    package init(_ path: String, truncating: Bool = false) throws(StorageError) {
        self.path = path
        // SAFETY: constants and a Swift string.
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | (truncating ? O_TRUNC : 0), 0o640)
        guard descriptor >= 0 else { throw .file(path: path, operation: "open", errorNumber: errno) }
    }

    /// Opens a file that is there, only for reading.
    package init(reading path: String) throws(StorageError) {
        self.path = path
        // SAFETY: constants and a Swift string.
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: path, operation: "open", errorNumber: errno) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// In bytes.
    package func length() throws(StorageError) -> Int {
        var facts = stat()
        // SAFETY: fstat fills the struct that it is lent.
        guard unsafe fstat(descriptor, &facts) == 0 else { throw fail("stat") }
        return Int(facts.st_size)
    }

    /// Waits for the lock that one writer has at a time, in this process or another.
    package func lock() throws(StorageError) {
        while flock(descriptor, LOCK_EX) != 0 { if errno != EINTR { throw fail("lock") } }
    }

    package func truncate(_ length: Int) throws(StorageError) {
        guard ftruncate(descriptor, length) == 0 else { throw fail("truncate") }
    }

    package func write(_ bytes: [UInt8], at position: Int) throws(StorageError) {
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
    package func read(_ count: Int, at position: Int) throws(StorageError) -> [UInt8] {
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

    package func sync() throws(StorageError) {
        guard fdatasync(descriptor) == 0 else { throw fail("fdatasync") }
    }

    /// The first bytes in the address space, only for reading; nil when the kernel refuses, `errno` says why.
    func map(_ count: Int) -> UnsafeMutableRawPointer? {
        // SAFETY: the kernel chooses the place.
        let base = unsafe mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        return unsafe base == MAP_FAILED ? nil : base
    }

    private func fail(_ operation: String) -> StorageError { .file(path: path, operation: operation, errorNumber: errno) }
}
