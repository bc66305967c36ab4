import Appliance
import Capture
import Foundation
import Frames
import Journal
import Predictions
import Testing
import Threads

@Suite struct PipelineThreadTests {
    /// A thread with its journal, fed by the test.
    private final class Bench: Sendable {
        let place: Workplace
        let configuration: Configuration
        let mailbox = FrameMailbox()
        let journal: Journal
        let thread: PipelineThread

        init(_ yaml: String = Demo.workflow()) throws {
            place = try Workplace(yaml)
            configuration = try place.load()
            let clock = Threads.SystemClock()
            let facts = RunFacts(
                configurationDigest: "", modelDigests: "", version: "test",
                start: Event.Moment(monotonic: clock.now, wallNanoseconds: clock.wallNanoseconds))
            journal = Journal(settings: configuration.storage, facts: facts, clock: clock) { _ in }
            journal.start()
            thread = PipelineThread(
                .init(configuration: configuration, mailbox: mailbox, outputs: nil, journal: journal, keyPrefix: "a"), clock: clock,
                onBadFrame: { _ in })
        }

        func assign(keyPrefix: String) {
            thread.assign(.init(configuration: configuration, mailbox: mailbox, outputs: nil, journal: journal, keyPrefix: keyPrefix))
        }

        /// Hands frames over one by one, as a file source does, and waits until each was worked on.
        func feed(_ range: Range<Int>, changing change: (Int, inout [UInt8]) -> Void = { _, _ in }) -> Bool {
            for index in range {
                var bytes = Demo.images[index]
                change(index, &bytes)
                let before = worked
                mailbox.put(
                    Frame(
                        sequence: UInt64(index), timestamp: Threads.SystemClock().now, wallNanoseconds: 0, format: .mjpeg,
                        size: Size(width: 320, height: 240), bytesPerRow: 0, bytes: bytes))
                guard wait({ self.worked > before }) else { return false }
            }
            return true
        }

        private var worked: UInt64 {
            let counters = thread.currentCounters
            return counters.processed + counters.failed
        }

        func wait(_ condition: () -> Bool) -> Bool {
            let clock = Threads.SystemClock()
            let end = clock.now.advanced(by: .seconds(20))
            while !condition() {
                if clock.now > end { return false }
                usleep(1000)
            }
            return true
        }

        func events() throws -> [Event] {
            _ = journal.flush(within: .seconds(10))
            return try JournalReader(folder: configuration.storage.path).events(.init()).map(\.event)
        }
    }

    @Test func itEndsWithItsSourceAndClosesItsEvents() throws {
        let bench = try Bench()
        #expect(bench.feed(0..<6))
        #expect(bench.thread.currentCounters.processed == 6 && bench.thread.currentCounters.opened == 1)
        #expect(!bench.thread.currentCounters.isFinished)
        bench.mailbox.finish()
        #expect(bench.wait { bench.thread.currentCounters.isFinished })
        #expect(try bench.events().map(\.state) == [.closed])
        bench.thread.stop()
        #expect(bench.journal.stop(within: .seconds(10)))
    }

    @Test func anotherWorkflowTakesOverBetweenTwoFrames() throws {
        let bench = try Bench()
        #expect(bench.feed(0..<5))
        bench.assign(keyPrefix: "b")
        #expect(bench.feed(5..<10))
        #expect(bench.thread.currentCounters.processed == 10 && bench.mailbox.counts.dropped == 0)
        bench.thread.stop()
        let events = try bench.events()
        #expect(events.map { $0.key.prefix(2) } == ["a/", "b/"])
        #expect(events.allSatisfy { $0.state == .closed })
        #expect(bench.journal.stop(within: .seconds(10)))
    }

    @Test func whatIsReleasedIsClosedBeforeReleaseReturns() throws {
        let bench = try Bench()
        #expect(bench.feed(0..<5))
        #expect(bench.thread.release(within: .seconds(10)))
        #expect(try bench.events().map(\.state) == [.closed])
        #expect(!bench.thread.currentCounters.isFinished)
        // Released twice, and a thread that waits, both stop.
        #expect(bench.thread.release(within: .seconds(10)))
        bench.assign(keyPrefix: "b")
        #expect(bench.feed(5..<8))
        bench.thread.stop()
        bench.thread.stop()
        #expect(try bench.events().count == 2)
        #expect(bench.journal.stop(within: .seconds(10)))
    }

    @Test func theMemoryOfAFrameGoesBackToItsSource() throws {
        let bench = try Bench(Demo.workflow().replacing("snapshot: best", with: "snapshot: none"))
        func place(_ bytes: inout [UInt8]) -> UnsafeMutableRawPointer? { bytes.withUnsafeMutableBytes { $0.baseAddress } }
        var address: UnsafeMutableRawPointer?
        #expect(bench.feed(0..<3) { index, bytes in if index == 2 { address = place(&bytes) } })
        // The next round comes after the frame was given back.
        let ticks = bench.thread.tickCount
        #expect(bench.wait { bench.thread.tickCount > ticks })
        // Writing into memory that somebody else holds would move it.
        var places: [UnsafeMutableRawPointer?] = []
        while case var spare = bench.mailbox.takeSpare(), !spare.isEmpty { places.append(place(&spare)) }
        #expect(address != nil && places.contains(address))
        bench.thread.stop()
        #expect(bench.journal.stop(within: .seconds(10)))
    }

    @Test func aLostCameraEndsEvents() throws {
        let bench = try Bench()
        #expect(bench.feed(0..<4))
        bench.thread.closeEvents()
        #expect(bench.wait { (try? bench.events().map(\.state)) == [.closed] })
        bench.thread.stop()
        #expect(bench.journal.stop(within: .seconds(10)))
    }

    @Test func damagedFramesAreCountedAndTheThreadGoesOn() throws {
        let bench = try Bench()
        #expect(bench.feed(0..<6) { index, bytes in if index == 2 { bytes = Array(bytes.prefix(100)) } })
        #expect(bench.thread.currentCounters.failed == 1 && bench.thread.currentCounters.processed == 5)
        let ticks = bench.thread.tickCount
        #expect(bench.wait { bench.thread.tickCount > ticks })
        bench.thread.stop()
        #expect(bench.journal.stop(within: .seconds(10)))
    }
}
