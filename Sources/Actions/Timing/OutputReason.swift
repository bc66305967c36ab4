/// Why a line changed, or why it did not.
package enum OutputReason: Sendable, Hashable, CustomStringConvertible {
    // Why it went on.
    case matched(Int, of: Int)
    // Why it went off.
    case holdEnded(Duration)
    case maxOnReached(Duration)
    case pulseEnded(Duration)
    /// The fault that forced the safe level, or (`isOver`) that stopped forcing it.
    case fault(OutputFault, isOver: Bool)
    // Why a match was refused.
    case stale(age: Duration, maxAge: Duration)
    case fromTheFuture(Duration)
    case outOfOrder
    case minOff(Duration)
    case maxOnUsedUp(Duration)

    package var description: String {
        switch self {
        case .matched(1, of: 1): "the frame matched"
        case .matched(let count, let window): "matched \(count) of the last \(window) frames"
        case .holdEnded(let hold): "hold of \(hold.spokenText) ended"
        case .maxOnReached(let limit): "max_on of \(limit.spokenText) reached"
        case .pulseEnded(let length): "pulse of \(length.spokenText) ended"
        case .fault(let fault, isOver: false): fault.text
        case .fault(let fault, isOver: true): "over: \(fault.text)"
        case .stale(let age, let maxAge): "result is \(age.spokenText) old, max_age is \(maxAge.spokenText)"
        case .fromTheFuture(let lead): "the frame's time stamp is \(lead.spokenText) in the future"
        case .outOfOrder: "the frame is not newer than the one before"
        case .minOff(let time): "min_off \(time.spokenText)"
        case .maxOnUsedUp(let limit): "max_on of \(limit.spokenText) was reached and the match has not ended since"
        }
    }

    /// For programs: `hold-ended`.
    package var code: String {
        switch self {
        case .matched: "matched"
        case .holdEnded: "hold-ended"
        case .maxOnReached: "max-on"
        case .pulseEnded: "pulse-ended"
        case .fault(let fault, isOver: false): "fault-" + fault.code
        case .fault(let fault, isOver: true): "over-" + fault.code
        case .stale: "stale"
        case .fromTheFuture: "future"
        case .outOfOrder: "out-of-order"
        case .minOff: "min-off"
        case .maxOnUsedUp: "max-on-used-up"
        }
    }
}

/// What a timer made of an input: at most one thing per call.
package enum OutputOutcome: Sendable, Hashable, CustomStringConvertible {
    /// The level to drive has changed.
    case edge(isActive: Bool, OutputReason)
    /// A matching frame did not count: it was too old, out of order or stamped in the future.
    case refused(OutputReason)
    /// The match stands, and a limit keeps the line off.
    case keptOff(OutputReason)

    package var reason: OutputReason {
        switch self {
        case .edge(_, let reason), .refused(let reason), .keptOff(let reason): reason
        }
    }

    /// `on: matched 3 of the last 5 frames`, `refused: ...`, `kept off: min_off 2 s`.
    package var description: String {
        switch self {
        case .edge(isActive: true, let reason): "on: \(reason)"
        case .edge(isActive: false, let reason): "off: \(reason)"
        case .refused(let reason): "refused: \(reason)"
        case .keptOff(let reason): "kept off: \(reason)"
        }
    }
}
