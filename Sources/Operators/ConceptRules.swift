package import Predictions
package import Settings

/// Which scored concepts pass: a condition for each named concept, and what becomes of the others.
package struct ConceptRules: Sendable, Hashable {
    package enum Others: Sendable, Hashable {
        case drop, keep
        case when(Comparison)
    }

    package let conditions: [Condition]
    package let others: Others
    private let comparisons: [String: Comparison]

    package init(conditions: [Condition], others: Others) {
        self.conditions = conditions
        self.others = others
        comparisons = Dictionary(conditions.map { ($0.concept, $0.comparison) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads `concepts: {person: ">= 0.60"}` and `others: drop | keep | ">= 0.50"`; `others` is `drop` when it is not given.
    package init?(_ section: Section, _ vocabulary: Vocabulary) {
        let conditions = section.conditions("concepts", .score, vocabulary)
        guard let others = Self.others(in: section), let conditions else { return nil }
        if conditions.isEmpty, others == .drop {
            section.complain(
                "concepts", "names no concept, so nothing would pass", suggestion: "write for example concepts: {person: \">= 0.60\"}")
            return nil
        }
        self.init(conditions: conditions, others: others)
    }

    private static func others(in section: Section) -> Others? {
        guard let value = section.value("others") else { return .drop }
        guard let word = section.string(of: value) else { return nil }
        switch word {
        case "drop": return .drop
        case "keep": return .keep
        default: break
        }
        guard word.contains(where: \.isNumber) else {
            section.complain(
                "others", "unknown value \(Excerpt.quoted(word))", suggestion: "write drop, keep, or a condition such as \">= 0.50\"")
            return nil
        }
        return section.comparison(of: value, .score).map { .when($0) }
    }

    package func passes(_ concept: ScoredConcept) -> Bool {
        if let comparison = comparisons[concept.name] { return comparison.holds(concept.score) }
        switch others {
        case .drop: return false
        case .keep: return true
        case .when(let comparison): return comparison.holds(concept.score)
        }
    }

    /// The prediction with the concepts that pass, in their order; nil when none does.
    package func filtered(_ prediction: Prediction) -> Prediction? {
        guard let firstFailure = prediction.concepts.firstIndex(where: { !passes($0) }) else {
            return prediction.concepts.isEmpty ? nil : prediction
        }
        var concepts = Array(prediction.concepts[..<firstFailure])
        for concept in prediction.concepts[(firstFailure + 1)...] where passes(concept) { concepts.append(concept) }
        guard !concepts.isEmpty else { return nil }
        var result = prediction
        result.concepts = concepts
        return result
    }

    /// `person >= 0.60, vehicle >= 0.75, others dropped`.
    package var text: String {
        let rest =
            switch others {
            case .drop: "others dropped"
            case .keep: "others kept"
            case .when(let comparison): "others \(comparison)"
            }
        return (conditions.map(\.description) + [rest]).joined(separator: ", ")
    }

    /// The concepts that can be left.
    package func outputVocabulary(from input: Vocabulary) -> Vocabulary {
        others == .drop ? input.restricted(to: conditions.map(\.concept)) : input
    }
}
