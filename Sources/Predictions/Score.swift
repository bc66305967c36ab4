/// How sure a model is of a concept, in units of 1/65 536: 0 is 0.0 and 65 536 is 1.0.
///
/// Scores come from the quantised outputs by integer arithmetic, so they are the same on every machine. A threshold written as a decimal is
/// rounded once to the nearest unit (half up), so that `0.60` is 39 322 units, and is compared as an integer from then on.
package struct Score: Sendable, Hashable, Comparable {
    package static let unitsPerOne: Int32 = 65_536
    package static let zero = Score(units: 0)
    package static let one = Score(units: unitsPerOne)

    package let units: Int32

    package init(units: Int32) { self.units = units }

    /// The nearest score to a real number, half up; numbers out of the range of `Int32` and NaN are clamped.
    package init(_ value: Double) {
        let scaled = (value * Double(Self.unitsPerOne) + 0.5).rounded(.down)
        units = scaled.isNaN ? 0 : Int32(min(max(scaled, Double(Int32.min)), Double(Int32.max)))
    }

    package static func < (a: Score, b: Score) -> Bool { a.units < b.units }

    /// For display only.
    package var value: Double { Double(units) / Double(Self.unitsPerOne) }
}
