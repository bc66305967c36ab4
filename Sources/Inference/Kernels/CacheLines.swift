/// Constant bytes that begin at the start of a cache line, for kernels that load whole vectors of them.
///
/// An array begins at a multiple of 16 only: it is made a line longer, and where a line begins in it is measured when it is made. Once
/// filled it is not changed any more, and so does not move; were it copied elsewhere, loads would be slower, and as sound.
package struct CacheLines: Sendable {
    package static let lineByteCount = 64

    /// Whole lines, in bytes.
    package let byteCount: Int
    private var storage: [Int8]
    private let start: Int

    /// Zeros, rounded up to whole lines.
    package init(byteCount: Int) {
        self.byteCount = Self.roundUp(byteCount)
        storage = [Int8](repeating: 0, count: self.byteCount + Self.lineByteCount)
        // SAFETY: the address is only looked at.
        let address = unsafe storage.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
        start = Self.lineByteCount - Int(address % UInt(Self.lineByteCount))
    }

    /// The bytes from the start of a line, filled up with zeros.
    package init(_ bytes: [Int8]) {
        self.init(byteCount: bytes.count)
        storage.replaceSubrange(start..<start + bytes.count, with: bytes)
    }

    package var bytes: RawSpan {
        // SAFETY: every byte of Int8 is initialised.
        @_lifetime(borrow self) get {
            #if compiler(>=6.3)
                unsafe storage.span.bytes.extracting(start..<start + byteCount)
            #else
                storage.span.bytes.extracting(start..<start + byteCount)
            #endif
        }
    }

    /// The same, for looking at.
    package var elements: Span<Int8> {
        @_lifetime(borrow self) get { storage.span.extracting(start..<start + byteCount) }
    }

    /// Only for filling a new value.
    mutating func withMutableBytes(_ body: (inout MutableRawSpan) -> Void) {
        let range = start..<start + byteCount
        // SAFETY: the storage is start + byteCount bytes or more, and every pattern of bits is an Int8.
        unsafe storage.withUnsafeMutableBytes { buffer in
            var bytes = unsafe MutableRawSpan(_unsafeBytes: buffer[range])
            body(&bytes)
        }
    }

    static func roundUp(_ byteCount: Int) -> Int { (byteCount + lineByteCount - 1) / lineByteCount * lineByteCount }
}
