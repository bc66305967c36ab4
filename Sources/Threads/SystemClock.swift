package import Frames

/// The machine's own clocks.
package struct SystemClock: Clock {
    package init() {}

    package var now: Timestamp { Timestamp(nanoseconds: Syscalls.monotonicNanoseconds()) }
    package var wallNanoseconds: Int64 { Syscalls.wallNanoseconds() }

    /// The monotonic clock as a bare number, for loops that wait for microseconds.
    package static var monotonicNanoseconds: Int64 { Syscalls.monotonicNanoseconds() }

    /// Lets another thread that waits for this CPU have it; returns at once when there is none.
    package static func yield() { Syscalls.yield() }

    /// Sleeps, for no time if the duration is not positive; a signal of the system may end it early.
    package static func pause(for duration: Duration) { Syscalls.sleep(nanoseconds: duration.wholeNanoseconds) }
}
