package import Predictions

/// A condition on a number: `>= 0.60`, `> 3`, `== 1`, `0.2..0.8`.
///
/// Everything is integers. A score's limit is rounded once, when the settings are read, to the nearest of 65 536 units (half up), so that
/// `0.60` is 39 322; from then on `==` and `>=` are exact. A range includes both of its ends.
package struct Comparison: Sendable, Hashable, CustomStringConvertible {
    package struct Bound: Sendable, Hashable {
        package let value: Int64
        package let isIncluded: Bool
    }

    /// Nil when there is no lower limit.
    package let lower: Bound?
    /// Nil when there is no upper limit.
    package let upper: Bound?
    /// As it was written.
    package let description: String

    package init(lower: Bound?, upper: Bound?, description: String) {
        self.lower = lower
        self.upper = upper
        self.description = description
    }

    package func holds(_ score: Score) -> Bool { holds(Int64(score.units)) }

    /// Whether `numerator / denominator` is within the limits, compared by cross-multiplication.
    ///
    /// Bound: limits are below 2^24 (see `Measure`) and denominators at most 2^32, so that no product overflows.
    package func holds(_ numerator: Int64, over denominator: Int64 = 1) -> Bool {
        if let lower {
            let limit = lower.value * denominator
            if lower.isIncluded ? numerator < limit : numerator <= limit { return false }
        }
        if let upper {
            let limit = upper.value * denominator
            if upper.isIncluded ? numerator > limit : numerator >= limit { return false }
        }
        return true
    }

    /// The whole numbers that pass, within `domain`; nil when none does.
    package func wholeNumbers(in domain: ClosedRange<Int64>) -> ClosedRange<Int64>? {
        let low = max(domain.lowerBound, lower.map { $0.isIncluded ? $0.value : $0.value + 1 } ?? domain.lowerBound)
        let high = min(domain.upperBound, upper.map { $0.isIncluded ? $0.value : $0.value - 1 } ?? domain.upperBound)
        return low <= high ? low...high : nil
    }
}
