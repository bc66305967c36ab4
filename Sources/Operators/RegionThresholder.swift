package import Predictions
package import Settings

/// `region-thresholder`: keeps the regions whose concepts and whose shape meet their conditions.
///
/// Concepts that fail are taken off a region; a region that loses all of them goes. Without `concepts` only the shape counts.
package struct RegionThresholder: Operator {
    package static let typeName = "region-thresholder"
    package static let accepts: [PortKind] = [.regions]

    package let rules: ConceptRules?
    package let limits: ShapeLimits

    package init(rules: ConceptRules?, limits: ShapeLimits) {
        self.rules = rules
        self.limits = limits
    }

    package init?(_ section: Section, _ vocabulary: Vocabulary) {
        let wantsRules = section.has("concepts") || section.has("others")
        let rules = wantsRules ? ConceptRules(section, vocabulary) : nil
        guard let limits = ShapeLimits(section), !wantsRules || rules != nil else { return nil }
        guard rules != nil || !limits.isEmpty else {
            section.issues.add(
                at: section.node, "has no condition, so everything would pass",
                suggestion: "write for example concepts: {person: \">= 0.60\"} or area: \">= 0.5%\"")
            return nil
        }
        self.init(rules: rules, limits: limits)
    }

    package var rule: String { [rules?.text ?? "", limits.text].filter { !$0.isEmpty }.joined(separator: ", ") }

    package func outputVocabulary(from input: Vocabulary) -> Vocabulary { rules?.outputVocabulary(from: input) ?? input }

    package mutating func process(_ input: [Prediction], _ moment: Moment, into output: inout Lane) {
        for (index, region) in input.enumerated() where limits.hold(region.box, in: moment.frameSize) {
            if let passed = rules.map({ $0.filtered(region) }) ?? region { output.append(passed, from: index) }
        }
    }
}
