import Operators
import Predictions
import Settings

/// A node that was read, and what can flow out of each of its lanes.
struct Made {
    let node: WorkflowNode?
    let laneNames: [String]
    let kind: PortKind?
    let vocabulary: Vocabulary
    /// Digests of the embedders whose vectors may flow out, by themselves or with the concepts that were found in them.
    var embedders: Set<String> = []

    /// A node that is wrong: nothing is known of it, and nothing behind it is blamed for that.
    static let unusable = Made(node: nil, laneNames: [], kind: nil, vocabulary: .unknown)
}

extension DefinitionParser {
    /// What flows into a node.
    private struct Inflow {
        var ports: [Port] = []
        /// Nil when it is not known, since an issue was found before.
        var kind: PortKind?
        var vocabulary = Vocabulary.none
        var embedders: Set<String> = []
    }

    /// Reads one node; those that it takes its inputs from were read before, unless they are in a circle.
    mutating func make(_ index: Int) {
        let draft = drafts[index]
        let inflow = inflow(draft)
        guard let kind = draft.kind else {
            // The keys of an unknown type are not known either: they are not blamed.
            made[index] = .unusable
            return
        }
        made[index] = read(draft, kind, inflow)
        draft.section.finish()
    }

    private func read(_ draft: Draft, _ kind: NodeTypes.Kind, _ inflow: Inflow) -> Made {
        // What a model or a crop puts out is new; everything else passes on what it takes.
        var outflow: Set<String>?
        let before = issues.count
        let section = draft.section
        func made(
            _ role: WorkflowNode.Role?, _ rule: String, _ outputKind: PortKind?, _ vocabulary: Vocabulary, lanes: [String] = []
        ) -> Made {
            guard let role else {
                if issues.count == before { issues.add(at: section.node, "this \(draft.type) cannot be used") }
                return Made(node: nil, laneNames: lanes, kind: outputKind, vocabulary: .unknown)
            }
            let node = WorkflowNode(
                id: draft.id, type: draft.type, inputs: inflow.ports, role: role, laneNames: lanes, embedders: inflow.embedders,
                outputKind: outputKind, rule: rule, position: section.node.position, path: section.node.path)
            return Made(node: node, laneNames: lanes, kind: outputKind, vocabulary: vocabulary, embedders: outflow ?? inflow.embedders)
        }
        switch kind {
        case .model(let model):
            let settings = ModelNodeSettings(section, kind: model, catalog: catalog)
            outflow = model == .embedder ? settings.map { [$0.facts.digest] } : []
            return made(settings.map { .model($0) }, settings?.rule ?? "", model.outputKind, settings?.vocabulary ?? .unknown)
        case .router:
            let router = Router(section, inflow.vocabulary)
            return made(router.map { .router($0) }, router?.rule ?? "", inflow.kind, inflow.vocabulary, lanes: router?.laneNames ?? [])
        case .motionGate:
            let gate = MotionGate(section, inflow.vocabulary)
            return made(gate.map { .motionGate($0) }, gate?.rule ?? "", .image, .none)
        case .head(let isNeighbours):
            let head = EmbeddingClassifier(section, catalog: catalog, isNeighbours: isNeighbours, embedders: inflow.embedders)
            return made(head.map { .rule($0) }, head?.rule ?? "", .concepts, head?.outputVocabulary(from: .none) ?? .unknown)
        case .rule(let type):
            let rule: (any Operator)? = type.init(section, inflow.vocabulary)
            if type == ImageCropper.self || type == Counter.self { outflow = [] }
            let outputKind = inflow.kind.flatMap { rule?.outputKind(from: $0) }
            return made(rule.map { .rule($0) }, rule?.rule ?? "", outputKind, rule?.outputVocabulary(from: inflow.vocabulary) ?? .unknown)
        case .sink(let type):
            return made(type.parse(section, draft.id).map { .sink($0) }, "", nil, .none)
        }
    }

    // MARK: What flows in

    private func inflow(_ draft: Draft) -> Inflow {
        var inflow = Inflow()
        var isKnown = draft.sources.count == draft.references.count && !draft.sources.isEmpty
        for source in draft.sources {
            guard let (port, kind, vocabulary) = output(source) else {
                isKnown = false
                continue
            }
            inflow.ports.append(port)
            inflow.vocabulary = inflow.vocabulary.union(vocabulary)
            if let node = source.node, let made = made[node] { inflow.embedders.formUnion(made.embedders) }
            guard let kind else {
                isKnown = false
                continue
            }
            isKnown = isFitting(kind, source, draft, after: inflow.kind) && isKnown
            inflow.kind = inflow.kind ?? kind
        }
        if !isKnown { (inflow.kind, inflow.vocabulary) = (nil, .unknown) }
        return inflow
    }

    /// What comes from a source; nil with an issue when it has no such route, or without one when nothing is known of it.
    private func output(_ source: Source) -> (Port, PortKind?, Vocabulary)? {
        guard let node = source.node else { return (Port(node: nil), .image, .none) }
        guard let made = made[node] else { return nil }
        let id = Excerpt.quoted(drafts[node].id)
        if made.laneNames.isEmpty {
            guard let route = source.route else { return (Port(node: node), made.kind, made.vocabulary) }
            if made.node != nil {
                issues.add(
                    at: source.reference, "\(id) has no routes, so no \(Excerpt.quoted(route))", suggestion: "write \(drafts[node].id)")
            }
            return nil
        }
        guard let route = source.route else {
            let ways = made.laneNames.map { "\(drafts[node].id).\($0)" }.joined(separator: ", ")
            issues.add(at: source.reference, "\(id) has several ways out", suggestion: "write one of \(ways)")
            return nil
        }
        guard let lane = made.laneNames.firstIndex(of: route) else {
            issues.add(
                at: source.reference, "\(id) has no route \(Excerpt.quoted(route))",
                suggestion: Suggestion.text(for: route, among: made.laneNames))
            return nil
        }
        return (Port(node: node, lane: lane), made.kind, made.vocabulary)
    }

    private func isFitting(_ kind: PortKind, _ source: Source, _ draft: Draft, after other: PortKind?) -> Bool {
        guard let type = draft.kind, case .scalar(let text) = source.reference.content else { return false }
        guard type.accepts.contains(kind) else {
            issues.add(
                at: source.reference, Pairing.message(kind, of: Excerpt.shown(text), into: draft.type, accepting: type.accepts),
                suggestion: Pairing.suggestion(kind, into: draft.type, accepting: type.accepts))
            return false
        }
        if case .sink = type { return true }
        guard let other, other != kind else { return true }
        issues.add(
            at: source.reference, "\(Pairing.plural(other)) and \(Pairing.plural(kind)) do not go into one node",
            suggestion: "use a node for each")
        return false
    }

    // MARK: What may not be meant

    func notes(_ nodes: [WorkflowNode]) -> [Issue] {
        let notes = IssueCollector(file: issues.file)
        let used = Set(nodes.flatMap(\.inputs))
        for (index, node) in nodes.enumerated() {
            for lane in 0..<node.laneCount where !used.contains(Port(node: index, lane: lane)) {
                let name = node.laneNames.isEmpty ? node.id : "\(node.id).\(node.laneNames[lane])"
                notes.add(at: node.position, path: node.path, "nobody takes the output of '\(name)'")
            }
            guard case .router(let router) = node.role else { continue }
            for remark in router.remarks { notes.add(at: node.position, path: node.path, remark) }
        }
        let hasSink = nodes.contains { $0.outputKind == nil }
        if !hasSink, let first = nodes.first { notes.add(at: first.position, path: "nodes", "no node does anything with what is seen") }
        return notes.issues
    }
}
