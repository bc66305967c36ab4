/// Frames a second, in thousandths, so that times computed from it never drift.
package struct FrameRate: Sendable, Hashable, CustomStringConvertible {
    /// 1 ... 1 000 000.
    package let millihertz: Int

    /// Clamps to 1 ... 1 000 000 (one frame in 1 000 s ... 1 000 frames a second).
    package init(millihertz: Int) { self.millihertz = min(max(millihertz, 1), 1_000_000) }

    /// - Parameter perSecond: rounded to a thousandth.
    package init(perSecond: Double) {
        self.init(millihertz: perSecond.isFinite ? Int(min(max(perSecond * 1000, 1), 1_000_000).rounded()) : 1)
    }

    /// Nil when the fraction is senseless: a zero on either side.
    package init?(_ interval: FrameInterval) {
        guard interval.numerator > 0, interval.denominator > 0 else { return nil }
        self.init(millihertz: Int(interval.denominator) * 1000 / Int(interval.numerator))
    }

    /// From one frame to the next.
    package var period: Duration { .nanoseconds(1_000_000_000_000 / Int64(millihertz)) }

    var interval: FrameInterval { FrameInterval(numerator: 1000, denominator: UInt32(millihertz)) }

    /// When frame `index` comes after frame 0: exactly index / rate, rounded down to a nanosecond.
    package func time(ofFrame index: UInt64) -> Duration {
        // Bound: index up to 2^53 (longer than any machine runs) times 1000 stays below 2^63.
        let thousandths = Int64(min(index, 1 << 53)) * 1000
        let (seconds, rest) = thousandths.quotientAndRemainder(dividingBy: Int64(millihertz))
        return .seconds(seconds) + .nanoseconds(rest * 1_000_000_000 / Int64(millihertz))
    }

    /// `29.97`, without needless zeros.
    package var description: String {
        let (whole, rest) = millihertz.quotientAndRemainder(dividingBy: 1000)
        guard rest > 0 else { return "\(whole)" }
        var digits = String(rest + 1000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(whole).\(digits)"
    }
}
