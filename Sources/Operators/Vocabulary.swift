package import Settings

/// The concepts that can flow along an edge, as far as they are known before anything runs.
package struct Vocabulary: Sendable, Hashable {
    /// In the order of the model's labels; nil when they are not known (a model that could not be read).
    package let names: [String]?

    package init(_ names: [String]?) { self.names = names }

    package static let unknown = Vocabulary(nil)
    /// Images and embeddings carry no concepts.
    package static let none = Vocabulary([])

    /// What either of two edges can bring.
    package func union(_ other: Vocabulary) -> Vocabulary {
        guard let names, let more = other.names else { return .unknown }
        let known = Set(names)
        return Vocabulary(names + more.filter { !known.contains($0) })
    }

    /// Only those of the given concepts that can be there.
    package func restricted(to wanted: [String]) -> Vocabulary {
        guard let names else { return Vocabulary(wanted) }
        let wanted = Set(wanted)
        return Vocabulary(names.filter { wanted.contains($0) })
    }

    /// Adds an issue when a concept can never arrive. Edges without concepts are not judged here: the kinds of ports do that.
    /// - Returns: whether the concept is fine.
    @discardableResult
    package func check(_ concept: String, at position: Position, path: String, _ issues: IssueCollector) -> Bool {
        guard let names, !names.isEmpty, !names.contains(concept) else { return true }
        issues.add(
            at: position, path: path, "unknown concept \(Excerpt.quoted(concept))", suggestion: Suggestion.text(for: concept, among: names))
        return false
    }
}
