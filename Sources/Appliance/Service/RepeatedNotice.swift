package import Frames
import Synchronization

/// Lets one notice of a kind through in a while and counts the others, so that a camera with a bad cable does not fill the journal.
package final class RepeatedNotice: Sendable {
    private struct State: Sendable {
        var next: Timestamp?
        var skipped = 0
    }

    private let interval: Duration
    private let state = Mutex(State())

    /// - Parameter interval: from one notice that goes through to the next.
    package init(every interval: Duration) { self.interval = interval }

    /// Counts a notice.
    /// - Returns: how many were kept back since the last one that went through; nil when this one is kept back too.
    package func admit(at now: Timestamp) -> Int? {
        state.withLock { state in
            if let next = state.next, now < next {
                state.skipped += 1
                return nil
            }
            state.next = now.advanced(by: interval)
            defer { state.skipped = 0 }
            return state.skipped
        }
    }

    /// The end of a line that went through.
    static func text(_ skipped: Int) -> String { skipped == 0 ? "" : " (\(skipped) more since the last such line)" }
}
