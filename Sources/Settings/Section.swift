/// Reads the keys of one mapping, collects what is wrong with them, and tells of the keys that nobody asked for.
///
/// Every reader takes the key and returns nil when it is absent or wrong (an issue has been added then), so that a caller can read all its
/// keys in a row and stop once at the end. Call `finish()` last. Used on one thread.
package final class Section {
    package let node: SettingsNode
    package let issues: IssueCollector
    private var known: [String] = []

    /// A value that is not a mapping reads as an empty one, with an issue.
    package init(_ node: SettingsNode, _ issues: IssueCollector) {
        self.node = node
        self.issues = issues
        switch node.content {
        case .mapping, .null: break
        default: issues.add(at: node, "must be a mapping of keys, not \(node.kindForMessages)")
        }
    }

    /// The raw value of a key; counts as asked for. A key without a value is absent.
    package func value(_ key: String) -> SettingsNode? {
        if !known.contains(key) { known.append(key) }
        guard let value = node[key], value.content != .null else { return nil }
        return value
    }

    package func has(_ key: String) -> Bool { value(key) != nil }

    /// Adds an issue for every key that was never asked for.
    package func finish() {
        guard case .mapping(let entries) = node.content else { return }
        for entry in entries where !known.contains(entry.key) {
            issues.add(
                at: entry.keyPosition, path: entry.value.path, "unknown key \(Excerpt.quoted(entry.key))",
                suggestion: Suggestion.text(for: entry.key, among: known))
        }
    }

    /// Adds an issue about a key, or about the whole mapping when the key is absent.
    package func complain(_ key: String, _ message: String, suggestion: @autoclosure () -> String? = nil) {
        issues.add(at: node[key] ?? node, message, suggestion: suggestion())
    }

    // MARK: Scalars

    package func string(_ key: String) -> String? { value(key).flatMap { string(of: $0) } }

    package func requiredString(_ key: String, example: String) -> String? {
        guard has(key) else {
            issues.add(at: node, "'\(key)' is missing", suggestion: "write for example \(key): \(example)")
            return nil
        }
        return string(key)
    }

    /// One of a few words.
    package func choice(_ key: String, _ choices: [String]) -> String? {
        guard let word = string(key) else { return nil }
        guard choices.contains(word) else {
            complain(key, "unknown value \(Excerpt.quoted(word))", suggestion: Suggestion.text(for: word, among: choices))
            return nil
        }
        return word
    }

    package func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, as type: Choice.Type = Choice.self) -> Choice?
    where Choice.RawValue == String {
        choice(key, Choice.allCases.map(\.rawValue)).flatMap(Choice.init(rawValue:))
    }

    /// `true` or `false`; `on`, `yes` and their like are words, not truth values.
    package func boolean(_ key: String) -> Bool? { choice(key, ["true", "false"]).map { $0 == "true" } }

    package func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        parsed(key, "a whole number in \(range.lowerBound)...\(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    package func number(_ key: String, in range: ClosedRange<Double>) -> Double? {
        parsed(key, "a number in \(plain(range.lowerBound))...\(plain(range.upperBound))") { text in
            Quantity.number(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }

    /// Without the `.0` of whole numbers.
    private func plain(_ value: Double) -> String { Int(exactly: value).map(String.init) ?? String(value) }

    package func duration(_ key: String) -> Duration? { parsed(key, "a time with its unit, such as 200ms, 5s or 2h", Quantity.duration) }

    package func byteCount(_ key: String) -> Int64? { parsed(key, "a size with its unit, such as 500MB or 2GB", Quantity.byteCount) }

    /// `10%` as 0.10.
    package func percent(_ key: String) -> Double? {
        parsed(key, "a percentage in 0%...100%") { text in Quantity.percent(text).flatMap { (0...1).contains($0) ? $0 : nil } }
    }

    private func parsed<Value>(_ key: String, _ expected: String, _ parse: (String) -> Value?) -> Value? {
        guard let text = string(key) else { return nil }
        guard let value = parse(text) else {
            complain(key, "\(Excerpt.quoted(text)) is not valid here", suggestion: "write \(expected)")
            return nil
        }
        return value
    }

    // MARK: Lists and mappings

    /// A list of words; one word alone counts as a list of one.
    package func strings(_ key: String) -> [String]? {
        guard let value = value(key) else { return nil }
        if case .sequence(let items) = value.content { return items.compactMap { string(of: $0) } }
        return string(of: value).map { [$0] }
    }

    /// The items of a list.
    package func list(_ key: String) -> [SettingsNode]? {
        guard let value = value(key) else { return nil }
        guard case .sequence(let items) = value.content else {
            issues.add(at: value, "must be a list, not \(value.kindForMessages)")
            return nil
        }
        return items
    }

    /// The entries of a mapping with free keys, such as concepts and their thresholds.
    package func entries(_ key: String) -> [SettingsNode.Entry]? {
        guard let value = value(key) else { return nil }
        guard case .mapping(let entries) = value.content else {
            issues.add(at: value, "must be a mapping of keys, not \(value.kindForMessages)")
            return nil
        }
        return entries
    }

    /// A nested mapping with keys of its own; the caller finishes it.
    package func section(_ key: String) -> Section? { value(key).map { Section($0, issues) } }

    /// The text of a scalar node; adds an issue when it is something else.
    package func string(of node: SettingsNode) -> String? {
        guard case .scalar(let text) = node.content else {
            issues.add(at: node, "must be a single value, not \(node.kindForMessages)")
            return nil
        }
        return text
    }
}
