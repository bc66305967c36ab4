import Frames
import Glibc
import Synchronization
import Testing
import Threads

@Suite struct NamedThreadTests {
    private final class Count: Sendable {
        let value = Atomic(0)
    }

    @Test func aThreadRunsItsBodyOnceAndIsJoined() throws {
        let count = Count()
        let thread = try NamedThread(starting: "once") { count.value.wrappingAdd(1, ordering: .relaxed) }
        #expect(thread.join(within: .seconds(10)))
        #expect(thread.join(within: .seconds(10)), "joining twice does no harm")
        thread.join()
        #expect(thread.isFinished)
        #expect(count.value.load(ordering: .relaxed) == 1)
    }

    @Test func theThreadHasItsNameUpToFifteenBytes() {
        let found = Monitor("")
        let thread = NamedThread(name: "capture-front-door") { found.update { $0 = Self.nameOfThisThread() } }
        thread.join()
        #expect(found.read { $0 } == "capture-front-d")
        #expect(thread.name == "capture-front-d")
    }

    @Test func joiningGivesUpWhenTheTimeIsOver() throws {
        let bell = try Doorbell()
        let thread = NamedThread(name: "slow") { bell.wait(atMost: .seconds(30)) }
        let start = SystemClock().now
        #expect(!thread.join(within: .milliseconds(30)))
        #expect(SystemClock().now.since(start) >= .milliseconds(30))
        #expect(!thread.isFinished)
        bell.ring()
        #expect(thread.join(within: .seconds(10)))
    }

    @Test func severalThreadsMayJoinOne() throws {
        let bell = try Doorbell()
        let thread = NamedThread(name: "joined") { bell.wait(atMost: .seconds(30)) }
        let waiters = [NamedThread(name: "a") { thread.join() }, NamedThread(name: "b") { _ = thread.join(within: .seconds(30)) }]
        bell.ring()
        for waiter in waiters { #expect(waiter.join(within: .seconds(10))) }
        #expect(thread.isFinished)
    }

    @Test func aThreadThatNobodyJoinsRunsToItsEnd() {
        let isOver = Monitor(false)
        do { _ = NamedThread(name: "forgotten") { isOver.update { $0 = true } } }
        #expect(isOver.wait(atMost: .seconds(10)) { $0 ? true : nil } == true)
    }

    @Test func aStackBelowTheSystemsMinimumIsRaisedToIt() throws {
        #expect(try NamedThread(starting: "small", stackByteCount: 1) {}.join(within: .seconds(10)))
    }

    @Test func aSystemWithoutRoomIsAnErrorThatSaysSo() {
        #expect(throws: ThreadsError.self) { try NamedThread(starting: "huge", stackByteCount: 1 << 60) {} }
        let error = ThreadsError.noThread(name: "capture", errno: 11)
        #expect("\(error)".contains("no room for the thread 'capture'"))
    }

    private static func nameOfThisThread() -> String {
        let file = open("/proc/thread-self/comm", O_RDONLY)
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(file, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(count - 1, 0)), as: UTF8.self)
    }
}
