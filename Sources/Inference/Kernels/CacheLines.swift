import Tensors

/// Constant bytes that begin at the start of a cache line, for kernels that load whole vectors of them.
///
/// Once filled they are not changed any more; copies share them.
package struct CacheLines: Sendable {
    package static let lineByteCount = Arena.alignment

    private let memory: PackedMemory
    private let region: Region

    /// Whole lines, in bytes.
    package var byteCount: Int { region.byteCount }

    /// So many bytes, rounded up to whole lines, as `fill` leaves them: it writes each one.
    /// - Parameter memory: where to take them from, while there is room.
    init(byteCount: Int, in memory: PackedMemory?, fill: (inout MutableRawSpan) -> Void) {
        let lines = Self.roundUp(byteCount)
        if let memory, let region = memory.take(byteCount: lines) {
            (self.memory, self.region) = (memory, region)
        } else {
            self.memory = PackedMemory(byteCount: lines)
            region = Region(byteOffset: 0, byteCount: lines)
        }
        withMutableBytes(fill)
    }

    /// The bytes from the start of a line, filled up with zeros.
    init(_ bytes: [Int8], in memory: PackedMemory?) {
        self.init(byteCount: bytes.count, in: memory) { target in
            for index in 0..<target.byteCount {
                target.storeBytes(of: index < bytes.count ? bytes[index] : 0, toByteOffset: index, as: Int8.self)
            }
        }
    }

    /// Lends the bytes for the duration of `body`.
    package func withBytes<R>(_ body: (borrowing RawSpan) -> R) -> R {
        // SAFETY: every byte of UInt8 is initialised.
        memory.arena.withBytes(region) { span in
            #if compiler(>=6.3)
                body(unsafe span.bytes)
            #else
                body(span.bytes)
            #endif
        }
    }

    /// Only for filling a new value.
    func withMutableBytes(_ body: (inout MutableRawSpan) -> Void) {
        // SAFETY: every pattern of bits is a UInt8.
        memory.arena.withMutableBytes(region) { span in
            #if compiler(>=6.3)
                var bytes = unsafe span.mutableBytes
            #else
                var bytes = span.mutableBytes
            #endif
            body(&bytes)
        }
    }

    static func roundUp(_ byteCount: Int) -> Int { (byteCount + lineByteCount - 1) / lineByteCount * lineByteCount }
}
