import Frames
package import Predictions
package import Settings

/// `counter`: speaks only while the number of things in the frame meets its conditions.
///
/// A thing counts as its best concept. All conditions must hold: `count` judges single concepts, `total` all things that arrive. While they
/// hold the node gives
/// - without `as`: the things that were counted (those of the named concepts; all of them when there is a `total`);
/// - with `as: crowd`: one prediction for the whole frame, concept `crowd` with score 1, whose box surrounds what was counted (the whole
///   frame when that is nothing). This also says "none there": `count: {person: "== 0"}` with `as: unattended`.
package struct Counter: Operator {
    package static let typeName = "counter"
    package static let accepts: [PortKind] = [.regions, .concepts]

    package let counts: [Condition]
    package let total: Comparison?
    /// The concept to give out instead of the things.
    package let name: String?

    package init(counts: [Condition], total: Comparison? = nil, name: String? = nil) {
        self.counts = counts
        self.total = total
        self.name = name
    }

    /// Keys `count: {person: ">= 3"}`, `total: ">= 5"`, `as: crowd`; at least one of the first two.
    package init?(_ section: Section, _ vocabulary: Vocabulary) {
        let counts = section.has("count") ? section.conditions("count", .count, vocabulary) : []
        let total = section.comparison("total", .count)
        let name = section.string("as")
        guard let counts, !section.has("total") || total != nil, !section.has("as") || name != nil else { return nil }
        guard !counts.isEmpty || total != nil else {
            section.complain(
                "count", "has nothing to compare", suggestion: "write for example count: {person: \">= 3\"} or total: \">= 5\"")
            return nil
        }
        self.init(counts: counts, total: total, name: name)
        if name == nil, holdsForNothing {
            section.complain(
                counts.isEmpty ? "total" : "count", "also holds when nothing is there, and then there is nothing to pass on",
                suggestion: "name that state, as in as: nobody")
            return nil
        }
    }

    private var holdsForNothing: Bool { counts.allSatisfy { $0.comparison.holds(0) } && (total?.holds(0) ?? true) }

    package var rule: String {
        let conditions = counts.map { "count of \($0)" } + (total.map { ["\(Condition(concept: "total", comparison: $0))"] } ?? [])
        return conditions.joined(separator: " and ") + (name.map { ", told as \($0)" } ?? "")
    }

    package func outputKind(from input: PortKind) -> PortKind { name == nil ? input : .concepts }

    package func outputVocabulary(from input: Vocabulary) -> Vocabulary {
        if let name { return Vocabulary([name]) }
        return total == nil ? input.restricted(to: counts.map(\.concept)) : input
    }

    package mutating func process(_ input: [Prediction], _ moment: Moment, into output: inout Lane) {
        guard total?.holds(Int64(input.count)) ?? true else { return }
        for condition in counts {
            let count = input.reduce(0) { $0 + ($1.concepts.first?.name == condition.concept ? 1 : 0) }
            guard condition.comparison.holds(Int64(count)) else { return }
        }
        if let name {
            output.append(Prediction(box: surroundingBox(of: input), concepts: [ScoredConcept(name, .one)]), from: 0)
        } else {
            for (index, item) in input.enumerated() where isCounted(item) { output.append(item, from: index) }
        }
    }

    private func isCounted(_ item: Prediction) -> Bool {
        total != nil || counts.contains { $0.concept == item.concepts.first?.name }
    }

    private func surroundingBox(of input: [Prediction]) -> Box {
        var result: Box?
        for item in input where isCounted(item) {
            guard let sofar = result else {
                result = item.box
                continue
            }
            result = Box(
                left: min(sofar.left, item.box.left), top: min(sofar.top, item.box.top), right: max(sofar.right, item.box.right),
                bottom: max(sofar.bottom, item.box.bottom))
        }
        return result ?? .wholeFrame
    }
}
