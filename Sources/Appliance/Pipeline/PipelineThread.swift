package import Actions
package import Capture
package import Frames
import Imaging
package import Journal
package import Models
import Synchronization
import Threads

/// The thread that runs the workflow: frames in, output commands and journal entries out. A new configuration takes over between two frames.
package final class PipelineThread: Sendable {
    /// What the thread works with; replaced as a whole by a reload.
    package struct Assignment: Sendable {
        let configuration: Configuration
        let mailbox: FrameMailbox
        let outputs: OutputThread?
        let journal: Journal
        let keyPrefix: String

        /// - Parameters:
        ///   - mailbox: where the frames come from.
        ///   - outputs: in the order of the configuration's; nil when nothing is to be driven.
        ///   - keyPrefix: of this run, for events' keys.
        package init(
            configuration: Configuration, mailbox: FrameMailbox, outputs: OutputThread?, journal: Journal, keyPrefix: String
        ) {
            self.configuration = configuration
            self.mailbox = mailbox
            self.outputs = outputs
            self.journal = journal
            self.keyPrefix = keyPrefix
        }
    }

    /// What has been done so far.
    package struct Counters: Sendable, Hashable {
        package var processed: UInt64 = 0
        /// Frames that came and could not be decoded.
        package var failed: UInt64 = 0
        /// How long the latest frame took, from the mailbox to the last command.
        package var latest = Duration.zero
        /// From the frame's time stamp to the end of its processing.
        package var age = Duration.zero
        package var opened: UInt64 = 0
        /// The source has no more frames and all have been processed.
        package var isFinished = false
    }

    private struct Post: Sendable {
        var assignment: Assignment?
        var mustCloseEvents = false
        var mustStop = false
        /// The assignment at hand is to be given up.
        var mustRelease = false
        /// Nothing of any assignment is held.
        var isIdle = false
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
    package init(_ assignment: Assignment, clock: any Frames.Clock, onBadFrame: @escaping @Sendable (String) -> Void) {
        post = Monitor(Post(assignment: assignment))
        self.clock = clock
        self.onBadFrame = onBadFrame
        thread.withLock { $0 = NamedThread(name: "picket-pipeline", stackByteCount: 4 << 20) { [self] in run() } }
    }

    /// Grows while the thread lives, for the watchdog.
    package var tickCount: UInt64 { ticks.load(ordering: .relaxed) }
    package var currentCounters: Counters { counters.withLock { $0 } }
    /// Why a workflow could not be started; the thread then does nothing until another assignment.
    package var failure: ModelError? { post.read { $0.failure } }

    /// Takes over between two frames.
    package func assign(_ assignment: Assignment) { post.update { $0.assignment = assignment } }

    /// Closes the open events and gives the outputs and the journal of the assignment up, so that they can be replaced; the thread then
    /// waits for another assignment.
    /// - Returns: false when a frame takes longer than the time.
    @discardableResult
    package func release(within timeout: Duration) -> Bool {
        post.update { post in
            post.mustRelease = true
            post.assignment = nil
        }
        return post.wait(atMost: timeout) { $0.isIdle ? true : nil } ?? false
    }

    /// The camera is gone: what was seen has ended.
    package func closeEvents() { post.update { $0.mustCloseEvents = true } }

    /// Closes the open events and ends the thread.
    package func stop() {
        post.update { $0.mustStop = true }
        thread.withLock { $0 }?.join()
    }

    // MARK: The thread

    private func run() {
        while let assignment = nextAssignment() {
            counters.withLock { $0.isFinished = false }
            do {
                var pipeline = try Pipeline(assignment.configuration, keyPrefix: assignment.keyPrefix)
                let isSourceAtEnd = work(&pipeline, assignment)
                record(pipeline.closeAllEvents(), assignment)
                counters.withLock { $0.isFinished = isSourceAtEnd }
            } catch {
                // The models were checked with the configuration; what is left is a file that changed in between.
                post.update { $0.failure = error }
            }
        }
    }

    /// Waits for work; nil when the thread is to end.
    private func nextAssignment() -> Assignment? {
        post.update { $0.isIdle = true }
        while true {
            ticks.wrappingAdd(1, ordering: .relaxed)
            let isOver = post.wait(atMost: .milliseconds(500)) { $0.mustStop || $0.assignment != nil ? $0.mustStop : nil }
            if isOver == true { return nil }
            if isOver == false, let assignment = takeAssignment() { return assignment }
        }
    }

    private func takeAssignment() -> Assignment? {
        post.update { post in
            (post.mustRelease, post.isIdle) = (false, post.assignment == nil)
            return post.assignment.take()
        }
    }

    /// Until another assignment or the end comes.
    /// - Returns: true when the source has no more frames.
    private func work(_ pipeline: inout Pipeline, _ assignment: Assignment) -> Bool {
        var isBad = false
        while true {
            ticks.wrappingAdd(1, ordering: .relaxed)
            let (mustEnd, mustCloseEvents) = post.update { post in
                defer { post.mustCloseEvents = false }
                return (post.mustStop || post.mustRelease || post.assignment != nil, post.mustCloseEvents)
            }
            if mustEnd { return false }
            if mustCloseEvents { record(pipeline.closeAllEvents(), assignment) }
            switch assignment.mailbox.receive(timeout: .milliseconds(100)) {
            case .timedOut: record(pipeline.closeEvents(at: clock.now), assignment)
            case .finished: return true
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
