import Glibc
import Tensors

/// Reads whole files that people name. Links are followed; pipes and devices are refused, since they might never end.
package enum RegularFile {
    package enum Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        case missing
        case notAFile
        case tooLarge(byteCount: Int, limit: Int)
        case unreadable

        package var description: String {
            switch self {
            case .missing: "no such file, or no permission"
            case .notAFile: "not a file"
            case .tooLarge(let count, let limit): "has \(count) bytes, the limit is \(limit)"
            case .unreadable: "no permission"
            }
        }
    }

    /// Files of so many bytes are read into large pages where the kernel has them.
    private static let largeByteCount = 1 << 20
    private static let largePageByteCount = 2 << 20

    /// Room for a file: large ones get whole large pages less what an allocation needs for itself, since the kernel aligns just those. What
    /// nobody writes costs no memory.
    private static func capacity(for size: Int) -> Int {
        let ownByteCount = 256
        guard size >= largeByteCount else { return size }
        return (size + ownByteCount + largePageByteCount - 1) / largePageByteCount * largePageByteCount - ownByteCount
    }

    /// - Parameter limit: in bytes; a larger file is not read at all.
    package static func bytes(_ path: String, limit: Int) throws(Refusal) -> [UInt8] {
        // Not to wait for the other end of a pipe; it means nothing to a regular file.
        // SAFETY: the path is a string of Swift's, lent for the call.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        // A permission that is missing on a folder looks like a missing file to whoever has it not.
        guard descriptor >= 0 else { throw errno == EACCES ? .unreadable : errno == ENXIO ? .notAFile : .missing }
        defer { close(descriptor) }
        var facts = stat()
        // SAFETY: fstat fills the struct that it is lent.
        guard unsafe fstat(descriptor, &facts) == 0 else { throw .unreadable }
        guard facts.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        let size = Int(facts.st_size)
        guard size <= limit else { throw .tooLarge(byteCount: size, limit: limit) }
        var failed = false
        // SAFETY: read() writes at most what is left of the buffer, and `count` says how much it wrote.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.capacity(for: size)) { buffer, count in
            if size >= largeByteCount, let start = buffer.baseAddress {
                // SAFETY: advice on how the pages of this allocation come, its own bookkeeping in front of it among them; their contents
                // stay as they are, and a kernel without large pages ignores it.
                let page = unsafe UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: start) & ~4095)
                _ = unsafe madvise(page, buffer.count, MADV_HUGEPAGE)
            }
            // The allocation's bookkeeping has touched the first large page already, which leaves it in small ones.
            // SAFETY: the bytes are the buffer's.
            if let start = buffer.baseAddress { unsafe Pages.populate(start, byteCount: min(size, largePageByteCount)) }
            while count < size, let start = buffer.baseAddress {
                let got = unsafe read(descriptor, start + count, size - count)
                if got < 0, errno == EINTR { continue }
                failed = got < 0
                // A file that became shorter meanwhile ends here.
                guard got > 0 else { break }
                count += got
            }
        }
        guard !failed else { throw .unreadable }
        return bytes
    }
}
