import Frames
import Synchronization

/// Carries what was judged about each frame from the pipeline's thread to the output thread: one word a frame, no lock.
///
/// One thread pushes, one thread pops. When the ring is full the newest frame is dropped and counted: a line whose frames do not arrive is
/// not renewed, which is the safe direction.
final class FrameRing: Sendable {
    static let capacity = 64

    private let words = InlineArray<64, Atomic<UInt64>> { _ in Atomic(0) }
    /// Counts of words pushed and popped; they wrap after 10^10 years at 30 frames a second.
    private let pushed = Atomic<UInt64>(0)
    private let popped = Atomic<UInt64>(0)
    private let dropped = Atomic<UInt64>(0)

    var droppedCount: UInt64 { dropped.load(ordering: .relaxed) }

    /// How far `pop` may go; everything before it is visible.
    var end: UInt64 { pushed.load(ordering: .acquiring) }

    func push(matched: Bool, taken stamp: Timestamp) {
        let index = pushed.load(ordering: .relaxed)
        guard index - popped.load(ordering: .acquiring) < UInt64(Self.capacity) else {
            dropped.add(1, ordering: .relaxed)
            return
        }
        // The lowest bit is the verdict; the other 63 hold any time stamp within 146 years.
        let word = UInt64(bitPattern: stamp.nanoseconds << 1) | (matched ? 1 : 0)
        words[Int(index % UInt64(Self.capacity))].store(word, ordering: .relaxed)
        pushed.store(index + 1, ordering: .releasing)
    }

    /// The next word before `end`, or nil.
    func pop(before end: UInt64) -> (matched: Bool, taken: Timestamp)? {
        let index = popped.load(ordering: .relaxed)
        guard index < end else { return nil }
        let word = words[Int(index % UInt64(Self.capacity))].load(ordering: .relaxed)
        popped.store(index + 1, ordering: .releasing)
        return (word & 1 == 1, Timestamp(nanoseconds: Int64(bitPattern: word) >> 1))
    }
}
