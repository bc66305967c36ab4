import Crypto
import Glibc

/// A file's bytes in the address space, read by the kernel as they are looked at; for files that are replaced as a whole and never made
/// shorter. One thread's.
@safe package final class MappedFile {
    /// In bytes; above 0.
    package let count: Int
    private let base: UnsafeMutableRawPointer

    /// Maps a file that is there.
    /// - Throws: `StorageError.file`; `.damaged` for an empty one.
    package init(_ path: String) throws(StorageError) {
        let file = try OpenFile(reading: path)
        let length = try file.length()
        guard length > 0 else { throw .damaged(path: path, reason: "it is empty") }
        guard let base = unsafe file.map(length) else { throw .file(path: path, operation: "mmap", errorNumber: errno) }
        unsafe self.base = base
        count = length
    }

    deinit { _ = unsafe munmap(base, count) }

    /// Whether the last bytes are the SHA-256 of all before them, as `SealedFileWriter` leaves a file. Reads all of it.
    package var isSealed: Bool {
        guard count >= SealedFileWriter.sealByteCount else { return false }
        let length = count - SealedFileWriter.sealByteCount
        var hasher = SHA256()
        // SAFETY: both parts lie within the mapping, which lives as long as this object.
        unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer(start: base, count: length))
        let seal = unsafe UnsafeRawBufferPointer(start: base + length, count: SealedFileWriter.sealByteCount)
        let isEqual = unsafe hasher.finalize().elementsEqual(seal)
        return withExtendedLifetime(self) { isEqual }
    }

    /// Lends a part of the bytes.
    /// - Precondition: The range lies within the file.
    package func withBytes<T, E: Error>(_ range: Range<Int>, _ body: (borrowing Span<Int8>) throws(E) -> T) throws(E) -> T {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        // SAFETY: the mapping has `count` bytes and lives as long as this object, which is used until the body has returned.
        let start = unsafe (base + range.lowerBound).assumingMemoryBound(to: Int8.self)
        defer { withExtendedLifetime(self) {} }
        return try unsafe body(UnsafeBufferPointer(start: start, count: range.count).span)
    }
}
