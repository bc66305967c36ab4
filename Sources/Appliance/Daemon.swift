package import Actions
package import Capture
import Frames
package import Journal
package import Logging
import Models
import Predictions
import Settings
import Threads
import Workflow

/// Runs a configuration until it is told to stop: starts the threads in order, watches over them, and stops them in reverse order.
///
/// Outputs are made safe before anything else starts and before anything else stops.
package final class Daemon {
    package struct Options: Sendable {
        package var configurationPath: String
        /// Takes the place of `camera.device`.
        package var source: String?
        /// Takes the place of `storage.path`.
        package var storage: String?
        package var tier: String?
        package var version = ""

        package init(configurationPath: String) { self.configurationPath = configurationPath }
    }

    /// How the daemon is doing, once a second.
    package struct Status: Sendable {
        package let camera: String
        package let isStreaming: Bool
        package let capture: CaptureCounters
        package let processed: UInt64
        package let failed: UInt64
        package let framesPerSecond: Double
        package let latency: Duration
        package let eventCount: UInt64
        package let outputs: [OutputStatus]
        package let journal: Journal.Status
        package let uptime: Duration
        /// The last reload was refused, and what runs is not what the file says.
        package let isReloadRefused: Bool

        /// One line, as `systemctl status` shows it.
        package var text: String {
            let rate = "\((framesPerSecond * 10).rounded() / 10) fps"
            let levels = outputs.map { "\($0.id) \($0.failure != nil ? "FAILED" : $0.isActive == true ? "on" : "off")" }
            let log = journal.failure == nil ? "\(eventCount) events" : "\(eventCount) events, LOG FAILING"
            let refusal = isReloadRefused ? ["THE NEW CONFIGURATION IS REFUSED"] : []
            return (refusal + [camera, rate, "\(latency.milliseconds) ms", log] + levels).joined(separator: ", ")
        }
    }

    private let options: Options
    private let logger: Logger
    private let clock = SystemClock()
    private let notifier = ServiceNotifier()
    private let signals: SignalQueue
    private let onStatus: (Status) -> Void

    /// The parts that run; a reload replaces those that changed.
    private struct Parts {
        var configuration: Configuration
        var lock: StorageLock
        var outputs: OutputThread?
        var journal: Journal
        var capture: CaptureLoop
        var camera: CameraWatch
        var pipeline: PipelineThread
        var heads: HeadWatch
        var facts: RunFacts
        /// Counts the reloads: frame numbers start again with a new source, and events' keys must not.
        var generation = 0
        var isReloadRefused = false

        var keyPrefix: String { "\(facts.keyPrefix)-\(generation)" }
    }

    /// - Parameters:
    ///   - signals: made before any thread was.
    ///   - onStatus: called once a second on the thread that calls `run`.
    package init(_ options: Options, signals: SignalQueue, logger: Logger, onStatus: @escaping (Status) -> Void = { _ in }) {
        self.options = options
        self.signals = signals
        self.logger = logger
        self.onStatus = onStatus
    }

    /// Runs until SIGTERM or SIGINT, or until a file or pipe has no more frames.
    /// - Throws: `SettingsError` for a configuration that cannot be used, `ApplianceError`.
    package func run() throws {
        let configuration = try load()
        let lock = try StorageLock(folder: configuration.storage.path)
        for note in configuration.definition.notes { logger.notice("\(note)") }
        var parts = try start(configuration, lock)
        defer { withExtendedLifetime(parts) {} }
        notifier.ready(status: "started")
        logger.notice(
            "running \(configuration.path) on \(configuration.camera.device)",
            metadata: ["config": "\(configuration.digest.prefix(12))", "models": "\(configuration.modelDigests)"])
        do {
            try supervise(&parts)
        } catch {
            stop(parts)
            throw error
        }
        stop(parts)
        if let reason = parts.camera.state.failure { throw ApplianceError.source(device: "\(configuration.camera.device)", reason: reason) }
    }

    private func load() throws(SettingsError) -> Configuration {
        try ConfigurationFile.load(
            options.configurationPath, source: options.source, storage: options.storage, tier: options.tier)
    }

    // MARK: Starting and stopping

    private func start(_ configuration: Configuration, _ lock: StorageLock) throws -> Parts {
        let outputs = try startOutputs(configuration)
        let facts = RunFacts(
            configurationDigest: configuration.digest, modelDigests: configuration.modelDigests, version: options.version,
            start: Event.Moment(monotonic: clock.now, wallNanoseconds: clock.wallNanoseconds))
        let journal = startJournal(configuration, facts)
        let (capture, camera) = try startCapture(configuration, outputs)
        let logger = logger
        let damaged = RepeatedNotice(every: .seconds(10))
        let pipeline = PipelineThread(
            .init(
                configuration: configuration, mailbox: capture.mailbox, outputs: outputs, journal: journal,
                keyPrefix: "\(facts.keyPrefix)-0"),
            clock: clock,
            onBadFrame: { [clock] reason in
                guard let skipped = damaged.admit(at: clock.now) else { return }
                logger.warning("frame dropped: \(reason)\(RepeatedNotice.text(skipped))", metadata: ["event": "frame.corrupt"])
            })
        return Parts(
            configuration: configuration, lock: lock, outputs: outputs, journal: journal, capture: capture, camera: camera,
            pipeline: pipeline, heads: watchHeads(configuration), facts: facts)
    }

    private func watchHeads(_ configuration: Configuration) -> HeadWatch {
        let logger = logger
        return HeadWatch(configuration.library.heads) { change in
            switch change {
            case .replaced: logger.notice("\(change)", metadata: ["event": "head.replaced"])
            case .failed: logger.error("\(change)", metadata: ["event": "head.failed"])
            }
        }
    }

    private func startOutputs(_ configuration: Configuration) throws(ApplianceError) -> OutputThread? {
        guard !configuration.outputs.isEmpty else { return nil }
        do {
            let period = configuration.camera.rate?.period ?? .milliseconds(200)
            return try OutputThread(
                configuration.outputs.map(\.settings), source: BoardLines(simulated: SimulatedChip(clock: clock)), clock: clock,
                options: .init(stallAfter: max(.seconds(2), period * 3)))
        } catch {
            throw .thread("\(error)")
        }
    }

    private func startJournal(_ configuration: Configuration, _ facts: RunFacts) -> Journal {
        let logger = logger
        let journal = Journal(settings: configuration.storage, facts: facts, clock: clock) { notice in
            switch notice {
            case .failing, .quarantined, .lost, .lostEmbeddings, .droppedEmbeddings:
                logger.error("\(notice)", metadata: ["event": "storage.failing"])
            case .recovered, .interruptedEvents: logger.notice("\(notice)")
            case .deletedImages, .deletedEvents, .compactedEmbeddings: logger.info("\(notice)", metadata: ["event": "storage.pruned"])
            }
        }
        journal.start()
        return journal
    }

    private func startCapture(
        _ configuration: Configuration, _ outputs: OutputThread?
    ) throws(ApplianceError) -> (CaptureLoop, CameraWatch) {
        let settings = configuration.camera
        let clock = clock
        let camera = CameraWatch(logger: logger, outputs: outputs)
        do {
            return (try CaptureLoop(makeSource: { CaptureSource.make(settings, clock: clock) }) { camera.receive($0) }, camera)
        } catch {
            throw .thread("\(error)")
        }
    }

    /// Outputs first, then the frames, then the log, all within two seconds.
    private func stop(_ parts: Parts) {
        notifier.stopping()
        parts.outputs?.raise(.stopping)
        parts.capture.requestStop()
        parts.pipeline.stop()
        parts.heads.stop()
        parts.outputs?.stop()
        report(parts)
        if !parts.capture.stop(within: .milliseconds(300)) { logger.warning("the camera's driver holds its thread") }
        if !parts.journal.stop(within: .seconds(1)) { logger.error("the log could not be written in time") }
        logger.notice("stopped", metadata: account(parts))
    }

    /// Where every frame of the camera went: captured = processed + dropped + damaged. `missed` are those that the driver lost before.
    private func account(_ parts: Parts) -> Logger.Metadata {
        let capture = parts.capture.counters
        let pipeline = parts.pipeline.currentCounters
        return [
            "event": "stopped", "captured": "\(capture.frames.captured + capture.corrupt)", "processed": "\(pipeline.processed)",
            "dropped": "\(capture.frames.dropped)", "damaged": "\(capture.corrupt + pipeline.failed)", "missed": "\(capture.missed)",
        ]
    }

    // MARK: Supervision

    /// - Throws: what cannot be gone on with; the parts are as they were then, and to be stopped.
    private func supervise(_ parts: inout Parts) throws {
        // A worn card may hold a write back for minutes; a restart would not make it faster, and would drop the pins.
        var heartbeats = HeartbeatMonitor(limits: [
            "capture": Duration.seconds(6), "inference": .seconds(6), "output": .seconds(3), "log": .seconds(300),
        ])
        let started = clock.now
        var lastStatus = started
        var lastProcessed: UInt64 = 0
        var nextPet = started
        var stuck: [String] = []
        var wasStreaming = false
        while true {
            switch signals.wait(atMost: .milliseconds(100)) {
            case .stop?: return
            case .reload?: try reload(&parts)
            case nil: break
            }
            let now = clock.now
            report(parts)
            let isStreaming = parts.camera.state.isStreaming
            if wasStreaming && !isStreaming { parts.pipeline.closeEvents() }
            wasStreaming = isStreaming
            if let failure = parts.pipeline.failure { throw ApplianceError.model(failure.description) }

            let nowStuck = heartbeats.check(ticks(parts), now: now)
            if nowStuck != stuck, !nowStuck.isEmpty {
                logger.critical("stuck: \(nowStuck.joined(separator: ", ")); the watchdog is no longer fed", metadata: ["event": "stuck"])
            }
            stuck = nowStuck
            if stuck.isEmpty, let interval = notifier.watchdogInterval, now >= nextPet {
                notifier.petWatchdog()
                nextPet = now.advanced(by: interval / 2)
            }
            if now.since(lastStatus) >= .seconds(1) {
                let status = status(parts, since: lastStatus, processedBefore: lastProcessed, started: started, now: now)
                (lastStatus, lastProcessed) = (now, status.processed)
                notifier.status(status.text)
                onStatus(status)
            }
            if parts.camera.state.hasEnded, parts.pipeline.currentCounters.isFinished { return }
        }
    }

    private func ticks(_ parts: Parts) -> [String: UInt64] {
        [
            // A loop that has come to its end stands still for good.
            "capture": parts.capture.isFinished ? UInt64(clamping: clock.now.nanoseconds) : parts.capture.counters.loopTick,
            "inference": parts.pipeline.tickCount,
            "output": parts.outputs?.tickCount ?? UInt64(clamping: clock.now.nanoseconds),
            "log": parts.journal.tickCount,
        ]
    }

    /// Brings what the outputs did into the journal and the log.
    private func report(_ parts: Parts) {
        guard let outputs = parts.outputs else { return }
        let (events, droppedCount) = outputs.takeEvents()
        if droppedCount > 0 { logger.error("\(droppedCount) reports of outputs were lost") }
        for event in events {
            if let level = event.edge {
                let settings = parts.configuration.outputs[event.index].settings
                logger.notice("\(event)", metadata: ["event": "output.\(level ? "on" : "off")", "reason": "\(event.code)"])
                let wall = clock.wallNanoseconds - clock.now.since(event.at).wholeNanoseconds
                parts.journal.record(
                    .edge(
                        OutputEdge(
                            node: event.output, line: "\(settings.line)", isActive: level, reason: event.description,
                            moment: Event.Moment(monotonic: event.at, wallNanoseconds: wall))))
            } else {
                logger.warning("\(event)", metadata: ["event": "output.\(event.code)"])
            }
        }
    }

    private func status(
        _ parts: Parts, since last: Timestamp, processedBefore: UInt64, started: Timestamp, now: Timestamp
    ) -> Status {
        let counters = parts.pipeline.currentCounters
        let seconds = Double(now.since(last).wholeNanoseconds) / 1e9
        let camera = parts.camera.state
        return Status(
            camera: camera.text, isStreaming: camera.isStreaming, capture: parts.capture.counters, processed: counters.processed,
            failed: counters.failed, framesPerSecond: Double(counters.processed - processedBefore) / max(seconds, 0.001),
            latency: counters.latest, eventCount: counters.opened, outputs: parts.outputs?.statuses ?? [], journal: parts.journal.status,
            uptime: now.since(started), isReloadRefused: parts.isReloadRefused)
    }

    // MARK: Reload

    /// - Throws: when the new parts could not be started, after which there is nothing to go on with.
    private func reload(_ parts: inout Parts) throws {
        notifier.reloading(at: clock.now.nanoseconds / 1000)
        do {
            let new = try load()
            if new.storage.path != parts.configuration.storage.path { parts.lock = try StorageLock(folder: new.storage.path) }
            for note in new.definition.notes { logger.notice("\(note)") }
            try take(new, &parts)
        } catch let error as SettingsError {
            return refuse(error.issues.map(\.description), &parts)
        } catch ApplianceError.alreadyRunning(let path) {
            return refuse([ApplianceError.alreadyRunning(path: path).description], &parts)
        }
        parts.isReloadRefused = false
        parts.outputs?.clear(.badReload)
        logger.notice(
            "reloaded \(parts.configuration.path)",
            metadata: ["config": "\(parts.configuration.digest.prefix(12))", "event": "reload.done"])
        notifier.ready(status: "reloaded")
    }

    private func refuse(_ reasons: [String], _ parts: inout Parts) {
        parts.isReloadRefused = true
        let isStopping = parts.configuration.onBadConfiguration == .stop
        let consequence = isStopping ? "outputs stay at their safe level until it is good" : "the last good one stays"
        for reason in reasons { logger.error("\(reason)", metadata: ["event": "reload.issue"]) }
        logger.error("the new configuration is refused, \(consequence)", metadata: ["event": "reload.refused"])
        if isStopping { parts.outputs?.raise(.badReload) }
        notifier.ready(status: "the new configuration is refused, \(consequence)")
    }

    /// Replaces the parts that changed; pins keep their state as long as the outputs are described as before.
    private func take(_ new: Configuration, _ parts: inout Parts) throws {
        let old = parts.configuration
        // The old workflow's events close in the journal that they were opened in.
        if !parts.pipeline.release(within: .seconds(5)) { logger.warning("a frame takes longer than 5 s") }
        if new.outputs.map(\.settings.withoutOrigin) != old.outputs.map(\.settings.withoutOrigin) {
            parts.outputs?.stop()
            report(parts)
            parts.outputs = try startOutputs(new)
            parts.camera.connect(parts.outputs)
        }
        if new.storage != old.storage {
            parts.journal.stop()
            parts.journal = startJournal(new, parts.facts)
        }
        if new.camera != old.camera {
            parts.capture.stop()
            (parts.capture, parts.camera) = try startCapture(new, parts.outputs)
        }
        parts.heads.stop()
        parts.heads = watchHeads(new)
        parts.configuration = new
        parts.generation += 1
        parts.pipeline.assign(
            .init(
                configuration: new, mailbox: parts.capture.mailbox, outputs: parts.outputs, journal: parts.journal,
                keyPrefix: parts.keyPrefix))
    }
}

extension Duration {
    /// Rounded to tenths.
    var milliseconds: Double { (Double(wholeNanoseconds) / 1e5).rounded() / 10 }
}
