import Capture
import Frames
import Synchronization
import Testing
import Threads

/// Gives a fixed number of frames as fast as it is asked, with damage in between.
final class BurstSource: FrameSource {
    let isLive: Bool
    let label = "burst"
    private let count: Int
    private let delay: Duration
    private let byteCount: Int
    private var made = 0

    init(_ count: Int, isLive: Bool, delay: Duration = .zero, byteCount: Int = 1000) {
        (self.count, self.isLive, self.delay, self.byteCount) = (count, isLive, delay, byteCount)
    }

    func next(timeout: Duration, storage: inout [UInt8]) -> SourceEvent {
        guard made < count else { return .ended }
        made += 1
        if delay > .zero { SystemClock.pause(for: delay) }
        if made.isMultiple(of: 10) { return .corrupt(reason: "every tenth") }
        storage.removeAll(keepingCapacity: true)
        storage.append(contentsOf: repeatElement(UInt8(truncatingIfNeeded: made), count: byteCount))
        let frame = Frame(
            sequence: UInt64(made), timestamp: Timestamp(nanoseconds: Int64(made)), wallNanoseconds: 0, format: .grey,
            size: Size(width: byteCount, height: 1), bytesPerRow: byteCount, bytes: storage)
        storage = []
        return .frame(frame)
    }
}

/// Hangs as a camera without frames does.
final class IdleSource: FrameSource {
    let isLive = true
    let label = "idle"

    func next(timeout: Duration, storage: inout [UInt8]) -> SourceEvent {
        SystemClock.pause(for: timeout)
        return .idle
    }
}

final class Recorder: Sendable {
    private let list = Mutex<[CaptureEvent]>([])

    var events: [CaptureEvent] { list.withLock { $0 } }
    func add(_ event: CaptureEvent) { list.withLock { $0.append(event) } }
    func clear() { list.withLock { $0.removeAll() } }
}

func frame(_ number: Int) -> Frame {
    Frame(
        sequence: UInt64(number), timestamp: Timestamp(nanoseconds: Int64(number)), wallNanoseconds: 0, format: .grey,
        size: Size(width: 1, height: 1), bytesPerRow: 1, bytes: [UInt8(truncatingIfNeeded: number)])
}

@Suite struct MailboxTests {
    func sequence(_ delivery: FrameMailbox.Delivery) -> UInt64? { if case .frame(let frame) = delivery { frame.sequence } else { nil } }

    @Test func theNewestFrameWinsAndTheOthersAreCounted() {
        let mailbox = FrameMailbox()
        for number in 1...5 { mailbox.put(frame(number)) }
        #expect(mailbox.counts == FrameMailbox.Counts(captured: 5, delivered: 0, dropped: 4, waiting: 1))
        #expect(sequence(mailbox.receive(timeout: .zero)) == 5)
        #expect(mailbox.counts == FrameMailbox.Counts(captured: 5, delivered: 1, dropped: 4, waiting: 0))
    }

    @Test func waitingEndsWithTheTime() {
        let mailbox = FrameMailbox()
        let clock = SystemClock()
        let start = clock.now
        if case .timedOut = mailbox.receive(timeout: .milliseconds(50)) {} else { Issue.record("not timed out") }
        #expect(clock.now.since(start) >= .milliseconds(50))
        mailbox.put(frame(1))
        #expect(!mailbox.waitUntilEmpty(for: .milliseconds(20)))
    }

    @Test func theLastFrameIsDeliveredBeforeTheEnd() {
        let mailbox = FrameMailbox()
        mailbox.put(frame(1))
        mailbox.finish()
        #expect(sequence(mailbox.receive(timeout: .seconds(1))) == 1)
        if case .finished = mailbox.receive(timeout: .seconds(1)) {} else { Issue.record("not finished") }
        mailbox.put(frame(2))
        #expect(mailbox.counts == FrameMailbox.Counts(captured: 2, delivered: 1, dropped: 1, waiting: 0))
    }

    @Test func discardingCountsTheFrameAsDropped() {
        let mailbox = FrameMailbox()
        mailbox.put(frame(1))
        mailbox.finish(discards: true)
        #expect(mailbox.counts == FrameMailbox.Counts(captured: 1, delivered: 0, dropped: 1, waiting: 0))
    }

    @Test func recycledMemoryComesBack() {
        let mailbox = FrameMailbox()
        let first = frame(1)
        mailbox.recycle(first)
        #expect(mailbox.takeSpare() == [1])
        #expect(mailbox.takeSpare().isEmpty)
        for number in 0..<100 { mailbox.recycle(frame(number)) }
        var spares = 0
        while !mailbox.takeSpare().isEmpty { spares += 1 }
        #expect(spares == 3, "the store is bounded")
    }
}

@Suite struct CaptureLoopTests {
    @Test func aFileLosesNoFrameHoweverSlowTheConsumer() throws {
        let recorder = Recorder()
        let loop = try CaptureLoop(makeSource: { BurstSource(50, isLive: false) }, onEvent: { recorder.add($0) })
        var sequences: [UInt64] = []
        while case .frame(let frame) = loop.mailbox.receive(timeout: .seconds(5)) {
            sequences.append(frame.sequence)
            if sequences.count.isMultiple(of: 7) { SystemClock.pause(for: .milliseconds(3)) }
        }
        #expect(sequences == (1...50).filter { !$0.isMultiple(of: 10) }.map { UInt64($0) })
        #expect(loop.stop())
        let counters = loop.counters
        #expect(counters.frames == FrameMailbox.Counts(captured: 45, delivered: 45, dropped: 0, waiting: 0))
        #expect(counters.corrupt == 5)
        #expect(counters.lastFrame == Timestamp(nanoseconds: 49))
        #expect(recorder.events.last == .ended)
        #expect(recorder.events.filter { $0 == .corrupt(reason: "every tenth") }.count == 5)
    }

    @Test func theAccountOfALiveSourceIsExactAtEveryMoment() throws {
        let loop = try CaptureLoop(makeSource: { BurstSource(20_000, isLive: true) }, onEvent: { _ in })
        var (delivered, last) = (UInt64(0), UInt64(0))
        while case .frame(let frame) = loop.mailbox.receive(timeout: .seconds(5)) {
            delivered += 1
            #expect(frame.sequence > last)
            last = frame.sequence
            #expect(frame.bytes.allSatisfy { $0 == UInt8(truncatingIfNeeded: frame.sequence) }, "memory is not used twice")
            let counts = loop.mailbox.counts
            #expect(counts.captured == counts.delivered + counts.dropped + counts.waiting)
            loop.mailbox.recycle(frame)
            if delivered.isMultiple(of: 50) { SystemClock.pause(for: .milliseconds(1)) }
        }
        #expect(loop.stop())
        let counters = loop.counters
        #expect(counters.frames.captured == 18_000)
        #expect(counters.frames.delivered == delivered)
        #expect(counters.frames.captured == counters.frames.delivered + counters.frames.dropped)
        #expect(counters.corrupt == 2000)
    }

    @Test func warmCaptureUsesAFewBuffersOverAndOver() throws {
        let loop = try CaptureLoop(
            makeSource: { BurstSource(2000, isLive: false, byteCount: 100_000) }, onEvent: { _ in })
        var addresses: [UInt: Int] = [:]
        while case .frame(let frame) = loop.mailbox.receive(timeout: .seconds(5)) {
            addresses[frame.bytes.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }, default: 0] += 1
            loop.mailbox.recycle(frame)
        }
        loop.stop()
        #expect(addresses.count <= 6, "\(addresses.count) buffers for 1 800 frames")
    }

    @Test func itStopsWithin200Milliseconds() throws {
        for makeSource: @Sendable () -> any FrameSource in [
            { IdleSource() }, { BurstSource(.max, isLive: true, delay: .milliseconds(1)) }, { BurstSource(.max, isLive: false) },
        ] {
            let loop = try CaptureLoop(makeSource: makeSource, onEvent: { _ in })
            SystemClock.pause(for: .milliseconds(30))
            let clock = SystemClock()
            let start = clock.now
            #expect(loop.stop(within: .seconds(5)))
            #expect(clock.now.since(start) < .milliseconds(400), "200 ms, and as much again for a loaded machine")
            #expect(loop.isFinished)
            let counts = loop.counters.frames
            #expect(counts.waiting == 0 && counts.captured == counts.delivered + counts.dropped)
        }
    }

    @Test func theTickGrowsWithoutFrames() throws {
        let loop = try CaptureLoop(makeSource: { IdleSource() }, onEvent: { _ in })
        SystemClock.pause(for: .milliseconds(350))
        #expect(loop.counters.loopTick >= 2)
        #expect(loop.counters.lastFrame == nil)
        loop.stop()
    }

    @Test func eventsOfTheSourceArePassedOn() throws {
        let recorder = Recorder()
        let clock = FakeClock()
        let loop = try CaptureLoop(
            makeSource: {
                let kernel = FakeKernel(clock)
                kernel.script = [.frame(Samples.jpeg()), .frame(Samples.jpeg(), sequence: 4), .fault(.noDevice)]
                return CameraSource(CameraSettings(device: .node("/dev/video0")), kernel: kernel, clock: clock)
            }, onEvent: { recorder.add($0) })
        for _ in 0..<100 where recorder.events.count < 4 { SystemClock.pause(for: .milliseconds(10)) }
        loop.stop()
        let words = recorder.events.prefix(4).map { event in
            switch event {
            case .state(.open): "open"
            case .state(.streaming): "streaming"
            case .state(.lost): "lost"
            case .dropped(let count): "dropped \(count)"
            default: "other"
            }
        }
        #expect(words == ["open", "streaming", "dropped 3", "lost"])
        #expect(loop.counters.missed == 3)
    }
}
