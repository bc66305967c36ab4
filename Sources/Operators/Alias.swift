package import Predictions
package import Settings

/// `alias`: renames concepts; where two become the same one, the larger score stays.
///
/// Names are replaced once, not again and again: with `{lorry: truck}` a lorry is a truck, and a truck stays one.
package struct Alias: Operator {
    package static let typeName = "alias"
    package static let accepts: [PortKind] = [.regions, .concepts]

    package let synonyms: [String: String]

    package init(synonyms: [String: String]) { self.synonyms = synonyms }

    /// Key `synonyms: {lorry: truck, van: truck}`.
    package init?(_ section: Section, _ vocabulary: Vocabulary) {
        guard let entries = section.entries("synonyms"), !entries.isEmpty else {
            if !section.has("synonyms") || section.node["synonyms"]?.content == .mapping([]) {
                section.complain("synonyms", "'synonyms' is missing", suggestion: "write for example synonyms: {lorry: truck}")
            }
            return nil
        }
        var synonyms: [String: String] = [:]
        var isFine = true
        for entry in entries {
            guard vocabulary.check(entry.key, at: entry.keyPosition, path: entry.value.path, section.issues),
                let name = section.string(of: entry.value)
            else {
                isFine = false
                continue
            }
            synonyms[entry.key] = name
        }
        for entry in entries {
            guard let name = synonyms[entry.key], name != entry.key, let next = synonyms[name], next != name else { continue }
            isFine = false
            section.issues.add(
                at: entry.value, "\(Excerpt.quoted(name)) is renamed itself", suggestion: "name the last one: \(entry.key): \(next)")
        }
        guard isFine else { return nil }
        self.synonyms = synonyms
    }

    package var rule: String { synonyms.sorted { $0.key < $1.key }.map { "\($0.key) is \($0.value)" }.joined(separator: ", ") }

    package func outputVocabulary(from input: Vocabulary) -> Vocabulary {
        guard let names = input.names else { return .unknown }
        var seen: Set<String> = []
        return Vocabulary(names.map { synonyms[$0] ?? $0 }.filter { seen.insert($0).inserted })
    }

    package mutating func process(_ input: [Prediction], _ moment: Moment, into output: inout Lane) {
        for (index, prediction) in input.enumerated() { output.append(renamed(prediction), from: index) }
    }

    /// Concepts come highest score first, so that the first of each new name has the larger score and the order needs no sorting.
    private func renamed(_ prediction: Prediction) -> Prediction {
        guard prediction.concepts.contains(where: { synonyms[$0.name] != nil }) else { return prediction }
        var concepts: [ScoredConcept] = []
        concepts.reserveCapacity(prediction.concepts.count)
        for concept in prediction.concepts {
            let name = synonyms[concept.name] ?? concept.name
            if !concepts.contains(where: { $0.name == name }) { concepts.append(ScoredConcept(name, concept.score)) }
        }
        var result = prediction
        result.concepts = concepts
        return result
    }
}
