package import Frames

/// When a line is on: the rules of one output, without clock, thread or hardware.
///
/// Time comes in with each call and never runs backwards: a smaller `now` counts as the latest one seen. Whoever owns the timer calls
/// `tick` when `deadline` comes; a late call only makes an edge late. Equal times are decided as follows: a limit is reached at its exact
/// instant (`>=`), `max_on` wins over a match of the same instant, a match wins over the end of the hold of the same instant.
///
/// - *On*: by a fresh frame that matches itself, when with it at least N of the last M frames match, `min_off` has passed since the line
///   went off (or since the start), and no fault is raised. Never by the mere passing of time.
/// - *Hold*: each fresh matching frame while the line is on starts the hold anew, counted from when the result arrived. One that arrives
///   after the end of the hold does not save it.
/// - *max_on*: ends the on time whatever is seen; then the match has to lapse, which is to say that no matching frame comes for `hold`,
///   before the line may go on again.
/// - *Pulse*: one pulse each time that the N of M rule becomes true. A rise during the pulse, during `min_off` or during a fault is lost.
/// - *Fault*: the safe level at once, whatever `min_off` says; the frames seen so far are forgotten, so that N of M starts anew.
/// - *Frames*: every frame that the output's branch judged counts, matching or not. One that is older than `max_age` counts as not
///   matching; one that is not newer than its predecessor does not count at all.
package struct OutputTimer: Sendable {
    /// A refusal for the same cause is told again after this time at the earliest.
    package static let refusalInterval = Duration.seconds(10)

    private let settings: OutputSettings

    /// The latest time seen.
    private var now: Timestamp
    private var faults = OutputFaults(.starting)
    /// The level to drive.
    package private(set) var isActive: Bool
    private let start: Timestamp
    private var onSince: Timestamp
    /// Nil until it has been on once.
    private var offSince: Timestamp?
    /// When the hold ends; kept up after `max_on` to see the match lapse.
    private var holdEnd: Timestamp
    private var isUsedUp = false
    /// One bit a frame, the newest lowest.
    private var history: UInt64 = 0
    private var wasConfirmed = false
    private var newestFrame: Timestamp?
    /// The last refusal told and when, so that one cause is not told with each frame.
    private var toldRefusal: (code: String, at: Timestamp)?

    /// A timer at its safe level, with the fault `starting` raised until the owner clears it.
    package init(_ settings: OutputSettings, startedAt start: Timestamp) {
        self.settings = settings
        self.start = start
        now = start
        isActive = settings.isSafeWhenActive
        onSince = start
        holdEnd = start
    }

    /// When `tick` has something to do next, if nothing else comes; nil when only a frame can change the level.
    package var deadline: Timestamp? {
        guard isActive, faults.isEmpty else { return nil }
        switch settings.onTime {
        case .hold(_, atMost: nil): return holdEnd
        case .hold(_, atMost: let limit?): return min(holdEnd, onSince.advanced(by: limit))
        case .pulse(let length): return onSince.advanced(by: length)
        }
    }

    /// How many of the frames that count match.
    package var matchCount: Int { (history & windowMask).nonzeroBitCount }

    private var isConfirmed: Bool { matchCount >= settings.onAfter.required }
    private var windowMask: UInt64 { settings.onAfter.window == 64 ? .max : (1 << UInt64(settings.onAfter.window)) - 1 }

    /// A frame has been judged.
    /// - Parameters:
    ///   - matched: whether anything arrived at the output.
    ///   - stamp: when the frame was taken.
    ///   - time: the monotonic clock now.
    package mutating func frame(matched: Bool, taken stamp: Timestamp, now time: Timestamp) -> OutputOutcome? {
        move(to: time)
        guard faults.isEmpty else { return nil }
        if let newestFrame, stamp <= newestFrame {
            return endedOnTime() ?? (matched ? refusal(.refused(.outOfOrder)) : nil)
        }
        let age = now.since(stamp)
        // A stamp far in the future comes from another clock; believing it would also refuse every later frame.
        if age < .zero - settings.maxAge {
            return endedOnTime() ?? (matched ? refusal(.refused(.fromTheFuture(.zero - age))) : nil)
        }
        newestFrame = stamp
        let isFresh = age <= settings.maxAge
        let counts = matched && isFresh
        let rises = push(counts)
        let outcome = counts ? match(rises: rises) : endedOnTime()
        if matched, !isFresh { return outcome ?? refusal(.refused(.stale(age: age, maxAge: settings.maxAge))) }
        return outcome
    }

    /// Time has passed.
    package mutating func tick(now time: Timestamp) -> OutputOutcome? {
        move(to: time)
        return endedOnTime()
    }

    /// Raises a fault: the line takes its safe level.
    package mutating func raise(_ fault: OutputFault, now time: Timestamp) -> OutputOutcome? {
        move(to: time)
        faults.insert(fault)
        forget()
        return drive(settings.isSafeWhenActive, .fault(fault, isOver: false))
    }

    /// Clears a fault. With the last one the line goes off, if being on was its safe level, and may be turned on by frames again.
    package mutating func clear(_ fault: OutputFault, now time: Timestamp) -> OutputOutcome? {
        move(to: time)
        guard faults.contains(fault) else { return nil }
        faults.remove(fault)
        guard faults.isEmpty else { return nil }
        return drive(false, .fault(fault, isOver: true))
    }

    package var raisedFaults: OutputFaults { faults }

    // MARK: Rules

    private mutating func match(rises: Bool) -> OutputOutcome? {
        switch settings.onTime {
        case .hold(let hold, atMost: let limit):
            if isActive {
                let isLimitReached = limit.map { now.since(onSince) >= $0 } ?? false
                let outcome = now > holdEnd || isLimitReached ? endedOnTime() : nil
                if outcome == nil || isUsedUp { holdEnd = now.advanced(by: hold) }
                return outcome
            }
            if isUsedUp, let limit {
                guard now > holdEnd else {
                    holdEnd = now.advanced(by: hold)
                    return refusal(.keptOff(.maxOnUsedUp(limit)))
                }
                isUsedUp = false
            }
            guard isConfirmed else { return nil }
            guard mayGoOn else { return lockOut() }
            holdEnd = now.advanced(by: hold)
        case .pulse:
            if isActive { return endedOnTime() }
            guard rises else { return nil }
            guard mayGoOn else { return lockOut() }
        }
        return drive(true, .matched(matchCount, of: settings.onAfter.window))
    }

    /// Off, if a hold, a limit or a pulse has come to its end.
    private mutating func endedOnTime() -> OutputOutcome? {
        guard isActive, faults.isEmpty else { return nil }
        switch settings.onTime {
        case .pulse(let length):
            return now.since(onSince) >= length ? drive(false, .pulseEnded(length)) : nil
        case .hold(let length, atMost: let limit):
            // A late call may find both ends passed: the earlier one is the reason.
            if let limit, now.since(onSince) >= limit, onSince.advanced(by: limit) <= holdEnd {
                isUsedUp = true
                return drive(false, .maxOnReached(limit))
            }
            return now >= holdEnd ? drive(false, .holdEnded(length)) : nil
        }
    }

    /// Whether `min_off` has passed. An off and an on never fall on the same instant, even without it.
    private var mayGoOn: Bool {
        guard let offSince else { return now.since(start) >= settings.minOff }
        return now > offSince && now.since(offSince) >= settings.minOff
    }

    private mutating func lockOut() -> OutputOutcome? {
        settings.minOff > .zero ? refusal(.keptOff(.minOff(settings.minOff))) : nil
    }

    private mutating func drive(_ active: Bool, _ reason: OutputReason) -> OutputOutcome? {
        guard active != isActive else { return nil }
        isActive = active
        toldRefusal = nil
        if active { onSince = now } else { offSince = now }
        return .edge(isActive: active, reason)
    }

    /// The refusal, unless it is the one told last and not long ago.
    private mutating func refusal(_ outcome: OutputOutcome) -> OutputOutcome? {
        let code = outcome.reason.code
        if let told = toldRefusal, told.code == code, now.since(told.at) < Self.refusalInterval { return nil }
        toldRefusal = (code, now)
        return outcome
    }

    // MARK: State

    private mutating func move(to time: Timestamp) { now = max(now, time) }

    /// Adds a frame to the history; true when the N of M rule becomes true with it.
    private mutating func push(_ matched: Bool) -> Bool {
        history = (history << 1) | (matched ? 1 : 0)
        let rises = isConfirmed && !wasConfirmed
        wasConfirmed = isConfirmed
        return rises
    }

    /// Starts N of M anew. What `max_on` and `min_off` have counted stays: a flickering camera must not wear them out.
    private mutating func forget() {
        history = 0
        wasConfirmed = false
        newestFrame = nil
    }
}
