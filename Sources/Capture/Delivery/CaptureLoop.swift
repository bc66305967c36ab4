package import Frames
import Synchronization
import Threads

/// What the capture thread tells besides frames. Sent on the capture thread: whoever receives it passes it on and returns at once.
package enum CaptureEvent: Sendable, Equatable {
    case state(SourceState)
    /// The first damaged frame after good ones; the others are only counted.
    case corrupt(reason: String)
    /// Frames that the driver dropped.
    case dropped(count: UInt64)
    /// The source has no more frames.
    case ended
}

/// The state of the capture thread at one moment.
package struct CaptureCounters: Sendable, Hashable {
    /// captured = delivered + dropped + waiting, always.
    package let frames: FrameMailbox.Counts
    /// Frames that came and were unusable.
    package let corrupt: UInt64
    /// Frames that the driver dropped before anybody saw them.
    package let missed: UInt64
    /// Of the newest usable frame.
    package let lastFrame: Timestamp?
    /// Grows at least every 0.2 s while the thread is alive, for the watchdog.
    package let loopTick: UInt64
}

/// The capture thread: runs a source, fills a mailbox, tells what happens.
package final class CaptureLoop: Sendable {
    /// The longest time the thread is in one call of its source or of the mailbox, drivers permitting.
    private static let slice = Duration.milliseconds(100)

    package let mailbox: FrameMailbox
    private let progress: Progress
    private let thread: NamedThread

    /// What the thread writes and everybody reads.
    private final class Progress: Sendable {
        let shouldStop = Atomic<Bool>(false)
        let corrupt = Atomic<UInt64>(0)
        let missed = Atomic<UInt64>(0)
        let lastFrame = Atomic<Int64>(.min)
        let tick = Atomic<UInt64>(0)
    }

    /// Starts the thread.
    /// - Parameters:
    ///   - name: of the thread.
    ///   - makeSource: called on the thread, once.
    ///   - onEvent: called on the thread.
    /// - Throws: `CaptureError.refused` when the system has no room for a thread.
    package init(
        name: String = "capture", makeSource: @escaping @Sendable () -> any FrameSource,
        onEvent: @escaping @Sendable (CaptureEvent) -> Void
    ) throws(CaptureError) {
        let mailbox = FrameMailbox()
        let progress = Progress()
        do {
            thread = try NamedThread(starting: name) {
                Self.run(makeSource(), mailbox, progress, onEvent)
                mailbox.finish(discards: progress.shouldStop.load(ordering: .relaxed))
            }
        } catch {
            throw CaptureError(error, thread: name)
        }
        self.mailbox = mailbox
        self.progress = progress
    }

    deinit { progress.shouldStop.store(true, ordering: .relaxed) }

    package var counters: CaptureCounters {
        let last = progress.lastFrame.load(ordering: .relaxed)
        return CaptureCounters(
            frames: mailbox.counts, corrupt: progress.corrupt.load(ordering: .relaxed), missed: progress.missed.load(ordering: .relaxed),
            lastFrame: last == .min ? nil : Timestamp(nanoseconds: last), loopTick: progress.tick.load(ordering: .relaxed))
    }

    /// Whether the thread has ended: its source did, or it was stopped.
    package var isFinished: Bool { thread.isFinished }

    /// Asks the thread to end; it does within 0.2 s unless a driver holds it.
    package func requestStop() { progress.shouldStop.store(true, ordering: .relaxed) }

    /// Asks the thread to end and waits for it. A frame that nobody took is dropped.
    /// - Returns: false when it has not ended in time, which means that a driver holds it.
    @discardableResult package func stop(within timeout: Duration = .seconds(1)) -> Bool {
        requestStop()
        return thread.join(within: timeout)
    }

    private static func run(
        _ source: any FrameSource, _ mailbox: FrameMailbox, _ progress: Progress, _ onEvent: (CaptureEvent) -> Void
    ) {
        var storage = mailbox.takeSpare()
        var isCorrupt = false
        while !progress.shouldStop.load(ordering: .relaxed) {
            progress.tick.wrappingAdd(1, ordering: .relaxed)
            switch source.next(timeout: slice, storage: &storage) {
            case .frame(let frame):
                isCorrupt = false
                progress.lastFrame.store(frame.timestamp.nanoseconds, ordering: .relaxed)
                if !source.isLive, !waitForRoom(mailbox, progress) {
                    // Stopped while it waited: put and thereby counted, then discarded with the mailbox.
                    mailbox.finish(discards: true)
                }
                mailbox.put(frame)
                storage = mailbox.takeSpare()
            case .corrupt(let reason):
                progress.corrupt.wrappingAdd(1, ordering: .relaxed)
                if !isCorrupt { onEvent(.corrupt(reason: reason)) }
                isCorrupt = true
            case .dropped(let count):
                progress.missed.wrappingAdd(count, ordering: .relaxed)
                onEvent(.dropped(count: count))
            case .state(let state): onEvent(.state(state))
            case .idle: break
            case .ended:
                onEvent(.ended)
                return
            }
        }
    }

    /// - Returns: false when the thread is to stop.
    private static func waitForRoom(_ mailbox: FrameMailbox, _ progress: Progress) -> Bool {
        while !mailbox.waitUntilEmpty(for: slice) {
            progress.tick.wrappingAdd(1, ordering: .relaxed)
            if progress.shouldStop.load(ordering: .relaxed) { return false }
        }
        return true
    }
}
