import Testing

/// A place that breaks a rule.
struct Finding: CustomStringConvertible {
    let path: String
    let line: Int
    let text: String

    var description: String { "\(path):\(line): \(text)" }
}

/// Fails with all places at once, so that one run is enough to mend them.
func expectNone(_ findings: [Finding], sourceLocation: SourceLocation = #_sourceLocation) {
    var lines: [String] = []
    for finding in findings where lines.last != finding.description { lines.append(finding.description) }
    let isClean = lines.isEmpty
    let list = lines.map { "\n  " + $0 }.joined()
    #expect(isClean, Comment(rawValue: "\(lines.count) found:\(list)"), sourceLocation: sourceLocation)
}
