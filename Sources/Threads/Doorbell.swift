import Frames
import Synchronization

/// Wakes the one thread that waits for work. Ringing takes no lock and never blocks, so a hot path may do it; rings between two waits count
/// as one, and one that came before the wait is not lost.
///
/// Whoever rings publishes the work first (in a ring of frames, an atomic); whoever has waited looks at all of it. What was written before a
/// ring is visible after the wait that it ended. For a value that threads wait for together there is `Monitor`.
///
/// One thread at a time waits; any thread may ring.
package final class Doorbell: Sendable {
    private let isRung = Atomic(false)
    private let pipe: WakePipe

    /// - Throws: `ThreadsError.noDescriptor`: it takes two file descriptors.
    package init() throws(ThreadsError) { pipe = try WakePipe() }

    package func ring() {
        // If it is set, the waiter has not cleared it yet, so that it will still look at the work; and something is or will be in the pipe.
        if isRung.exchange(true, ordering: .acquiringAndReleasing) { return }
        pipe.put()
    }

    /// Waits for a ring, at most until the time is over, which is rounded up to the millisecond.
    /// - Returns: whether it rang.
    @discardableResult package func wait(atMost timeout: Duration) -> Bool {
        let clock = SystemClock()
        let deadline = clock.now.advanced(by: max(timeout, .zero))
        while true {
            let left = max(deadline.since(clock.now), .zero)
            pipe.take(atMost: left.wholeNanoseconds)
            // Emptied first, cleared second: a ring in between is seen here, and a byte that comes late costs one more turn.
            if isRung.exchange(false, ordering: .acquiringAndReleasing) { return true }
            if left == .zero { return false }
        }
    }
}
