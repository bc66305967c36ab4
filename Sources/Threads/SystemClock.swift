package import Frames
import Glibc

/// The machine's own clocks.
package struct SystemClock: Clock {
    package init() {}

    package var now: Timestamp { Timestamp(nanoseconds: Self.read(CLOCK_MONOTONIC)) }
    package var wallNanoseconds: Int64 { Self.read(CLOCK_REALTIME) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // SAFETY: a local variable is filled.
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
