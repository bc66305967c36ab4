import Yams

/// Reads YAML into `SettingsNode`s.
///
/// The text is untrusted: its size, its nesting and its number of values are limited before and while Yams reads it; anchors and aliases
/// are refused, since a few hundred bytes of them expand to gigabytes.
package enum SettingsDocument {
    package static let maximumByteCount = 256 * 1024
    package static let maximumDepth = 32
    package static let maximumNodeCount = 50_000

    /// - Parameters:
    ///   - text: the file's contents.
    ///   - file: its name, for messages.
    /// - Throws: `SettingsError` with one issue when this is not YAML, or is too large or too deep.
    package static func parse(_ text: String, file: String) throws(SettingsError) -> SettingsNode {
        func fail(_ position: Position, _ message: String, _ suggestion: String? = nil) -> SettingsError {
            SettingsError(issues: [Issue(file: file, position: position, path: "", message: message, suggestion: suggestion)])
        }
        let start = Position(line: 1, column: 1)
        guard text.utf8.count <= maximumByteCount else {
            throw fail(start, "the file has \(text.utf8.count) bytes, the limit is \(maximumByteCount)")
        }
        // Editors of Windows put a byte order mark in front, which says nothing in UTF-8.
        let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
        if let refusal = SyntaxGuard.firstRefusal(in: text, maximumDepth: maximumDepth) {
            throw fail(refusal.position, refusal.message, refusal.suggestion)
        }
        let root: Yams.Node?
        do {
            root = try Parser(yaml: text, resolver: .basic).singleRoot()
        } catch let error as YamlError {
            let problem = describe(error, in: text)
            throw fail(problem.position ?? start, problem.message, problem.suggestion)
        } catch {
            throw fail(start, "not YAML: \(error)")
        }
        guard let root else { throw fail(start, "the file is empty") }
        let collector = IssueCollector(file: file)
        var budget = maximumNodeCount
        let node = convert(root, path: "", depth: 0, &budget, collector)
        if budget < 0 { throw fail(start, "the file has more than \(maximumNodeCount) values") }
        guard collector.isEmpty else { throw SettingsError(issues: collector.issues) }
        return node
    }

    private static func convert(_ node: Yams.Node, path: String, depth: Int, _ budget: inout Int, _ issues: IssueCollector) -> SettingsNode
    {
        let position = node.mark.map { Position(line: $0.line, column: $0.column) } ?? Position(line: 1, column: 1)
        func make(_ content: SettingsNode.Content) -> SettingsNode { SettingsNode(content: content, position: position, path: path) }
        budget -= 1
        guard budget >= 0 else { return make(.null) }
        guard depth <= maximumDepth else {
            issues.add(at: position, path: path, "nested more than \(maximumDepth) levels deep")
            return make(.null)
        }
        switch node {
        case .scalar(let scalar):
            let isNull = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
            return make(isNull ? .null : .scalar(scalar.string))
        case .sequence(let items):
            var list: [SettingsNode] = []
            for (index, item) in items.enumerated() {
                list.append(convert(item, path: extended(path, index), depth: depth + 1, &budget, issues))
            }
            return make(.sequence(list))
        case .mapping(let pairs):
            var entries: [SettingsNode.Entry] = []
            var names: Set<String> = []
            for (key, value) in pairs {
                let place = key.mark.map { Position(line: $0.line, column: $0.column) } ?? position
                guard case .scalar(let scalar) = key else {
                    issues.add(at: place, path: path, "a key must be a word")
                    continue
                }
                let name = scalar.string
                let inner = extended(path, name)
                if !names.insert(name).inserted {
                    issues.add(at: place, path: inner, "the key \(Excerpt.quoted(name)) is given twice", suggestion: "keep one of them")
                }
                let converted = convert(value, path: inner, depth: depth + 1, &budget, issues)
                entries.append(SettingsNode.Entry(key: name, keyPosition: place, value: converted))
            }
            return make(.mapping(entries))
        case .alias:
            issues.add(at: position, path: path, "aliases are not supported", suggestion: "repeat the value")
            return make(.null)
        }
    }

    /// Paths are for people: they stop growing at some length, so that a file of long keys does not take memory without bound.
    private static let maximumPathByteCount = 240

    private static func extended(_ path: String, _ key: String) -> String {
        guard path.utf8.count < maximumPathByteCount else { return path }
        return path.isEmpty ? Excerpt.shown(key) : path + "." + Excerpt.shown(key)
    }

    private static func extended(_ path: String, _ index: Int) -> String {
        path.utf8.count < maximumPathByteCount ? "\(path)[\(index)]" : path
    }
}
