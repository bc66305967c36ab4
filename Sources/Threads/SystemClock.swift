package import Frames

/// The machine's own clocks.
package struct SystemClock: Clock {
    package init() {}

    package var now: Timestamp { Timestamp(nanoseconds: Syscalls.monotonicNanoseconds()) }
    package var wallNanoseconds: Int64 { Syscalls.wallNanoseconds() }

    /// Sleeps, for no time if the duration is not positive; a signal of the system may end it early.
    package static func pause(for duration: Duration) { Syscalls.sleep(nanoseconds: duration.wholeNanoseconds) }
}
