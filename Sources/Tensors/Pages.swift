import Glibc

/// Memory of this process in pages.
package enum Pages {
    private static let byteCount: UInt = 4096
    /// Fewer pages come as fast one by one.
    private static let leastByteCount = 16 << 10
    /// MADV_POPULATE_WRITE of Linux 5.14, which headers may lack.
    private static let populateForWriting: Int32 = 23

    /// Brings the pages of memory that is about to be written, all at once. What the memory holds stays as it is; a kernel that does not
    /// know how leaves them to come one by one.
    ///
    /// The bytes are the caller's own.
    @unsafe package static func populate(_ start: UnsafeMutableRawPointer, byteCount count: Int) {
        guard count >= leastByteCount else { return }
        let first = UInt(bitPattern: start) & ~(byteCount - 1)
        let end = (UInt(bitPattern: start) + UInt(count) + byteCount - 1) & ~(byteCount - 1)
        // SAFETY: each page holds bytes of the caller's, and the advice changes none.
        guard let page = unsafe UnsafeMutableRawPointer(bitPattern: first) else { return }
        _ = unsafe madvise(page, Int(end - first), populateForWriting)
    }
}
