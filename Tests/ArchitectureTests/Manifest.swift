/// What Package.swift says about targets, read from its text: a name, and every other name of a target that stands in its brackets.
struct Manifest {
    /// Targets of `Sources`, and helpers of tests: name to the strings in its brackets, which hold its dependencies.
    private(set) var targets: [String: Set<String>] = [:]
    /// Test targets: name to the strings in its brackets.
    private(set) var tests: [String: Set<String>] = [:]

    init(_ source: SwiftSource) {
        for index in source.tokens.indices where source.token(index + 1)?.text == "(" {
            let isNamed = source.token(index + 2)?.text == "name"
            guard let name = source.token(index + (isNamed ? 4 : 2)), name.kind == .string else { continue }
            let strings = Self.strings(source, from: index + 1)
            switch source.tokens[index].text {
            case "target", "executableTarget": targets[name.text] = strings
            case "testTarget": tests[name.text] = strings
            // The manifest's own short form: tests("Frames") is the target FramesTests, and depends on what it tests.
            case "tests": tests[name.text + "Tests"] = strings.union([name.text, "TestKit"])
            default: break
            }
        }
    }

    /// A target's dependencies and theirs.
    func closure(of target: String) -> Set<String> {
        var found: Set<String> = []
        var waiting = Array(targets[target] ?? tests[target] ?? [])
        while let next = waiting.popLast() {
            if found.insert(next).inserted { waiting += targets[next] ?? [] }
        }
        return found
    }

    /// The strings from an opening bracket to its end.
    private static func strings(_ source: SwiftSource, from start: Int) -> Set<String> {
        var (depth, found) = (0, Set<String>())
        for token in source.tokens[start...] {
            if token.kind == .string { found.insert(token.text) }
            if token.kind == .punctuation, token.text == "(" { depth += 1 }
            if token.kind == .punctuation, token.text == ")" { depth -= 1 }
            if depth == 0 { break }
        }
        return found
    }
}
