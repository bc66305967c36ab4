import Frames

/// One output on the output thread: its rules, its line, and what to do when the line cannot be had.
///
/// While the line is not held the fault `lineFailed` is raised, so the timer stands at the safe level, and that is the level with which the
/// line is requested again. Used on one thread.
struct OutputDriver {
    static let firstRetry = Duration.milliseconds(250)
    static let longestRetry = Duration.seconds(30)

    let settings: OutputSettings
    private let index: Int
    private let source: any LineSource
    private var timer: OutputTimer
    private var line: (any OutputLine)?
    private var driven = false
    private var onSince: Timestamp
    private var retryAt: Timestamp
    private var retryDelay = firstRetry
    private(set) var status: OutputStatus
    /// Told by `takeEvents`.
    private var events: [OutputEvent] = []

    init(_ settings: OutputSettings, index: Int, source: any LineSource, now: Timestamp) {
        self.settings = settings
        self.index = index
        self.source = source
        timer = OutputTimer(settings, startedAt: now)
        _ = timer.raise(.lineFailed, now: now)
        onSince = now
        retryAt = now
        status = OutputStatus(settings)
    }

    /// When this output needs the thread next.
    var deadline: Timestamp? { line == nil ? retryAt : timer.deadline }

    /// Brings the faults of the whole program up to date.
    mutating func setFaults(_ faults: OutputFaults, now: Timestamp) {
        // `lineFailed` is this driver's own.
        guard faults.bits | OutputFaults.bit(.lineFailed) != timer.raisedFaults.bits | OutputFaults.bit(.lineFailed) else { return }
        for fault in OutputFault.allCases where fault != .lineFailed {
            switch (faults.contains(fault), timer.raisedFaults.contains(fault)) {
            case (true, false): tell(timer.raise(fault, now: now), now)
            case (false, true): tell(timer.clear(fault, now: now), now)
            default: break
            }
        }
    }

    mutating func frame(matched: Bool, taken: Timestamp, now: Timestamp) {
        tell(timer.frame(matched: matched, taken: taken, now: now), now)
    }

    /// Ends what has come to its end, requests the line if it is not held, and drives it.
    mutating func update(now: Timestamp, droppedFrameCount: UInt64) {
        tell(timer.tick(now: now), now)
        if line == nil, now >= retryAt { request(now) }
        if let line, driven != timer.isActive { drive(line, now) }
        status.update(isActive: line == nil ? nil : driven, droppedFrameCount: droppedFrameCount)
    }

    /// Drives the safe level and gives the line back.
    mutating func stop(now: Timestamp) {
        tell(timer.raise(.stopping, now: now), now)
        if let line, driven != timer.isActive { drive(line, now) }
        line?.release()
        line = nil
        status.update(isActive: nil, droppedFrameCount: status.droppedFrameCount)
    }

    mutating func takeEvents() -> [OutputEvent] {
        guard !events.isEmpty else { return events }
        defer { events.removeAll(keepingCapacity: true) }
        return events
    }

    // MARK: The line

    private mutating func request(_ now: Timestamp) {
        do throws(ActionsError) {
            let line = try source.request(settings.line, isActive: timer.isActive)
            self.line = line
            driven = timer.isActive
            retryDelay = Self.firstRetry
            if status.failure != nil { note(.recovered, now) }
            check(line, now)
            tell(timer.clear(.lineFailed, now: now), now)
        } catch {
            fail(error, now)
        }
    }

    private mutating func drive(_ line: any OutputLine, _ now: Timestamp) {
        do throws(ActionsError) {
            try line.set(timer.isActive)
            driven = timer.isActive
            check(line, now)
        } catch {
            fail(error, now)
        }
    }

    /// Compares the pin with what was set. A line that cannot be read is left alone: it has just been set without complaint.
    private mutating func check(_ line: any OutputLine, _ now: Timestamp) {
        guard let level = try? line.read(), level != driven else { return }
        note(.wrongLevel(expectedActive: driven), now)
    }

    private mutating func fail(_ error: ActionsError, _ now: Timestamp) {
        line?.release()
        line = nil
        tell(timer.raise(.lineFailed, now: now), now)
        // The same failure on each retry is told once.
        if status.failure != error { note(.failed(error), now) }
        retryAt = now.advanced(by: retryDelay)
        retryDelay = min(retryDelay * 2, Self.longestRetry)
    }

    // MARK: News

    private mutating func tell(_ outcome: OutputOutcome?, _ now: Timestamp) {
        guard let outcome else { return }
        note(.outcome(outcome), now)
        if case .edge(isActive: true, _) = outcome { onSince = now }
    }

    private mutating func note(_ kind: OutputEvent.Kind, _ now: Timestamp) {
        let event = OutputEvent(output: settings.id, index: index, at: now, kind: kind)
        events.append(event)
        status.note(event, wasOnFor: event.edge == false ? now.since(onSince) : .zero)
    }
}
