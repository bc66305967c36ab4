import Threads

/// How a thread waits for a few microseconds of another one's work: first on its CPU, then it lets others have the CPU, then it naps, so
/// that one whose CPU was taken away can come back, whatever the priorities. Nobody has to wake it.
struct Patience {
    /// How long it has waited, as of the last look at the clock.
    private(set) var nanoseconds: Int64 = 0
    private var start: Int64 = 0
    private var turns = 0

    /// About what it takes to wake a thread up.
    static let spinningNanoseconds: Int64 = 50_000
    /// A time slice of the system's scheduler.
    static let yieldingNanoseconds: Int64 = 2_000_000
    private static let nap: Duration = .microseconds(100)
    /// Looks at the clock cost as much as some pauses.
    private static let turnsPerLook = 8

    /// Waits a moment; to be called in a loop that looks for what it waits for.
    @inline(__always)
    mutating func wait() {
        Processor.pause()
        turns += 1
        if turns % Self.turnsPerLook == 0 { look() }
    }

    private mutating func look() {
        let now = SystemClock.monotonicNanoseconds
        if start == 0 { start = now }
        nanoseconds = now - start
        if nanoseconds > Self.yieldingNanoseconds {
            SystemClock.pause(for: Self.nap)
        } else if nanoseconds > Self.spinningNanoseconds {
            SystemClock.yield()
        }
    }
}
