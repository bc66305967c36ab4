import Frames
import Synchronization

/// What the output thread tells the rest of the program: events to fetch, the state of each output.
///
/// The output thread never waits here: when somebody reads at that moment, it keeps its news and tries again on its next round.
final class OutputBoard: Sendable {
    /// Events that nobody has fetched; older ones go first.
    static let eventCapacity = 512

    struct Contents: Sendable {
        var events: [OutputEvent] = []
        var droppedEventCount = 0
        var statuses: [OutputStatus]
    }

    private let contents: Mutex<Contents>

    init(_ statuses: [OutputStatus]) {
        contents = Mutex(Contents(statuses: statuses))
    }

    /// Adds events and replaces the statuses, unless somebody holds the board just now. Called on the output thread.
    /// - Returns: whether it was done.
    func publish(_ events: [OutputEvent], _ statuses: [OutputStatus]) -> Bool {
        let done: Void? = contents.withLockIfAvailable { contents in
            contents.events += events
            let excess = contents.events.count - Self.eventCapacity
            if excess > 0 {
                contents.events.removeFirst(excess)
                contents.droppedEventCount += excess
            }
            contents.statuses = statuses
        }
        return done != nil
    }

    func takeEvents() -> (events: [OutputEvent], droppedCount: Int) {
        contents.withLock { contents in
            defer { (contents.events, contents.droppedEventCount) = ([], 0) }
            return (contents.events, contents.droppedEventCount)
        }
    }

    var statuses: [OutputStatus] { contents.withLock { $0.statuses } }
}
