import Operators
import Predictions
package import Settings

extension Definition {
    package static let maximumNodeCount = 256

    /// Reads and checks `nodes:`, all of it, and adds every issue that it finds.
    ///
    /// Reads no other key of the root and does not finish it.
    /// - Parameters:
    ///   - root: the whole settings file.
    ///   - sinks: the types of nodes that end a branch.
    /// - Returns: nil when anything is wrong.
    package static func parse(
        root: SettingsNode, catalog: some ModelCatalog, sinks: [SinkType], issues: IssueCollector
    ) -> Definition? {
        let before = issues.count
        guard let nodes = root["nodes"], nodes.content != .null, nodes.content != .sequence([]) else {
            issues.add(
                at: root["nodes"] ?? root, "'nodes' is missing", suggestion: "list at least one node with its id, type and inputs")
            return nil
        }
        guard case .sequence(let items) = nodes.content else {
            issues.add(at: nodes, "must be a list of nodes, not \(nodes.kindForMessages)", suggestion: "start each node with '- id:'")
            return nil
        }
        guard items.count <= maximumNodeCount else {
            issues.add(at: nodes, "has \(items.count) nodes, the limit is \(maximumNodeCount)")
            return nil
        }
        var parser = DefinitionParser(items: items, catalog: catalog, types: NodeTypes(sinks: sinks), issues: issues)
        let definition = parser.parse()
        return issues.count == before ? definition : nil
    }
}

/// One reading of a list of nodes: first who is there, then who is connected, then what each one says, in the order of the data.
struct DefinitionParser<Catalog: ModelCatalog> {
    struct Draft {
        let section: Section
        let id: String
        let type: String
        let kind: NodeTypes.Kind?
        /// The texts of `inputs`.
        let references: [SettingsNode]
        /// Those that name a node or the camera.
        var sources: [Source] = []
    }

    struct Source {
        let reference: SettingsNode
        /// Nil for the camera.
        let node: Int?
        let route: String?
    }

    let catalog: Catalog
    let types: NodeTypes
    let issues: IssueCollector
    var drafts: [Draft] = []
    var made: [Made?] = []

    init(items: [SettingsNode], catalog: Catalog, types: NodeTypes, issues: IssueCollector) {
        self.catalog = catalog
        self.types = types
        self.issues = issues
        drafts = items.map { read($0) }
        made = drafts.map { _ in nil }
    }

    mutating func parse() -> Definition? {
        refuseDuplicates()
        for index in drafts.indices { drafts[index].sources = drafts[index].references.compactMap { source($0) } }
        let order = NodeOrder(inputs: drafts.map { $0.sources.compactMap(\.node) })
        for circle in order.circles { refuse(circle) }
        let ordered = Set(order.order)
        for index in order.order + drafts.indices.filter({ !ordered.contains($0) }) { make(index) }
        let nodes = made.compactMap { $0?.node }
        guard nodes.count == drafts.count else { return nil }
        return Definition(nodes: nodes, order: order.order, notes: notes(nodes))
    }

    // MARK: Who is there

    private func read(_ item: SettingsNode) -> Draft {
        let section = Section(item, issues)
        let id = section.requiredString("id", example: "people") ?? ""
        if !id.isEmpty, !Router.isName(id) {
            section.complain("id", "\(Excerpt.quoted(id)) is not a name for a node", suggestion: "use letters, digits, - and _")
        } else if id == Port.camera {
            section.complain("id", "'camera' is the name of the frames themselves", suggestion: "choose another name")
        }
        let type = section.requiredString("type", example: "visual-detector")
        let kind = type.flatMap { types[$0] }
        if let type, kind == nil {
            section.complain("type", "unknown type \(Excerpt.quoted(type))", suggestion: Suggestion.text(for: type, among: types.names))
        }
        return Draft(section: section, id: id, type: type ?? "", kind: kind, references: references(section))
    }

    private func references(_ section: Section) -> [SettingsNode] {
        guard let value = section.value("inputs"), value.content != .sequence([]) else {
            section.complain("inputs", "'inputs' is missing", suggestion: "write for example inputs: [camera]")
            return []
        }
        let items = if case .sequence(let items) = value.content { items } else { [value] }
        var seen: Set<String> = []
        return items.filter { item in
            guard let text = section.string(of: item) else { return false }
            if seen.insert(text).inserted { return true }
            issues.add(at: item, "\(Excerpt.quoted(text)) is given twice", suggestion: "keep one of them")
            return false
        }
    }

    private func refuseDuplicates() {
        var first: [String: Int] = [:]
        for (index, draft) in drafts.enumerated() where !draft.id.isEmpty {
            guard let earlier = first[draft.id] else {
                first[draft.id] = index
                continue
            }
            let line = drafts[earlier].section.node.position.line
            draft.section.complain(
                "id", "the id \(Excerpt.quoted(draft.id)) is taken by the node in line \(line)", suggestion: "choose another one")
        }
    }

    // MARK: Who is connected

    /// The node that a text such as `decide.bare` names; nil with an issue when there is none.
    private func source(_ reference: SettingsNode) -> Source? {
        guard case .scalar(let text) = reference.content else { return nil }
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let route = parts.count > 1 ? parts[1] : nil
        if parts[0] == Port.camera {
            guard let route else { return Source(reference: reference, node: nil, route: nil) }
            issues.add(at: reference, "the camera has no route \(Excerpt.quoted(route))", suggestion: "write camera")
            return nil
        }
        guard let node = drafts.firstIndex(where: { $0.id == parts[0] && !$0.id.isEmpty }) else {
            let known = [Port.camera] + drafts.map(\.id).filter { !$0.isEmpty }
            issues.add(at: reference, "unknown node \(Excerpt.quoted(parts[0]))", suggestion: Suggestion.text(for: parts[0], among: known))
            return nil
        }
        if case .sink? = drafts[node].kind {
            issues.add(
                at: reference, "\(Excerpt.quoted(parts[0])) is \(Pairing.withArticle(drafts[node].type)), from which nothing comes",
                suggestion: "take the same inputs as that node")
            return nil
        }
        return Source(reference: reference, node: node, route: route)
    }

    private func refuse(_ circle: [Int]) {
        guard let first = circle.first else { return }
        let names = (circle + [first]).map { Excerpt.shown(drafts[$0].id) }.joined(separator: " -> ")
        let section = drafts[first].section
        section.complain("inputs", "these nodes feed each other in a circle: \(names)", suggestion: "take one of these inputs away")
    }
}
