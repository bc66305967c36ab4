import Appliance
import Frames
import Testing

@Suite struct HeartbeatTests {
    private func at(_ seconds: Double) -> Timestamp { Timestamp(nanoseconds: Int64(seconds * 1e9)) }

    @Test func aLoopIsStuckAfterItsTimeAndNotBefore() {
        var monitor = HeartbeatMonitor(limits: ["capture": .seconds(2), "log": .seconds(20)])
        #expect(monitor.check(["capture": 1, "log": 1], now: at(0)).isEmpty)
        #expect(monitor.check(["capture": 1, "log": 1], now: at(2)).isEmpty)
        #expect(monitor.check(["capture": 1, "log": 1], now: at(2.000_000_001)) == ["capture"])
        #expect(monitor.check(["capture": 1, "log": 1], now: at(21)) == ["capture", "log"])
    }

    @Test func aLoopThatMovesAgainIsWell() {
        var monitor = HeartbeatMonitor(limits: ["capture": .seconds(2)])
        _ = monitor.check(["capture": 7], now: at(0))
        #expect(monitor.check(["capture": 7], now: at(5)) == ["capture"])
        #expect(monitor.check(["capture": 8], now: at(6)).isEmpty)
        #expect(monitor.check(["capture": 8], now: at(8)).isEmpty)
        #expect(monitor.check(["capture": 8], now: at(8.1)) == ["capture"])
        // A loop that was replaced counts from the beginning.
        #expect(monitor.check(["capture": 0], now: at(9)).isEmpty)
    }

    @Test func aLoopThatNeverShowsItselfIsStuck() {
        var monitor = HeartbeatMonitor(limits: ["output": .seconds(1)])
        #expect(monitor.check([:], now: at(0)).isEmpty)
        #expect(monitor.check(["other": 5], now: at(2)) == ["output"])
    }
}
