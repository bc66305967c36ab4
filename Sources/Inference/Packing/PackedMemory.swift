import Synchronization
import Tensors

/// The memory of a plan's packed weights: one block, of which layers take one piece after the other while they are prepared.
final class PackedMemory: Sendable {
    let arena: Arena
    private let end = Atomic(0)
    /// So many bytes come at once.
    private static let pieceByteCount = 128 << 10

    /// - Parameter byteCount: room for so much; what nobody takes costs no memory.
    init(byteCount: Int) { arena = Arena(byteCount: byteCount, isFilled: false) }

    /// Whole cache lines that nobody else gets; nil when there is not so much left.
    func take(byteCount: Int) -> Region? {
        let (start, end) = end.add(byteCount, ordering: .relaxed)
        guard end <= arena.byteCount else { return nil }
        // The last piece is rarely a whole one.
        let (first, last) = (Self.wholePieces(start), min(Self.wholePieces(end), arena.byteCount))
        if last > first { arena.populate(Region(byteOffset: first, byteCount: last - first)) }
        return Region(byteOffset: start, byteCount: byteCount)
    }

    private static func wholePieces(_ byteCount: Int) -> Int { (byteCount + pieceByteCount - 1) / pieceByteCount * pieceByteCount }
}
