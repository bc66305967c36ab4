/// A moment on the machine's monotonic clock (`CLOCK_MONOTONIC`), in nanoseconds. It never jumps and says nothing about the date.
package struct Timestamp: Sendable, Hashable, Comparable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.nanoseconds < b.nanoseconds }

    /// The time from `earlier` to self; negative when self is the earlier one.
    package func since(_ earlier: Timestamp) -> Duration {
        .nanoseconds(nanoseconds.subtractingReportingOverflow(earlier.nanoseconds).partialValue)
    }

    package func advanced(by duration: Duration) -> Timestamp {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        return Timestamp(nanoseconds: overflow ? .max : sum)
    }
}

extension Duration {
    /// The duration in nanoseconds, clamped to what `Int64` holds (292 years).
    package var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carried ? (seconds < 0 ? .min : .max) : sum
    }
}

/// Where the time comes from: the machine's clocks, or a test's.
package protocol Clock: Sendable {
    /// The monotonic clock.
    var now: Timestamp { get }
    /// Nanoseconds since 1970 on the wall clock, which may jump and may be wrong.
    var wallNanoseconds: Int64 { get }
}
