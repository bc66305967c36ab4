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
    let list = findings.map { "\n  " + $0.description }.joined()
    #expect(findings.isEmpty, Comment(rawValue: "\(findings.count) found:\(list)"), sourceLocation: sourceLocation)
}
