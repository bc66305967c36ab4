import Frames
import Synchronization
import Threads

/// The body of the output thread. Lives on that thread only.
struct OutputWorker {
    private let shared: OutputThread.Shared
    private var drivers: [OutputDriver]
    /// Events that the board had no time for yet.
    private var unpublished: [OutputEvent] = []
    private var published: [OutputStatus] = []
    /// Up to where each ring is read in this round.
    private var ends: [UInt64]

    init(_ shared: OutputThread.Shared) {
        self.shared = shared
        let now = shared.clock.now
        drivers = shared.settings.enumerated().map { index, settings in
            OutputDriver(settings, index: index, source: shared.source, now: now)
        }
        ends = shared.rings.map { _ in 0 }
    }

    mutating func run() {
        pass()
        shared.isReady.update { $0 = true }
        while !shared.mustStop.load(ordering: .acquiring) {
            shared.bell.wait(atMost: sleep())
            pass()
        }
        let now = shared.clock.now
        for index in drivers.indices { drivers[index].stop(now: now) }
        // The owner waits for this thread and holds nothing meanwhile, so the board is free soon.
        for _ in 0..<100 where !publish() { SystemClock.pause(for: .milliseconds(1)) }
    }

    /// One round: faults, frames, time, lines, news.
    private mutating func pass() {
        // The ends are read before the faults: a frame that is seen here has been counted as a frame already, so the first frame after a
        // stall is not lost to the stall that it ends.
        for index in ends.indices { ends[index] = shared.rings[index].end }
        let now = shared.clock.now
        let faults = currentFaults(now)
        for index in drivers.indices {
            let ring = shared.rings[index]
            drivers[index].setFaults(faults, now: now)
            while let frame = ring.pop(before: ends[index]) {
                drivers[index].frame(matched: frame.matched, taken: frame.taken, now: now)
            }
            drivers[index].update(now: now, droppedFrameCount: ring.droppedCount)
        }
        shared.ticks.add(1, ordering: .relaxed)
        _ = publish()
    }

    private func currentFaults(_ now: Timestamp) -> OutputFaults {
        var faults = OutputFaults(bits: shared.faults.load(ordering: .acquiring))
        let last = shared.lastFrame.load(ordering: .acquiring)
        if last == OutputThread.Shared.noFrame {
            faults.insert(.starting)
        } else if now.since(Timestamp(nanoseconds: last)) >= shared.options.stallAfter {
            faults.insert(.stalled)
        }
        shared.isStalled.store(faults.contains(.starting) || faults.contains(.stalled), ordering: .releasing)
        return faults
    }

    /// How long nothing will happen by itself.
    private func sleep() -> Duration {
        let now = shared.clock.now
        var wake = now.advanced(by: shared.options.heartbeat)
        for driver in drivers {
            if let deadline = driver.deadline { wake = min(wake, deadline) }
        }
        let last = shared.lastFrame.load(ordering: .acquiring)
        if last != OutputThread.Shared.noFrame {
            let stall = Timestamp(nanoseconds: last).advanced(by: shared.options.stallAfter)
            if stall > now { wake = min(wake, stall) }
        }
        return max(.zero, wake.since(now))
    }

    /// Passes news on; a round without any costs no allocation.
    private mutating func publish() -> Bool {
        for index in drivers.indices { unpublished += drivers[index].takeEvents() }
        if unpublished.count > OutputBoard.eventCapacity { unpublished.removeFirst(unpublished.count - OutputBoard.eventCapacity) }
        let isNews = published.isEmpty || !unpublished.isEmpty || drivers.indices.contains { drivers[$0].status != published[$0] }
        guard isNews else { return true }
        let statuses = drivers.map(\.status)
        guard shared.board.publish(unpublished, statuses) else { return false }
        published = statuses
        unpublished.removeAll(keepingCapacity: true)
        return true
    }
}
