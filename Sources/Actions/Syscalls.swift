import Glibc

/// The only file that talks to the C library: small files that the kernel shows.
enum Syscalls {
    /// At most `limit` bytes of a small file, or nil when it cannot be read.
    static func contents(of path: String, limit: Int) -> [UInt8]? {
        // SAFETY: the path outlives the call.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            // SAFETY: the count is the buffer's own.
            unsafe Glibc.read(file, buffer.baseAddress, buffer.count)
        }
        return count < 0 ? nil : Array(bytes.prefix(count))
    }
}
