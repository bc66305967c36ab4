package import Frames

/// Finds the frames that a driver dropped, as gaps in its 32-bit sequence numbers.
package struct SequenceTracker: Sendable {
    private var last: UInt32?

    package init() {}

    /// - Returns: how many frames are missing between the last number and this one; 0 for the first, and when the driver began anew.
    package mutating func gap(before sequence: UInt32) -> UInt64 {
        defer { last = sequence }
        guard let last else { return 0 }
        // Wraps at 2^32 by definition (V4L2); more than half of the range means a step back: a repeated number or a new count.
        let gap = sequence &- last &- 1
        return gap < 0x8000_0000 ? UInt64(gap) : 0
    }

    /// The stream starts again and may count anew.
    package mutating func reset() { last = nil }
}

/// Believes a driver's time stamps as far as they make sense.
package struct TimestampFilter: Sendable {
    /// A frame is never older than this when it comes out of the driver.
    package static let maximumAge = Duration.seconds(5)

    private var last = Timestamp(nanoseconds: .min)

    package init() {}

    /// The driver's time, or `now` when the driver gave none, or one in the future, or long past; never earlier than the frame before.
    package mutating func checked(_ stamp: Timestamp?, now: Timestamp) -> Timestamp {
        var result = now
        if let stamp, stamp <= now, stamp >= now.advanced(by: .zero - Self.maximumAge) { result = stamp }
        if result < last { result = last <= now ? last : now }
        last = result
        return result
    }
}
