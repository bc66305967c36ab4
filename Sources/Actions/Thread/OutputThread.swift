package import Frames
import Synchronization
import Threads

/// Drives the outputs of all workflows on a thread of its own, so that a line goes off in time even when everything else is stuck.
///
/// The pipeline hands over one word for each frame and output and takes no lock for it. The thread wakes for these, for faults, for the next
/// end of a hold, a limit or a pulse, and twice a second to show that it lives. When no frame has come for `stallAfter`, it makes every line
/// safe. A line that cannot be requested (in use, no permission, no such chip) is reported and tried again with growing pauses; the others go
/// on. `stop` makes every line safe and gives it back.
///
/// `submit` and `frameTick` belong to one thread for each output; everything else may be called from any thread.
package final class OutputThread: Sendable {
    package struct Options: Sendable, Hashable {
        /// With no frame for this long the pipeline counts as stuck. Give at least three frame periods of a slow source.
        package var stallAfter: Duration
        /// The longest sleep; the tick counter rises at least this often.
        package var heartbeat: Duration

        package init(stallAfter: Duration = .seconds(2), heartbeat: Duration = .milliseconds(500)) {
            self.stallAfter = stallAfter
            self.heartbeat = heartbeat
        }
    }

    /// What the threads share: atomics, and the board that is never waited for.
    final class Shared: Sendable {
        let settings: [OutputSettings]
        let options: Options
        let clock: any Frames.Clock
        let source: any LineSource
        let bell: Doorbell
        let rings: [FrameRing]
        let board: OutputBoard
        /// Bits of `OutputFaults`, as the owner raised them.
        let faults = Atomic<UInt64>(0)
        /// When the last frame came, in nanoseconds; `noFrame` before the first.
        let lastFrame = Atomic<Int64>(Shared.noFrame)
        let isStalled = Atomic(true)
        let ticks = Atomic<UInt64>(0)
        let mustStop = Atomic(false)
        /// Whether every line has been tried once.
        let isReady = Monitor(false)

        static let noFrame = Int64.min

        init(_ settings: [OutputSettings], _ source: any LineSource, _ clock: any Frames.Clock, _ options: Options) throws(ActionsError) {
            self.settings = settings
            self.options = options
            self.clock = clock
            self.source = source
            do { bell = try Doorbell() } catch { throw ActionsError(error) }
            rings = settings.map { _ in FrameRing() }
            board = OutputBoard(settings.map(OutputStatus.init))
        }
    }

    private let shared: Shared
    private let thread: NamedThread

    /// Starts the thread and waits until every line has its safe level or has been refused; at most five seconds, should a chip hang.
    /// - Parameters:
    ///   - settings: one for each output; `submit` names them by their place in this list.
    ///   - source: where the lines come from.
    ///   - clock: nil for the machine's.
    /// - Throws: `ActionsError.system` when the thread cannot be made. A line that fails is no error here: see `statuses`.
    package init(
        _ settings: [OutputSettings], source: any LineSource, clock: (any Frames.Clock)? = nil, options: Options = Options()
    ) throws(ActionsError) {
        let shared = try Shared(settings, source, clock ?? SystemClock(), options)
        self.shared = shared
        do {
            thread = try NamedThread(starting: "picket-outputs") {
                var worker = OutputWorker(shared)
                worker.run()
            }
        } catch {
            throw ActionsError(error)
        }
        _ = shared.isReady.wait(atMost: .seconds(5)) { $0 ? true : nil }
    }

    deinit { stop() }

    // MARK: The pipeline's side

    /// A frame has passed the pipeline, whatever was found in it. Call it for every frame.
    package func frameTick() {
        shared.lastFrame.store(shared.clock.now.nanoseconds, ordering: .releasing)
        if shared.isStalled.load(ordering: .acquiring) { shared.bell.ring() }
    }

    /// Hands over the verdict on one frame; counts as a `frameTick`. Call it for each frame that the output's branch has judged, whether
    /// anything arrived at the output or not: without the frames that do not match, `3 of 5` cannot be counted.
    /// - Parameters:
    ///   - output: the output's place in the list of settings.
    ///   - matched: whether anything arrived at the output.
    ///   - stamp: when the frame was taken.
    package func submit(_ output: Int, matched: Bool, taken stamp: Timestamp) {
        shared.lastFrame.store(shared.clock.now.nanoseconds, ordering: .releasing)
        shared.rings[output].push(matched: matched, taken: stamp)
        shared.bell.ring()
    }

    // MARK: The owner's side

    /// Makes every line safe until the fault is cleared.
    package func raise(_ fault: OutputFault) {
        shared.faults.bitwiseOr(OutputFaults.bit(fault), ordering: .acquiringAndReleasing)
        shared.bell.ring()
    }

    package func clear(_ fault: OutputFault) {
        shared.faults.bitwiseAnd(~OutputFaults.bit(fault), ordering: .acquiringAndReleasing)
        shared.bell.ring()
    }

    /// Rises at least once in a `heartbeat` while the thread is alive; the watchdog compares it with the value it saw last.
    package var tickCount: UInt64 { shared.ticks.load(ordering: .relaxed) }

    /// What has happened since the last call, oldest first, and how many events were lost because nobody called.
    package func takeEvents() -> (events: [OutputEvent], droppedCount: Int) { shared.board.takeEvents() }

    /// In the order of the settings.
    package var statuses: [OutputStatus] { shared.board.statuses }

    /// Makes every line safe, gives it back and ends the thread; returns when that is done. Calls after the first do nothing.
    package func stop() {
        shared.mustStop.store(true, ordering: .releasing)
        shared.bell.ring()
        thread.join()
    }
}
