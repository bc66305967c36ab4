package import Settings

/// Why a text is not a condition, and what to write instead.
package struct ComparisonProblem: Error, Sendable, Hashable {
    package let message: String
    package let suggestion: String
}

extension Comparison {
    private static let signs = [">=", "<=", "==", ">", "<"]
    private static let mistaken = [("=>", ">="), ("=<", "<="), ("≥", ">="), ("≤", "<="), ("=", "=="), ("!=", "a range, or two routes")]

    /// Reads `>= 0.60`, `> 3`, `< 5%`, `<= 32px`, `== 1` or a range with both ends, `0.2..0.8`.
    package static func reading(_ text: String, _ measure: Measure) throws(ComparisonProblem) -> Comparison {
        let text = trimmed(text[...])
        guard text.utf8.count <= 48 else {
            throw ComparisonProblem(message: "'\(text.prefix(24))...' is not a condition", suggestion: "write \">= \(measure.example)\"")
        }
        if let sign = signs.first(where: { text.hasPrefix($0) }) {
            return try relation(sign, trimmed(text.dropFirst(sign.count)), measure)
        }
        for (wrong, right) in mistaken where text.hasPrefix(wrong) {
            throw ComparisonProblem(message: "'\(wrong)' is not a comparison", suggestion: "write \(right)")
        }
        if let range = try range(text, measure) { return range }
        guard text.first?.isNumber == true || text.first == "." else {
            throw ComparisonProblem(
                message: "'\(text.prefix(24))' is not a condition",
                suggestion: "write for example \">= \(measure.example)\" or a range such as \"\(measure.example)..\(measure.example)\"")
        }
        throw ComparisonProblem(message: "'\(text)' has no comparison", suggestion: "write \">= \(text)\", or one of > < <= ==")
    }

    private static func relation(_ sign: String, _ number: Substring, _ measure: Measure) throws(ComparisonProblem) -> Comparison {
        let value = try measure.read(number)
        let included = Bound(value: value, isIncluded: true)
        let excluded = Bound(value: value, isIncluded: false)
        let text = "\(sign) \(number)"
        let comparison =
            switch sign {
            case ">=": Comparison(lower: included, upper: nil, description: text)
            case "<=": Comparison(lower: nil, upper: included, description: text)
            case ">": Comparison(lower: excluded, upper: nil, description: text)
            case "<": Comparison(lower: nil, upper: excluded, description: text)
            default: Comparison(lower: included, upper: included, description: text)
            }
        let isPossible = comparison.wholeNumbers(in: measure.domain) != nil
        guard isPossible else { throw ComparisonProblem(message: "'\(text)' never holds", suggestion: "write a limit that can be met") }
        return comparison
    }

    private static func range(_ text: Substring, _ measure: Measure) throws(ComparisonProblem) -> Comparison? {
        guard let dots = firstDots(in: text) else { return nil }
        let (first, last) = (trimmed(text[..<dots.lowerBound]), trimmed(text[dots.upperBound...]))
        let (low, high) = (try measure.read(first), try measure.read(last))
        guard low <= high else {
            throw ComparisonProblem(message: "the range \(text) ends before it starts", suggestion: "write \(last)..\(first)")
        }
        return Comparison(
            lower: Bound(value: low, isIncluded: true), upper: Bound(value: high, isIncluded: true), description: "\(first)..\(last)")
    }

    private static func firstDots(in text: Substring) -> Range<Substring.Index>? {
        for index in text.indices where text[index...].hasPrefix("..") {
            return index..<text.index(index, offsetBy: 2)
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var rest = text.drop { $0 == " " }
        while rest.last == " " { rest.removeLast() }
        return rest
    }
}

extension Section {
    /// A condition on a number of the given kind.
    package func comparison(_ key: String, _ measure: Measure) -> Comparison? {
        value(key).flatMap { comparison(of: $0, measure) }
    }

    /// The condition that a node's text stands for; adds an issue when it is none.
    package func comparison(of node: SettingsNode, _ measure: Measure) -> Comparison? {
        guard let text = string(of: node) else { return nil }
        do {
            return try Comparison.reading(text, measure)
        } catch {
            issues.add(at: node, error.message, suggestion: error.suggestion)
            return nil
        }
    }

    /// A mapping from concepts to conditions, in the order of the file; nil when it is absent or anything in it is wrong.
    package func conditions(_ key: String, _ measure: Measure, _ vocabulary: Vocabulary) -> [Condition]? {
        guard let entries = entries(key) else { return nil }
        return conditions(of: entries, measure, vocabulary)
    }

    /// See `conditions(_:_:_:)`.
    package func conditions(of entries: [SettingsNode.Entry], _ measure: Measure, _ vocabulary: Vocabulary) -> [Condition]? {
        var isFine = true
        var conditions: [Condition] = []
        for entry in entries {
            let isKnown = vocabulary.check(entry.key, at: entry.keyPosition, path: entry.value.path, issues)
            if entry.value.content == .null {
                issues.add(at: entry.keyPosition, path: entry.value.path, "has no condition", suggestion: "write \">= \(measure.example)\"")
            }
            let comparison = entry.value.content == .null ? nil : comparison(of: entry.value, measure)
            guard isKnown, let comparison else {
                isFine = false
                continue
            }
            conditions.append(Condition(concept: entry.key, comparison: comparison))
        }
        return isFine ? conditions : nil
    }
}

/// What must hold for the score, or for the count, of one concept.
package struct Condition: Sendable, Hashable, CustomStringConvertible {
    package let concept: String
    package let comparison: Comparison

    package init(concept: String, comparison: Comparison) {
        self.concept = concept
        self.comparison = comparison
    }

    /// `person >= 0.60`; `person in 0.2..0.8`.
    package var description: String {
        let isRange = comparison.description.first?.isNumber ?? false
        return isRange ? "\(concept) in \(comparison)" : "\(concept) \(comparison)"
    }
}
