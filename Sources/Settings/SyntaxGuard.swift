/// Looks over YAML text, before a parser sees it, for what would make a parser recurse or expand without bound.
///
/// Knows just enough of YAML to skip comments and quoted text: it may refuse a strange but legal file (the message says what to write), and
/// never lets a dangerous one through: nesting is over-counted, not under-counted.
enum SyntaxGuard {
    struct Refusal {
        let position: Position
        let message: String
        let suggestion: String?
    }

    private enum Quote { case none, single, double }

    static func firstRefusal(in text: String, maximumDepth: Int) -> Refusal? {
        var quote = Quote.none
        var flowDepth = 0
        var line = 1
        var column = 0
        var indentMarkers = 0
        var atTokenStart = true
        var isEscaped = false
        var isComment = false
        var previous = UInt8(ascii: "\n")
        for byte in text.utf8 {
            column += 1
            defer { previous = byte }
            if byte == UInt8(ascii: "\n") {
                (line, column, indentMarkers, atTokenStart, isComment, isEscaped) = (line + 1, 0, 0, true, false, false)
                continue
            }
            if isComment { continue }
            func refuse(_ message: String, _ suggestion: String? = nil) -> Refusal {
                Refusal(position: Position(line: line, column: column), message: message, suggestion: suggestion)
            }
            switch quote {
            case .single:
                if byte == UInt8(ascii: "'") { quote = .none }
                continue
            case .double:
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    quote = .none
                }
                continue
            case .none:
                break
            }
            let startsToken = atTokenStart
            switch byte {
            case UInt8(ascii: " "): continue
            case UInt8(ascii: "\t"):
                if startsToken && column == indentMarkers + 1 { return refuse("a tab in the indentation", "use spaces") }
                atTokenStart = true
            case UInt8(ascii: "'") where startsToken: (quote, atTokenStart) = (.single, false)
            case UInt8(ascii: "\"") where startsToken: (quote, atTokenStart) = (.double, false)
            case UInt8(ascii: "#") where startsToken || previous == UInt8(ascii: " "): isComment = true
            case UInt8(ascii: ">") where startsToken, UInt8(ascii: "|") where startsToken:
                return refuse("a value cannot start with > or | without quotes", "put it in quotes, as in \">= 0.60\"")
            case UInt8(ascii: "&") where startsToken, UInt8(ascii: "*") where startsToken:
                return refuse("anchors and aliases are not supported", "repeat the value, or put the text in quotes")
            case UInt8(ascii: "!") where startsToken: return refuse("tags are not supported", "put the text in quotes")
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                flowDepth += 1
                atTokenStart = true
                if flowDepth > maximumDepth { return refuse("nested more than \(maximumDepth) levels deep") }
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                flowDepth = max(0, flowDepth - 1)
                atTokenStart = true
            case UInt8(ascii: ","), UInt8(ascii: ":"): atTokenStart = true
            case UInt8(ascii: "-"), UInt8(ascii: "?"):
                indentMarkers += startsToken ? 1 : 0
                if indentMarkers > maximumDepth { return refuse("nested more than \(maximumDepth) levels deep") }
            default: atTokenStart = false
            }
        }
        return nil
    }
}
