package import Predictions
package import Settings

/// `input-filter`: a router with one route; what does not meet all conditions goes.
package struct InputFilter: Operator {
    package static let typeName = "input-filter"
    package static let accepts: [PortKind] = [.regions, .concepts]

    package let route: Route

    package init(conditions: [Condition]) { route = Route(name: "pass", conditions: conditions) }

    /// Key `pass: {person: ">= 0.60"}`.
    package init?(_ section: Section, _ vocabulary: Vocabulary) {
        guard let conditions = section.conditions("pass", .score, vocabulary), !conditions.isEmpty else {
            if !section.has("pass") || section.node["pass"]?.content == .mapping([]) {
                section.complain("pass", "'pass' names no condition", suggestion: "write for example pass: {person: \">= 0.60\"}")
            }
            return nil
        }
        self.init(conditions: conditions)
    }

    package var rule: String { "passes \(route.text)" }

    package mutating func process(_ input: [Prediction], _ moment: Moment, into output: inout Lane) {
        for (index, prediction) in input.enumerated() where route.takes(prediction) { output.append(prediction, from: index) }
    }
}
