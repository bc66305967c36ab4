import Learning
package import Operators
package import Predictions
package import Settings

/// `embedding-classifier` and `knn-classifier`: what an embedding shows, by a head that was learned on the device.
///
/// What is unlike everything that was taught, or scores below `unknown_below`, is the concept `unknown` alone. Boxes and embeddings stay.
package struct EmbeddingClassifier: Operator {
    package static let typeName = "embedding-classifier"
    package static let neighboursTypeName = "knn-classifier"
    package static let accepts: [PortKind] = [.embedding]
    /// The concept of what was not taught.
    package static let unknown = "unknown"

    package let slot: HeadSlot
    /// Best scores below are unknown.
    package let minimumScore: Score?
    /// Whether the threshold that was found in training applies.
    package let usesNovelty: Bool
    /// Concepts at most, the best ones.
    package let top: Int?

    package init(slot: HeadSlot, minimumScore: Score? = nil, usesNovelty: Bool = true, top: Int? = nil) {
        self.slot = slot
        self.minimumScore = minimumScore
        self.usesNovelty = usesNovelty
        self.top = top
    }

    /// There is no head without a library: see `init(_:catalog:neighbours:embedders:)`.
    package init?(_ section: Section, _ vocabulary: Vocabulary) { nil }

    /// Reads the node's keys.
    /// - Parameters:
    ///   - isNeighbours: a `knn-classifier`, which needs no training.
    ///   - embedders: digests of the embedders whose vectors arrive, as far as they are known.
    package init?(_ section: Section, catalog: some ModelCatalog, isNeighbours: Bool, embedders: Set<String>) {
        let minimumScore = section.number("unknown_below", in: 0...1).map(Score.init)
        let usesNovelty = isNeighbours ? false : section.choice("unknown", ["trained", "never"]) != "never"
        let top = section.integer("top", in: 1...1_000)
        let neighbours = isNeighbours ? section.integer("k", in: 1...1_000) ?? 5 : nil
        guard let name = section.requiredString("head", example: "pets"), let node = section.value("head") else { return nil }
        guard let slot = catalog.head(named: name, neighbours: neighbours, node: node, issues: section.issues) else { return nil }
        let digest = slot.content.head.space.embedderDigest
        if let other = embedders.first(where: { $0 != digest }) {
            section.issues.add(
                at: node,
                "head \(Excerpt.quoted(name)) was taught with embedder \(digest.prefix(12)), and this node takes those of \(other.prefix(12))",
                suggestion: "give the visual-embedder the model that the head was taught with; picket learn list shows it")
            return nil
        }
        self.init(slot: slot, minimumScore: minimumScore, usesNovelty: usesNovelty, top: top)
    }

    package var rule: String {
        var parts = ["head \(Excerpt.shown(slot.name)) \(slot.content.version)"]
        if let minimumScore { parts.append("unknown below \(minimumScore.text)") }
        if let top { parts.append("the best \(top)") }
        return parts.joined(separator: ", ")
    }

    package func outputKind(from input: PortKind) -> PortKind { .concepts }

    package func outputVocabulary(from input: Vocabulary) -> Vocabulary {
        let concepts = slot.content.head.concepts
        return Vocabulary(concepts.contains(Self.unknown) ? concepts : concepts + [Self.unknown])
    }

    package mutating func process(_ input: [Prediction], _ moment: Moment, into output: inout Lane) {
        guard !input.isEmpty else { return }
        let head = slot.content.head
        for (index, prediction) in input.enumerated() {
            guard let embedding = prediction.embedding else { continue }
            var judged = prediction
            judged.concepts = concepts(of: embedding, head)
            output.append(judged, from: index)
        }
    }

    private func concepts(of embedding: Embedding, _ head: TrainedHead) -> [ScoredConcept] {
        let unknown = [ScoredConcept(Self.unknown, .one)]
        // A vector without a direction is like nothing that was taught; the embedder was compared when the workflow was checked.
        guard let verdict = try? head.judge(embedding), let best = verdict.concepts.first else { return unknown }
        if usesNovelty && verdict.isUnknown { return unknown }
        if let minimumScore, best.score < minimumScore { return unknown }
        return top.map { Array(verdict.concepts.prefix($0)) } ?? verdict.concepts
    }
}
