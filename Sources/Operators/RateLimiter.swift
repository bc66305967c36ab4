import Frames
package import Predictions
package import Settings

/// `rate-limiter`: after something passed, nothing passes for the time of the cooldown.
///
/// All predictions of one frame pass together. With `per: concept` each best concept has a cooldown of its own. Time is that of the
/// frames, so that a replay gives the same; a clock that runs backwards (a clip that starts again) ends the cooldown.
package struct RateLimiter: Operator {
    package enum Scope: String, Sendable, CaseIterable { case all, concept }

    package static let typeName = "rate-limiter"
    package static let accepts = PortKind.allCases

    package let cooldown: Duration
    package let scope: Scope
    /// When something last passed, by best concept; the empty name stands for all. Bounded by the number of labels.
    private var lastPassed: [String: Timestamp] = [:]

    package init(cooldown: Duration, scope: Scope = .all) {
        self.cooldown = cooldown
        self.scope = scope
    }

    /// Keys `cooldown: 10s` (required) and `per: all | concept` (all).
    package init?(_ section: Section, _ vocabulary: Vocabulary) {
        let scope = section.has("per") ? section.choice("per", as: Scope.self) : .all
        guard section.requiredString("cooldown", example: "10s") != nil, let cooldown = section.duration("cooldown"), let scope else {
            return nil
        }
        self.init(cooldown: cooldown, scope: scope)
    }

    package var rule: String { "at most once in \(Quantity.text(of: cooldown))\(scope == .concept ? " for each concept" : "")" }

    package mutating func process(_ input: [Prediction], _ moment: Moment, into output: inout Lane) {
        for (index, item) in input.enumerated() {
            let key = scope == .all ? "" : item.concepts.first?.name ?? ""
            // What passed in this very frame does not stop the others of the frame.
            if let last = lastPassed[key], last < moment.timestamp, moment.timestamp.since(last) < cooldown { continue }
            lastPassed[key] = moment.timestamp
            output.append(item, from: index)
        }
    }
}
