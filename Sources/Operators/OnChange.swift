package import Predictions
package import Settings

/// `on-change`: passes a frame's predictions only when the set of concepts is another than before.
///
/// The set holds the best concept of each prediction; how many there are of one does not matter. A new set counts as soon as it was seen in
/// `settle` evaluated frames in a row. That everything is gone is a change too, though it has nothing to pass; what comes back passes again.
package struct OnChange: Operator {
    package static let typeName = "on-change"
    package static let accepts: [PortKind] = [.regions, .concepts]

    /// Frames in a row that a new set must last, 1...1000.
    package let settle: Int
    private var settled: Set<String> = []
    private var candidate: Set<String> = []
    private var streak = 0

    package init(settle: Int = 1) { self.settle = settle }

    /// Key `settle: 3` (1 unless given).
    package init?(_ section: Section, _ vocabulary: Vocabulary) {
        guard let settle = section.has("settle") ? section.integer("settle", in: 1...1000) : 1 else { return nil }
        self.init(settle: settle)
    }

    package var rule: String { "only when the set of concepts changes" + (settle > 1 ? " for \(settle) frames" : "") }

    package mutating func process(_ input: [Prediction], _ moment: Moment, into output: inout Lane) {
        var current: Set<String> = []
        for item in input {
            if let concept = item.concepts.first { current.insert(concept.name) }
        }
        guard current != settled else {
            streak = 0
            return
        }
        streak = current == candidate && streak > 0 ? streak + 1 : 1
        candidate = current
        guard streak >= settle else { return }
        settled = current
        streak = 0
        for (index, item) in input.enumerated() { output.append(item, from: index) }
    }
}
