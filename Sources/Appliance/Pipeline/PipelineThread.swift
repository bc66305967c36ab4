import Actions
import Capture
import Frames
import Imaging
import Journal
import Models
import Synchronization
import Threads

/// The thread that runs the workflow: frames in, output commands and journal entries out. A new configuration takes over between two frames.
final class PipelineThread: Sendable {
    /// What the thread works with; replaced as a whole by a reload.
    struct Assignment: Sendable {
        let configuration: Configuration
        let mailbox: FrameMailbox
        let outputs: OutputThread?
        let journal: Journal
        let keyPrefix: String
    }

    /// What has been done so far.
    struct Counters: Sendable, Hashable {
        var processed: UInt64 = 0
        /// Frames that came and could not be decoded.
        var failed: UInt64 = 0
        /// How long the latest frame took, from the mailbox to the last command.
        var latest = Duration.zero
        /// From the frame's time stamp to the end of its processing.
        var age = Duration.zero
        var opened: UInt64 = 0
        /// The source has no more frames and all have been processed.
        var isFinished = false
    }

    private struct Post: Sendable {
        var assignment: Assignment?
        var mustCloseEvents = false
        var mustStop = false
        /// Models that could not be built for an assignment.
        var failure: ModelError?
    }

    private let post: Monitor<Post>
    private let counters = Mutex(Counters())
    private let ticks = Atomic<UInt64>(0)
    private let clock: any Frames.Clock
    private let thread = Mutex<NamedThread?>(nil)
    private let onBadFrame: @Sendable (String) -> Void

    /// - Parameter onBadFrame: called on the thread for the first of a row of frames that could not be decoded.
    init(_ assignment: Assignment, clock: any Frames.Clock, onBadFrame: @escaping @Sendable (String) -> Void) {
        post = Monitor(Post(assignment: assignment))
        self.clock = clock
        self.onBadFrame = onBadFrame
        thread.withLock { $0 = NamedThread(name: "picket-pipeline", stackByteCount: 4 << 20) { [self] in run() } }
    }

    var tickCount: UInt64 { ticks.load(ordering: .relaxed) }
    var currentCounters: Counters { counters.withLock { $0 } }
    var failure: ModelError? { post.read { $0.failure } }

    /// Takes over between two frames.
    func assign(_ assignment: Assignment) { post.update { $0.assignment = assignment } }

    /// The camera is gone: what was seen has ended.
    func closeEvents() { post.update { $0.mustCloseEvents = true } }

    /// Closes the open events and ends the thread.
    func stop() {
        post.update { $0.mustStop = true }
        thread.withLock { $0 }?.join()
    }

    // MARK: The thread

    private func run() {
        while let assignment = nextAssignment() {
            counters.withLock { $0.isFinished = false }
            do {
                var pipeline = try Pipeline(assignment.configuration, keyPrefix: assignment.keyPrefix)
                work(&pipeline, assignment)
                record(pipeline.closeAllEvents(), assignment)
            } catch {
                // The models were checked with the configuration; what is left is a file that changed in between.
                post.update { $0.failure = error }
            }
            counters.withLock { $0.isFinished = true }
        }
    }

    /// Waits for work; nil when the thread is to end.
    private func nextAssignment() -> Assignment? {
        while true {
            ticks.wrappingAdd(1, ordering: .relaxed)
            let isOver = post.wait(atMost: .milliseconds(500)) { $0.mustStop || $0.assignment != nil ? $0.mustStop : nil }
            if isOver == true { return nil }
            if isOver == false, let assignment = post.update({ $0.assignment.take() }) { return assignment }
        }
    }

    /// Until another assignment or the end comes.
    private func work(_ pipeline: inout Pipeline, _ assignment: Assignment) {
        var isBad = false
        while true {
            ticks.wrappingAdd(1, ordering: .relaxed)
            let (mustEnd, mustCloseEvents) = post.update { post in
                defer { post.mustCloseEvents = false }
                return (post.mustStop || post.assignment != nil, post.mustCloseEvents)
            }
            if mustEnd { return }
            if mustCloseEvents { record(pipeline.closeAllEvents(), assignment) }
            switch assignment.mailbox.receive(timeout: .milliseconds(100)) {
            case .timedOut: record(pipeline.closeEvents(at: clock.now), assignment)
            case .finished: return
            case .frame(let frame):
                let error = process(frame, &pipeline, assignment)
                if let error, !isBad { onBadFrame(error) }
                isBad = error != nil
                assignment.mailbox.recycle(frame)
            }
        }
    }

    /// - Returns: why the frame could not be used.
    private func process(_ frame: Frame, _ pipeline: inout Pipeline, _ assignment: Assignment) -> String? {
        let start = clock.now
        do {
            let result = try pipeline.process(frame)
            assignment.outputs?.frameTick()
            for (output, verdict) in result.verdicts.enumerated() {
                if let verdict { assignment.outputs?.submit(output, matched: verdict, taken: frame.timestamp) }
            }
            for entry in result.entries { assignment.journal.record(entry) }
            let opened = result.changes.filter { if case .opened = $0 { true } else { false } }.count
            let end = clock.now
            counters.withLock { counters in
                counters.processed += 1
                counters.latest = end.since(start)
                counters.age = end.since(frame.timestamp)
                counters.opened += UInt64(opened)
            }
            return nil
        } catch {
            assignment.outputs?.frameTick()
            counters.withLock { $0.failed += 1 }
            return "frame \(frame.sequence): \(error)"
        }
    }

    private func record(_ changes: [EventTracker.Change], _ assignment: Assignment) {
        for entry in Pipeline.entries(changes) { assignment.journal.record(entry) }
    }
}
