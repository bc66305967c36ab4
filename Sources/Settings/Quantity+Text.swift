extension Quantity {
    /// A duration as people write it: `200ms`, `5s`, `2h`; the largest unit that needs no fraction, down to nanoseconds.
    package static func text(of duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        if attoseconds == 0 {
            let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "min"), (1, "s")]
            let unit = seconds == 0 ? (1, "s") : units.first { seconds % $0.0 == 0 } ?? (1, "s")
            return "\(seconds / unit.0)\(unit.1)"
        }
        let nanoseconds = attoseconds / 1_000_000_000
        // Bound: below 10^9 times 86 400 x 3 650, that is 10 years, which is the longest that settings can say; longer ones are cut.
        let total = min(max(seconds, -315_360_000), 315_360_000) * 1_000_000_000 + nanoseconds
        let units: [(Int64, String)] = [(1_000_000, "ms"), (1_000, "us")]
        let unit = units.first { total % $0.0 == 0 } ?? (1, "ns")
        return "\(total / unit.0)\(unit.1)"
    }
}
