import Glibc

/// A part of an arena.
package struct Region: Sendable, Hashable {
    /// Offset of the first byte: a multiple of `Arena.alignment`, or of the element's size for a tensor within another one.
    package let byteOffset: Int
    package let byteCount: Int

    package init(byteOffset: Int, byteCount: Int) {
        self.byteOffset = byteOffset
        self.byteCount = byteCount
    }

    package func overlaps(_ other: Region) -> Bool {
        byteOffset < other.byteOffset + other.byteCount && other.byteOffset < byteOffset + byteCount
    }
}

/// The working memory of one runner: one allocation, made once, in which all activations lie.
///
/// An arena belongs to one runner. It lends spans of its regions, and lends several at a time, some of them mutable: two regions lent
/// together may overlap only when the planner placed one tensor in another's place on purpose (an in-place layer). The planner's tests
/// prove that regions of tensors that live together are disjoint; the arena itself proves that a region lies within it.
///
/// Invariant for Sendable: several threads may use an arena at a time when each writes bytes that no other reads or writes, until they
/// have synchronised. The parts of one layer are such (see `PreparedLayer`), and a runner's threads compute nothing else at a time. Tests:
/// WorkerTests, and every layer's parts in LayerGoldensTests and ConvolutionTests.
@safe package struct Arena: ~Copyable, @unchecked Sendable {
    /// Every block of memory starts at a multiple of this many bytes: a cache line, and the widest vector.
    package static let alignment = 64

    package let byteCount: Int
    private let base: UnsafeMutableRawPointer
    /// Whether it asked for large pages.
    private let isLarge: Bool

    /// The least memory that asks for large pages, and their size. Fresh memory comes page by page: 4 MiB take 2.1 ms in pages of 4 KiB,
    /// 0.4 ms in two of 2 MiB (Zen 4, in a virtual machine).
    private static let largeByteCount = 512 << 10
    /// The same of memory that is not filled: room for the worst, of which a third is used or less.
    private static let largeUnfilledByteCount = 4 << 20
    private static let largePageByteCount = 2 << 20

    /// Allocates memory.
    /// - Parameter isFilled: with zeros; else every byte is written before it is read, and what is never written costs nothing.
    package init(byteCount: Int, isFilled: Bool = true) {
        precondition(byteCount >= 0)
        self.byteCount = byteCount
        isLarge = byteCount >= (isFilled ? Self.largeByteCount : Self.largeUnfilledByteCount)
        let page = isLarge ? Self.largePageByteCount : Self.alignment
        let allocated = max(1, (byteCount + page - 1) / page) * page
        // SAFETY: the pointer is owned by this value, initialised here over its whole extent or by the caller, and freed in deinit only.
        // The advice is about whole pages of its own, and changes nothing but how they come; a kernel without large pages ignores it.
        unsafe base = .allocate(byteCount: allocated, alignment: page)
        if isLarge { _ = unsafe madvise(base, allocated, MADV_HUGEPAGE) }
        if isFilled {
            populate(Region(byteOffset: 0, byteCount: byteCount))
            unsafe base.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        }
    }

    /// Brings the pages of a region that is about to be written, all at once: a fault for each costs 0.5 us more (Zen 4, in a virtual
    /// machine).
    package func populate(_ region: Region) {
        check(region, stride: 1)
        if !isLarge { unsafe Pages.populate(base + region.byteOffset, byteCount: region.byteCount) }
    }

    deinit {
        // SAFETY: allocated in init, lent only within the lifetime of self.
        unsafe base.deallocate()
    }

    /// The elements of a region. `T` has no padding and the region holds a whole number of them.
    @_lifetime(borrow self)
    package func span<T: BitwiseCopyable>(_ region: Region, of type: T.Type = T.self) -> Span<T> {
        check(region, stride: MemoryLayout<T>.stride)
        // SAFETY: check() proved bounds and alignment; the result cannot outlive self.
        let start = unsafe UnsafeRawPointer(base + region.byteOffset).assumingMemoryBound(to: T.self)
        let span = unsafe Span(_unsafeStart: start, count: region.byteCount / MemoryLayout<T>.stride)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// The elements of a region, to be written. See the type's header for what may overlap.
    @_lifetime(borrow self)
    package func mutableSpan<T: BitwiseCopyable>(_ region: Region, of type: T.Type = T.self) -> MutableSpan<T> {
        check(region, stride: MemoryLayout<T>.stride)
        // SAFETY: check() proved bounds and alignment; the result cannot outlive self; see the header for threads.
        let start = unsafe (base + region.byteOffset).assumingMemoryBound(to: T.self)
        let span = unsafe MutableSpan(_unsafeStart: start, count: region.byteCount / MemoryLayout<T>.stride)
        return unsafe _overrideLifetime(span, borrowing: self)
    }

    /// Lends the bytes of a region for the duration of `body`: for arenas in objects, whose spans cannot be proven to end in time.
    package func withBytes<R, E: Error>(_ region: Region, _ body: (borrowing Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(span(region, of: UInt8.self))
    }

    /// The same, to be written.
    package func withMutableBytes<R, E: Error>(_ region: Region, _ body: (inout MutableSpan<UInt8>) throws(E) -> R) throws(E) -> R {
        var bytes = mutableSpan(region, of: UInt8.self)
        return try body(&bytes)
    }

    private func check(_ region: Region, stride: Int) {
        precondition(
            region.byteOffset >= 0 && region.byteCount >= 0 && region.byteOffset <= byteCount
                && region.byteCount <= byteCount - region.byteOffset && region.byteOffset % stride == 0
                && region.byteCount % stride == 0, "region outside of the arena")
    }
}
