import Foundation
import Testing

/// Rules without exceptions: lengths, ways to crash, leftovers.
@Suite struct RuleTests {
    // MARK: Lengths

    private static func lineCount(_ text: String) -> Int {
        text.utf8.count { $0 == UInt8(ascii: "\n") } + (text.isEmpty || text.hasSuffix("\n") ? 0 : 1)
    }

    /// Recorded vectors are data, not text that somebody reads.
    private static func isData(_ path: String) -> Bool { path.hasSuffix(".json") }

    @Test(arguments: [("Sources", 400), ("Tests", 500)])
    func filesStayShort(_ folder: String, _ limit: Int) {
        expectNone(
            Repository.files(in: folder).filter { !Self.isData($0) }.compactMap { path in
                let count = Repository.text(path).map(Self.lineCount) ?? 0
                return count > limit ? Finding(path: path, line: count, text: "\(count) lines; split it by topic, \(limit) at most") : nil
            })
    }

    // MARK: Ways to crash

    private static let endings: Set = ["exit", "_exit", "quick_exit", "abort", "fatalError"]

    /// - Parameter mayExit: Whether the file belongs to the executable, which ends the process when it is done.
    private static func crashes(_ source: SwiftSource, mayExit: Bool) -> [(line: Int, text: String)] {
        source.tokens.indices.compactMap { index in
            let token = source.tokens[index]
            let before = source.token(index - 1)
            let after = source.token(index + 1)
            if token.kind == .operation, token.text == "!", token.isGlued, let before {
                if before.text == "try" { return (token.line, "`try!`") }
                if before.text == "as" { return (token.line, "`as!`") }
                let isOperand = before.kind == .word || before.kind == .string || [")", "]", "}"].contains(before.text)
                return isOperand ? (token.line, "forced: `\(before.text)!`") : nil
            }
            guard token.kind == .word, endings.contains(token.text), after?.text == "(", after?.isGlued == true else { return nil }
            let isMember = before?.text == "." && !ModuleGraph.cLibraries.contains(source.token(index - 2)?.text ?? "")
            if isMember || before?.text == "func" || (mayExit && token.text == "exit") { return nil }
            return (token.line, "`\(token.text)(`")
        }
    }

    @Test(arguments: [
        ("let a = try! b()", "`try!`"), ("c as! D", "`as!`"), ("e!.f", "forced: `e!`"), ("g()!", "forced: `)!`"),
        ("h[0]!,", "forced: `]!`"),
        ("var i: Int!", "forced: `Int!`"), ("exit(1)", "`exit(`"), ("Glibc.exit(1)", "`exit(`"), ("fatalError(\"\")", "`fatalError(`"),
        ("\"\\(j!)\"", "forced: `j!`"),
    ])
    func everyWayToCrashIsFound(_ text: String, _ finding: String) {
        #expect(Self.crashes(SwiftSource(text), mayExit: false).map(\.text) == [finding])
    }

    @Test(arguments: [
        "a != b", "!a", "if !a && !b {}", "f(!a, [!b])", "a !== b", "loop.exit()", "func exit() {}", "// try! c!", "\"try! c!\"",
        "return !a",
        "try? b()", "preconditionFailure()",
    ])
    func otherCodeIsNotTakenForACrash(_ text: String) {
        #expect(Self.crashes(SwiftSource(text), mayExit: false).isEmpty)
    }

    @Test func nothingForcesOrEndsTheProcess() {
        expectNone(
            Repository.sources.flatMap { path, source in
                Self.crashes(source, mayExit: path.hasPrefix("Sources/picket/")).map { Finding(path: path, line: $0.line, text: $0.text) }
            })
    }

    // MARK: Leftovers

    /// Written so that this file does not find itself.
    private static let leftovers: [(name: String, expression: String)] = [
        ("an unfinished thing", "\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b"),
        ("a path of one machine", "(?<![\\w.$}*])/(work|root|home)/\\w"),
    ]

    private static func leftovers(_ text: String) -> [(line: Int, text: String)] {
        leftovers.flatMap { name, expression -> [(line: Int, text: String)] in
            guard let pattern = try? NSRegularExpression(pattern: expression) else { return [(0, "the pattern for \(name) is wrong")] }
            return pattern.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
                guard let range = Range(match.range, in: text) else { return nil }
                return (text[..<range.lowerBound].utf8.count { $0 == UInt8(ascii: "\n") } + 1, "\(name): \(text[range])")
            }
        }
    }

    @Test func leftoversAreFound() {
        #expect(Self.leftovers("a\n// TO" + "DO: b").map(\.line) == [2])
        #expect(Self.leftovers("open(\"/ho" + "me/somebody\")").count == 1)
        #expect(Self.leftovers("../shared/work/zoo, homework, todo, ProtectHome=yes, /var/lib/picket").isEmpty)
    }

    @Test func nothingIsLeftOver() {
        #expect(Repository.tracked.contains("Package.swift"))
        expectNone(
            Repository.tracked.flatMap { path in
                Self.leftovers(Repository.text(path) ?? "").map { Finding(path: path, line: $0.line, text: $0.text) }
            })
    }
}
