import Operators
package import Predictions
package import Settings

/// What a model is for.
package enum ModelKind: String, Sendable, Hashable, CaseIterable {
    case classifier, detector, embedder

    /// The word after `type:` in the settings.
    package var typeName: String { "visual-" + rawValue }

    /// What flows out of such a node.
    package var outputKind: PortKind {
        switch self {
        case .classifier: .concepts
        case .detector: .regions
        case .embedder: .embedding
        }
    }
}

/// What is known of a model file before it runs.
package struct ModelFacts: Sendable, Hashable {
    package let kind: ModelKind
    /// In the order of the model's outputs; empty for an embedder.
    package let labels: [String]
    /// SHA-256 of the file in hexadecimal.
    package let digest: String

    package init(kind: ModelKind, labels: [String], digest: String) {
        self.kind = kind
        self.labels = labels
        self.digest = digest
    }
}

/// Looks models up while a workflow is checked.
package protocol ModelCatalog {
    /// - Parameters:
    ///   - path: as written in the settings.
    ///   - labels: those of the node, for a model that brings none.
    ///   - node: the value of `model`, for issues.
    /// - Returns: nil when the model cannot be used; an issue has been added then.
    func describe(path: String, labels: [String]?, node: SettingsNode, issues: IssueCollector) -> ModelFacts?

    /// Finds a head that was learned on the device.
    /// - Parameters:
    ///   - neighbours: how many samples vote; nil for the head as it was trained.
    ///   - node: the value of `head`, for issues.
    /// - Returns: nil when the head cannot be used; an issue has been added then.
    func head(named name: String, neighbours: Int?, node: SettingsNode, issues: IssueCollector) -> HeadSlot?
}

extension ModelCatalog {
    /// For catalogs without heads.
    package func head(named name: String, neighbours: Int?, node: SettingsNode, issues: IssueCollector) -> HeadSlot? {
        issues.add(at: node, "there is no head \(Excerpt.quoted(name))")
        return nil
    }
}

/// The settings of a `visual-classifier`, `visual-detector` or `visual-embedder`.
package struct ModelNodeSettings: Sendable, Hashable {
    /// How an image is fitted to the model's input.
    package enum Resize: String, Sendable, CaseIterable {
        /// Each axis on its own.
        case stretch
        /// The shape is kept, the rest filled.
        case letterbox
    }

    package let path: String
    package let facts: ModelFacts
    /// Runs on every n-th frame, starting with the first one; nothing is known about the frames between.
    package let every: Int
    /// At most so many concepts an image (classifier); nil for the model's default.
    package let top: Int?
    /// Lower scores are left out; nil for the model's default.
    package let minimumScore: Score?
    /// Only these concepts; nil for all.
    package let only: [String]?
    /// Overlap above which the weaker of two regions goes (detector); nil for the model's default.
    package let maximumOverlap: Score?
    /// At most so many regions an image (detector); nil for the model's default.
    package let maximumCount: Int?
    /// Nil for what the model's own description says.
    package let resize: Resize?

    package init(
        path: String, facts: ModelFacts, every: Int = 1, top: Int? = nil, minimumScore: Score? = nil, only: [String]? = nil,
        maximumOverlap: Score? = nil, maximumCount: Int? = nil, resize: Resize? = nil
    ) {
        self.path = path
        self.facts = facts
        self.every = every
        self.top = top
        self.minimumScore = minimumScore
        self.only = only
        self.maximumOverlap = maximumOverlap
        self.maximumCount = maximumCount
        self.resize = resize
    }

    /// Reads a node's keys; nil when something is wrong, with issues.
    init?(_ section: Section, kind: ModelKind, catalog: some ModelCatalog) {
        let before = section.issues.count
        every = section.integer("every", in: 1...10_000) ?? 1
        resize = section.choice("resize", as: Resize.self)
        top = kind == .classifier ? section.integer("top", in: 1...1_000) : nil
        minimumScore = kind == .embedder ? nil : section.number("min_score", in: 0...1).map(Score.init)
        maximumOverlap = kind == .detector ? section.number("iou", in: 0...1).map(Score.init) : nil
        maximumCount = kind == .detector ? section.integer("max", in: 1...1_000) : nil
        let labels = kind == .embedder ? nil : section.strings("labels")
        guard let path = section.requiredString("model", example: "models/person.tflite"), let node = section.value("model") else {
            _ = kind == .embedder ? nil : section.value("only")
            return nil
        }
        let facts = Self.facts(path, labels, node, kind, catalog, section.issues)
        only = kind == .embedder ? nil : Self.only(section, facts)
        guard let facts, section.issues.count == before else { return nil }
        self.path = path
        self.facts = facts
    }

    private static func facts(
        _ path: String, _ labels: [String]?, _ node: SettingsNode, _ kind: ModelKind, _ catalog: some ModelCatalog, _ issues: IssueCollector
    ) -> ModelFacts? {
        let before = issues.count
        guard let facts = catalog.describe(path: path, labels: labels, node: node, issues: issues) else {
            if issues.count == before { issues.add(at: node, "the model \(Excerpt.quoted(path)) cannot be used") }
            return nil
        }
        guard facts.kind == kind else {
            let article = facts.kind == .embedder ? "an" : "a"
            issues.add(
                at: node, "\(Excerpt.quoted(path)) is \(article) \(facts.kind.rawValue)",
                suggestion: "use type: \(facts.kind.typeName), or another model")
            return nil
        }
        return facts
    }

    private static func only(_ section: Section, _ facts: ModelFacts?) -> [String]? {
        guard let value = section.value("only"), let names = section.strings("only") else { return nil }
        if names.isEmpty { section.issues.add(at: value, "names no concept, so nothing would come out", suggestion: "leave the key out") }
        let items = if case .sequence(let list) = value.content { list } else { [value] }
        for item in items {
            guard case .scalar(let name) = item.content else { continue }
            Vocabulary(facts?.labels).check(name, at: item.position, path: item.path, section.issues)
        }
        return names
    }

    /// The concepts that can come out.
    var vocabulary: Vocabulary { only.map { Vocabulary(facts.labels).restricted(to: $0) } ?? Vocabulary(facts.labels) }

    /// `models/person.tflite, every 2nd frame, only person, scores from 0.30, ...`.
    var rule: String {
        var parts = [Excerpt.shown(path)]
        if every > 1 { parts.append("on 1 of \(every) frames") }
        if let only { parts.append("only " + only.map(Excerpt.shown).joined(separator: " ")) }
        if let minimumScore { parts.append("scores from \(minimumScore.text)") }
        if let top { parts.append("the best \(top)") }
        if let maximumOverlap { parts.append("overlap up to \(maximumOverlap.text)") }
        if let maximumCount { parts.append("at most \(maximumCount)") }
        if let resize { parts.append(resize.rawValue) }
        return parts.joined(separator: ", ")
    }
}
