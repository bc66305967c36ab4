package import Predictions
package import Settings

/// `concept-thresholder`: keeps the concepts whose scores meet their conditions; a prediction with none left goes.
package struct ConceptThresholder: Operator {
    package static let typeName = "concept-thresholder"
    package static let accepts: [PortKind] = [.concepts]

    package let rules: ConceptRules

    package init(rules: ConceptRules) { self.rules = rules }

    package init?(_ section: Section, _ vocabulary: Vocabulary) {
        if !section.has("concepts") {
            section.issues.add(at: section.node, "'concepts' is missing", suggestion: "write for example concepts: {person: \">= 0.60\"}")
        }
        guard let rules = ConceptRules(section, vocabulary) else { return nil }
        self.rules = rules
    }

    package var rule: String { rules.text }

    package func outputVocabulary(from input: Vocabulary) -> Vocabulary { rules.outputVocabulary(from: input) }

    package mutating func process(_ input: [Prediction], _ moment: Moment, into output: inout Lane) {
        for (index, prediction) in input.enumerated() {
            if let passed = rules.filtered(prediction) { output.append(passed, from: index) }
        }
    }
}
