import Frames
import Testing
import Threads

@Suite struct SystemClockTests {
    @Test func aPauseLastsAsLongAsItSays() {
        let clock = SystemClock()
        let (start, wall) = (clock.now, clock.wallNanoseconds)
        SystemClock.pause(for: .milliseconds(20))
        #expect(clock.now.since(start) >= .milliseconds(20))
        #expect(wall > 0)
    }

    @Test func aPauseOfNothingOrLessReturnsAtOnce() {
        let start = SystemClock().now
        SystemClock.pause(for: .zero)
        SystemClock.pause(for: .seconds(-100))
        #expect(SystemClock().now.since(start) < .seconds(5))
    }
}
