import Synchronization
import Tensors

/// The memory of a plan's packed weights: one block, of which layers take one piece after the other while they are prepared.
final class PackedMemory: Sendable {
    let arena: Arena
    private let end = Atomic(0)

    /// - Parameter byteCount: room for so much; what nobody takes costs no memory.
    init(byteCount: Int) { arena = Arena(byteCount: byteCount, isFilled: false) }

    /// Whole cache lines that nobody else gets; nil when there is not so much left.
    func take(byteCount: Int) -> Region? {
        let (_, end) = end.add(byteCount, ordering: .relaxed)
        return end <= arena.byteCount ? Region(byteOffset: end - byteCount, byteCount: byteCount) : nil
    }
}
