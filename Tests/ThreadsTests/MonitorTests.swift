import Frames
import Testing
import Threads

@Suite struct MonitorTests {
    @Test func updatesFromManyThreadsAllCount() {
        let counter = Monitor(0)
        let threads = (0..<4).map { _ in NamedThread(name: "count") { for _ in 0..<10_000 { counter.update { $0 += 1 } } } }
        for thread in threads { thread.join() }
        #expect(counter.read { $0 } == 40_000)
    }

    @Test func aWaiterWakesWhenTheValueChanges() {
        let flag = Monitor(false)
        let thread = NamedThread(name: "set") { flag.update { $0 = true } }
        #expect(flag.wait(atMost: .seconds(10)) { $0 ? 1 : nil } == 1)
        thread.join()
        thread.join()
    }

    @Test func aWaitWithoutAChangeEnds() {
        let flag = Monitor(false)
        let start = SystemClock().now
        #expect(flag.wait(atMost: .milliseconds(50)) { $0 ? 1 : nil } == nil)
        #expect(SystemClock().now.since(start) >= .milliseconds(50))
    }

    @Test func noTimeIsNoWait() {
        let flag = Monitor(false)
        // Far below the clock's zero.
        #expect(flag.wait(atMost: .seconds(-10_000_000_000)) { $0 ? 1 : nil } == nil)
        #expect(flag.wait(atMost: .zero) { $0 ? nil : 1 } == 1)
    }
}
