package import Frames

/// Plays the rules of all outputs over a sequence of frames in the frames' own time: the pin timeline of `simulate`.
///
/// No clock, no thread, no hardware: the same frames give the same edges, each at its exact instant. Results count as fresh, and gaps
/// between frames are not taken for a stall, since a recording says nothing about how fast a device would be.
package struct OutputRehearsal: Sendable {
    private let outputs: [OutputSettings]
    private var timers: [OutputTimer] = []

    /// - Parameter outputs: the outputs in the order in which `frame` names them.
    package init(_ outputs: [OutputSettings]) { self.outputs = outputs }

    /// Whether each output is on; all at their safe level before the first frame.
    package var levels: [Bool] { timers.isEmpty ? outputs.map(\.isSafeWhenActive) : timers.map(\.isActive) }

    /// A frame has been judged.
    /// - Parameters:
    ///   - stamp: when it was taken; a frame that is older than the one before changes nothing.
    ///   - verdicts: for each output whether the frame matched; nil when the output's branch did not judge this frame.
    /// - Returns: what happened since the frame before, in the order of time and, at one instant, of the outputs.
    package mutating func frame(taken stamp: Timestamp, verdicts: [Bool?]) -> [OutputEvent] {
        var events = start(at: stamp)
        events += advance(to: stamp)
        for index in timers.indices {
            let outcome =
                if index < verdicts.count, let matched = verdicts[index] {
                    timers[index].frame(matched: matched, taken: stamp, now: stamp)
                } else {
                    timers[index].tick(now: stamp)
                }
            if let outcome { events.append(event(index, stamp, outcome)) }
        }
        return events
    }

    /// The recording is over: ends what ends by itself up to `end`, then stops all outputs.
    package mutating func finish(at end: Timestamp) -> [OutputEvent] {
        var events = advance(to: end)
        for index in timers.indices {
            let ended = timers[index].tick(now: end)
            let stopped = timers[index].raise(.stopping, now: end)
            for outcome in [ended, stopped] {
                if let outcome { events.append(event(index, end, outcome)) }
            }
        }
        return events
    }

    private mutating func start(at stamp: Timestamp) -> [OutputEvent] {
        guard timers.isEmpty else { return [] }
        // The first frame is when `min_off` starts to count, as it is on a device where the camera was quick.
        timers = outputs.map { OutputTimer($0, startedAt: stamp) }
        return timers.indices.compactMap { index in
            timers[index].clear(.starting, now: stamp).map { event(index, stamp, $0) }
        }
    }

    /// Ends that come before `time`; those at `time` itself belong to the frame of that instant.
    private mutating func advance(to time: Timestamp) -> [OutputEvent] {
        var events: [OutputEvent] = []
        while let (index, deadline) = nextDeadline, deadline < time {
            // A tick at a timer's deadline always turns it off, so this ends.
            guard let outcome = timers[index].tick(now: deadline) else { break }
            events.append(event(index, deadline, outcome))
        }
        return events
    }

    private var nextDeadline: (index: Int, at: Timestamp)? {
        var next: (index: Int, at: Timestamp)?
        for index in timers.indices {
            if let deadline = timers[index].deadline, next.map({ deadline < $0.at }) ?? true { next = (index, deadline) }
        }
        return next
    }

    private func event(_ index: Int, _ at: Timestamp, _ outcome: OutputOutcome) -> OutputEvent {
        OutputEvent(output: outputs[index].id, index: index, at: at, kind: .outcome(outcome))
    }
}
