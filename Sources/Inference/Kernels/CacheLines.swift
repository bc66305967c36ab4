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

    /// A line for each vector of words.
    init(_ lines: [SIMD8<UInt64>]) {
        self.init(byteCount: Self.lineByteCount * lines.count)
        withMutableBytes { target in
            for index in lines.indices {
                target.storeBytes(of: lines[index], toByteOffset: Self.lineByteCount * index, as: SIMD8<UInt64>.self)
            }
        }
    }

    package var bytes: RawSpan {
        // SAFETY: every byte of Int8 is initialised.
        @_lifetime(borrow self) get { unsafe storage.span.bytes.extracting(start..<start + byteCount) }
    }

    /// The same, for looking at.
    package var elements: Span<Int8> {
        @_lifetime(borrow self) get { storage.span.extracting(start..<start + byteCount) }
    }

    /// The 64 bytes from an offset on, eight at a time.
    func words(at byteOffset: Int) -> SIMD8<UInt64> {
        // SAFETY: the span checks its bounds, and all bits are a number.
        unsafe bytes.unsafeLoadUnaligned(fromByteOffset: byteOffset, as: SIMD8<UInt64>.self)
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
