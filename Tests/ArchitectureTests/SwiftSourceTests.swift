import Testing

/// The reader that the other tests here rely on.
@Suite struct SwiftSourceTests {
    private func words(_ text: String) -> [String] { SwiftSource(text).tokens.map(\.text) }

    @Test func wordsOperatorsAndPunctuationAreTakenApart() {
        #expect(words("let a = b &+ c.d!") == ["let", "a", "=", "b", "&+", "c", ".", "d", "!"])
        #expect(SwiftSource("a! b").tokens.map(\.isGlued) == [false, true, false])
    }

    @Test func commentsAreNoCode() {
        let source = SwiftSource("a // unsafe\n/* try! /* nested */ fatalError() */ b")
        #expect(source.tokens.map(\.text) == ["a", "b"])
        #expect(source.comments.map(\.line) == [1, 2])
    }

    @Test(arguments: [#""unsafe \"try!\" //""#, "\"\"\"\n  unsafe \"quoted\"\n  \"\"\"", ##"#"a "b" \n"#"##])
    func stringsAreNoCode(_ literal: String) {
        let source = SwiftSource("x = \(literal)\ny")
        #expect(source.tokens.filter { $0.kind != .string }.map(\.text) == ["x", "=", "y"])
        #expect(source.comments.isEmpty)
    }

    @Test func codeInsideOfAnInterpolationIsCode() {
        #expect(words(#""a \(b! + f("(")) c" d"#) == ["a  c", "(", "b", "!", "+", "f", "(", "(", ")", ")", "d"])
    }

    @Test func linesAreCountedThroughStringsAndComments() {
        let source = SwiftSource("/* 1\n2 */\n\"\"\"\n4\n\"\"\"\nlast")
        #expect(source.tokens.last?.line == 6)
    }

    @Test func anUnfinishedFileEnds() {
        for text in ["\"abc", "/* abc", "\"\\(", "`abc", "#\"abc\"", "\"\"\"\n\\("] { #expect(SwiftSource(text).tokens.count <= 3) }
    }
}
