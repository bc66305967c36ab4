import Frames
import Synchronization
import Testing
import Threads

@Suite struct DoorbellTests {
    private final class Count: Sendable {
        let value = Atomic(0)
    }

    @Test func aRingThatCameBeforeTheWaitIsNotLost() throws {
        let bell = try Doorbell()
        bell.ring()
        #expect(bell.wait(atMost: .seconds(10)))
        #expect(!bell.wait(atMost: .milliseconds(10)), "and is used up")
    }

    @Test func ringsBetweenTwoWaitsCountAsOne() throws {
        let bell = try Doorbell()
        for _ in 0..<100_000 { bell.ring() }
        #expect(bell.wait(atMost: .zero))
        #expect(!bell.wait(atMost: .zero))
    }

    @Test func aWaitWithoutARingEndsWithTheTimeAndNotBefore() throws {
        let bell = try Doorbell()
        let start = SystemClock().now
        #expect(!bell.wait(atMost: .microseconds(30_500)))
        #expect(SystemClock().now.since(start) >= .microseconds(30_500))
        #expect(!bell.wait(atMost: .seconds(-1)), "no time is no wait")
    }

    @Test func ringsPassBackAndForthUnderContention() throws {
        let (ping, pong) = (try Doorbell(), try Doorbell())
        let count = Count()
        let thread = NamedThread(name: "pong") {
            for _ in 0..<20_000 {
                guard ping.wait(atMost: .seconds(10)) else { return }
                count.value.wrappingAdd(1, ordering: .relaxed)
                pong.ring()
            }
        }
        for _ in 0..<20_000 {
            ping.ring()
            guard pong.wait(atMost: .seconds(10)) else { break }
        }
        #expect(thread.join(within: .seconds(10)))
        #expect(count.value.load(ordering: .relaxed) == 20_000)
    }

    @Test func workThatIsPublishedBeforeARingIsSeenAfterTheWait() throws {
        let bell = try Doorbell()
        let work = Count()
        let ringers = (0..<3).map { _ in
            NamedThread(name: "ring") {
                for _ in 0..<10_000 {
                    work.value.wrappingAdd(1, ordering: .relaxed)
                    bell.ring()
                }
            }
        }
        // Every ring is met by a look at the work, so the last one is too.
        while work.value.load(ordering: .relaxed) < 30_000 {
            guard bell.wait(atMost: .seconds(10)) else {
                Issue.record("a ring was lost")
                break
            }
        }
        for ringer in ringers { ringer.join() }
    }

    @Test func aBellGivesItsDescriptorsBack() throws {
        // More than the 1 024 that a process may usually have.
        for _ in 0..<5000 { _ = try Doorbell() }
    }
}
