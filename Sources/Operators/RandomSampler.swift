import FixedPoint
package import Predictions
package import Settings

/// `random-sampler`: keeps each item with the given probability, by numbers that are the same in every replay.
///
/// An item is kept when `keep > u`, with u uniform in [0, 1) from a seeded integer generator; each item that arrives draws one number.
package struct RandomSampler: Operator {
    package static let typeName = "random-sampler"
    package static let accepts = PortKind.allCases

    /// The probability in millionths.
    package let keep: Int64
    package let seed: UInt64
    private var generator: SeededGenerator

    /// - Parameter keep: in millionths, 0...1 000 000.
    package init(keep: Int64, seed: UInt64) {
        self.keep = keep
        self.seed = seed
        generator = SeededGenerator(seed: seed)
    }

    /// Keys `keep: 5%` (required) and `seed` (1 unless given).
    package init?(_ section: Section, _ vocabulary: Vocabulary) {
        let seed = section.has("seed") ? section.integer("seed", in: 0...Int(Int32.max)) : 1
        guard let text = section.requiredString("keep", example: "5%") else { return nil }
        let number = text.hasSuffix("%") ? String(text.dropLast()) : ""
        guard let keep = ExactDecimal(number)?.exactlyScaled(by: 10_000), (0...1_000_000).contains(keep) else {
            section.complain(
                "keep", "\(Excerpt.quoted(text)) is not valid here", suggestion: "write a percentage in 0%...100%, at most four decimals")
            return nil
        }
        guard let seed else { return nil }
        self.init(keep: keep, seed: UInt64(seed))
    }

    package var rule: String { "keeps \(ExactPercent.text(keep)) at random, seed \(seed)" }

    package mutating func process(_ input: [Prediction], _ moment: Moment, into output: inout Lane) {
        for (index, item) in input.enumerated() where isKept() { output.append(item, from: index) }
    }

    private mutating func isKept() -> Bool {
        // u = draw / 2^32, so keep > u is keep * 2^32 > draw * 10^6. Bound: both sides are below 2^52.
        let draw = Int64(generator.next() >> 32)
        return keep << 32 > draw * 1_000_000
    }
}
