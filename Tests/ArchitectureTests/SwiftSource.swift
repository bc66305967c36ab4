/// The words, operators and comments of one Swift file, enough to find habits without mistaking a comment or a string for code.
///
/// It knows nested comments, raw and multi-line strings, and the code inside of interpolations. Regular expression literals are not known:
/// the product has none.
struct SwiftSource {
    struct Token: Equatable {
        enum Kind { case word, operation, punctuation, string }

        let kind: Kind
        /// The letters; of a string what stands between the quotes, without its interpolations.
        let text: String
        /// From 1 on.
        let line: Int
        /// Whether nothing stands between the token before and this one.
        let isGlued: Bool
    }

    struct Comment: Equatable {
        let text: String
        let line: Int
    }

    private(set) var tokens: [Token] = []
    private(set) var comments: [Comment] = []

    private let bytes: [UInt8]
    private var place = 0
    private var line = 1
    private var endOfLastToken = -1

    init(_ text: String) {
        bytes = Array(text.utf8)
        while place < bytes.count { scan() }
    }

    /// The token at an index, nil outside.
    func token(_ index: Int) -> Token? { tokens.indices.contains(index) ? tokens[index] : nil }

    // MARK: Scanning

    private func byte(_ offset: Int = 0) -> UInt8? { place + offset < bytes.count ? bytes[place + offset] : nil }

    private func starts(with text: StaticString) -> Bool {
        let end = place + text.utf8CodeUnitCount
        guard end <= bytes.count else { return false }
        return text.withUTF8Buffer { $0.elementsEqual(bytes[place..<end]) }
    }

    private mutating func advance(_ count: Int = 1) {
        for _ in 0..<count where place < bytes.count {
            if bytes[place] == UInt8(ascii: "\n") { line += 1 }
            place += 1
        }
    }

    private mutating func add(_ kind: Token.Kind, from start: Int, to end: Int, line: Int) {
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        tokens.append(Token(kind: kind, text: text, line: line, isGlued: start == endOfLastToken))
        endOfLastToken = place
    }

    private mutating func scan() {
        guard let next = byte() else { return }
        let start = place
        switch next {
        case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): advance()
        case _ where starts(with: "//"): lineComment()
        case _ where starts(with: "/*"): blockComment()
        case _ where isString: string()
        case _ where Self.isLetter(next):
            while let letter = byte(), Self.isLetter(letter) { advance() }
            add(.word, from: start, to: place, line: line)
        case UInt8(ascii: "`"):
            advance()
            while let letter = byte(), letter != UInt8(ascii: "`") { advance() }
            advance()
            // With its quotes, so that it is no keyword.
            add(.word, from: start, to: place, line: line)
        case _ where Self.isOperator(next):
            while let sign = byte(), Self.isOperator(sign), !starts(with: "//"), !starts(with: "/*") { advance() }
            add(.operation, from: start, to: place, line: line)
        default:
            advance()
            add(.punctuation, from: start, to: place, line: line)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...: true
        default: false
        }
    }

    private static func isOperator(_ byte: UInt8) -> Bool { "/=-+!*%<>&|^~?".utf8.contains(byte) }

    // MARK: Comments

    private mutating func lineComment() {
        let start = place
        while let next = byte(), next != UInt8(ascii: "\n") { advance() }
        comments.append(Comment(text: String(decoding: bytes[start..<place], as: UTF8.self), line: line))
    }

    private mutating func blockComment() {
        let (start, firstLine) = (place, line)
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                advance(2)
            } else if starts(with: "*/") {
                depth -= 1
                advance(2)
            } else {
                advance()
            }
        } while depth > 0 && place < bytes.count
        comments.append(Comment(text: String(decoding: bytes[start..<place], as: UTF8.self), line: firstLine))
    }

    // MARK: Strings

    /// Whether a string begins here, perhaps with `#` in front.
    private var isString: Bool {
        var offset = 0
        while byte(offset) == UInt8(ascii: "#") { offset += 1 }
        return byte(offset) == UInt8(ascii: "\"")
    }

    private mutating func string() {
        let (start, firstLine) = (place, line)
        var signs = 0
        while byte() == UInt8(ascii: "#") {
            signs += 1
            advance()
        }
        let quotes = starts(with: "\"\"\"") ? 3 : 1
        advance(quotes)
        var content: [UInt8] = []
        let index = tokens.count
        let isGlued = start == endOfLastToken
        while let next = byte() {
            if next == UInt8(ascii: "\\"), (0..<signs).allSatisfy({ byte(1 + $0) == UInt8(ascii: "#") }) {
                advance(1 + signs)
                if byte() == UInt8(ascii: "(") { interpolation() } else { advance() }
            } else if next == UInt8(ascii: "\""), isEnd(quotes: quotes, signs: signs) {
                advance(quotes + signs)
                break
            } else {
                content.append(next)
                advance()
            }
        }
        let text = String(decoding: content, as: UTF8.self)
        tokens.insert(Token(kind: .string, text: text, line: firstLine, isGlued: isGlued), at: index)
        endOfLastToken = place
    }

    private func isEnd(quotes: Int, signs: Int) -> Bool {
        (0..<quotes).allSatisfy { byte($0) == UInt8(ascii: "\"") } && (0..<signs).allSatisfy { byte(quotes + $0) == UInt8(ascii: "#") }
    }

    /// The code from `(` to its `)`.
    private mutating func interpolation() {
        var depth = 0
        repeat {
            let count = tokens.count
            scan()
            guard tokens.count == count + 1, let last = tokens.last, last.kind == .punctuation else { continue }
            if last.text == "(" { depth += 1 }
            if last.text == ")" { depth -= 1 }
        } while depth > 0 && place < bytes.count
    }
}
