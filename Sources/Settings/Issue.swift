/// A place in a file, counted from 1 as editors do.
package struct Position: Sendable, Hashable, Comparable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    package static func < (a: Position, b: Position) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

/// One thing that is wrong in a settings file, and what to write instead.
package struct Issue: Sendable, Hashable, CustomStringConvertible {
    package let file: String
    package let position: Position
    /// For example `nodes[2].threshold`; empty for the file as a whole.
    package let path: String
    /// What is wrong, with the value: `1.4 is above 1`.
    package let message: String
    /// What to write instead: `write a number in 0...1`; nil when the message says it all.
    package let suggestion: String?

    package init(file: String, position: Position, path: String, message: String, suggestion: String? = nil) {
        self.file = file
        self.position = position
        self.path = path
        self.message = message
        self.suggestion = suggestion
    }

    package var description: String {
        let place = "\(file):\(position.line):\(position.column): "
        return place + (path.isEmpty ? "" : path + ": ") + message + (suggestion.map { "; " + $0 } ?? "")
    }
}

/// Collects the issues of one file while it is read, so that all of them are told at once. Used on one thread.
package final class IssueCollector {
    package let file: String
    /// More than these are counted and no longer listed: nobody reads them, and a hostile file has tens of thousands.
    package static let maximumCount = 100
    private var list: [Issue] = []
    private var seen: Set<Issue> = []
    private var unlistedCount = 0

    package init(file: String) { self.file = file }

    /// The issues in the order of the file; the last one tells how many more there are, if there are.
    package var issues: [Issue] {
        let sorted = list.sorted { $0.position < $1.position }
        guard unlistedCount > 0, let last = sorted.last else { return sorted }
        return sorted + [Issue(file: file, position: last.position, path: "", message: "and \(unlistedCount) more issues")]
    }

    package var isEmpty: Bool { list.isEmpty }
    /// How many issues were added, listed or not; tells whether a reader complained.
    package var count: Int { list.count + unlistedCount }

    /// - Parameter suggestion: asked for only when the issue is listed.
    package func add(at node: SettingsNode, _ message: String, suggestion: @autoclosure () -> String? = nil) {
        add(at: node.position, path: node.path, message, suggestion: suggestion())
    }

    /// See `add(at:_:suggestion:)`.
    package func add(at position: Position, path: String, _ message: String, suggestion: @autoclosure () -> String? = nil) {
        guard list.count < Self.maximumCount else {
            unlistedCount += 1
            return
        }
        let issue = Issue(file: file, position: position, path: path, message: message, suggestion: suggestion())
        if seen.insert(issue).inserted { list.append(issue) }
    }
}

/// A settings file that cannot be used, with everything that is wrong in it.
package struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    package let issues: [Issue]

    package init(issues: [Issue]) { self.issues = issues }

    package var description: String { issues.map(\.description).joined(separator: "\n") }
}
