/// Looks over YAML text, before a parser sees it, for what would make a parser expand without bound, and for mistakes that a parser would
/// report in a way that helps nobody.
///
/// Anchors are found wherever they could stand, without regard to quotes, since everything that expands starts with one. The rest follows
/// YAML's tokens closely enough for good messages; what slips through (a plain text over several lines that looks like something else) is
/// still bounded by the parser's own limit of nesting and by `SettingsDocument`'s limits.
enum SyntaxGuard {
    struct Refusal {
        let position: Position
        let message: String
        let suggestion: String?
    }

    static func firstRefusal(in text: String, maximumDepth: Int) -> Refusal? {
        var scanner = Scanner(bytes: Array(text.utf8), maximumDepth: maximumDepth)
        while scanner.index < scanner.bytes.count {
            if let problem = scanner.step() {
                let position = Position(line: scanner.line, column: scanner.column)
                return Refusal(position: position, message: problem.message, suggestion: problem.suggestion)
            }
        }
        return nil
    }

    private typealias Problem = (message: String, suggestion: String?)

    private enum Context { case token, plain, singleQuoted, doubleQuoted, comment }

    private struct Scanner {
        let bytes: [UInt8]
        let maximumDepth: Int
        var index = 0
        var line = 1
        /// Counted in characters, as editors do.
        var column = 1
        private var context = Context.token
        private var flowDepth = 0
        /// The `-`, `?` and `:` that each open a level on this line.
        private var markers = 0
        private var isIndentation = true

        init(bytes: [UInt8], maximumDepth: Int) {
            self.bytes = bytes
            self.maximumDepth = maximumDepth
        }

        /// The byte at an offset from here; a line feed before the start and behind the end.
        private func byte(_ offset: Int) -> UInt8 { bytes.indices.contains(index + offset) ? bytes[index + offset] : UInt8(ascii: "\n") }

        private var isAtLineEnd: Bool { isBlank(byte(1)) }

        private func isBlank(_ byte: UInt8) -> Bool {
            [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r")].contains(byte)
        }

        private func isNameLetter(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }
        }

        /// Reads one byte; stays where it is when that is a problem.
        mutating func step() -> Problem? {
            let current = byte(0)
            if let problem = problemAnywhere(current) { return problem }
            if current == UInt8(ascii: "\n") {
                (line, column, markers, isIndentation) = (line + 1, 1, 0, true)
                if context == .comment || context == .plain { context = .token }
                index += 1
                return nil
            }
            let problem = inContext(current)
            guard problem == nil else { return problem }
            if current != UInt8(ascii: " ") && current != UInt8(ascii: "\t") { isIndentation = false }
            index += 1
            // Bytes 10xxxxxx continue a character.
            if current & 0xC0 != 0x80 { column += 1 }
            return nil
        }

        private func problemAnywhere(_ current: UInt8) -> Problem? {
            switch current {
            case UInt8(ascii: "&"):
                // An anchor needs a name, and a letter before it makes it part of a word: `R&D` and `sand & gravel` are fine.
                let isAnchor = isNameLetter(byte(1)) && !(isNameLetter(byte(-1)) || byte(-1) >= 0x80)
                return isAnchor ? ("anchors are not supported", "repeat the value, or leave a blank after the &") : nil
            case UInt8(ascii: "\r"):
                return byte(1) == UInt8(ascii: "\n")
                    ? nil : ("a carriage return without a line feed", "use the line ends of Linux or Windows")
            case 0xC2 where byte(1) == 0x85, 0xE2 where byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9):
                return ("an invisible line separator", "use ordinary line ends")
            case 0..<0x20 where !isBlank(current), 0x7F:
                return ("a control character", "remove it")
            default:
                return nil
            }
        }

        private mutating func inContext(_ current: UInt8) -> Problem? {
            switch context {
            case .comment:
                return nil
            case .singleQuoted:
                if current == UInt8(ascii: "'") {
                    if byte(1) == UInt8(ascii: "'") { skip() } else { context = .plain }
                }
                return nil
            case .doubleQuoted:
                if current == UInt8(ascii: "\\"), byte(1) != UInt8(ascii: "\n") {
                    skip()
                } else if current == UInt8(ascii: "\"") {
                    context = .plain
                }
                return nil
            case .plain:
                return afterTokenStart(current)
            case .token:
                return atTokenStart(current)
            }
        }

        private mutating func skip() {
            index += 1
            if byte(0) & 0xC0 != 0x80 { column += 1 }
        }

        private mutating func afterTokenStart(_ current: UInt8) -> Problem? {
            switch current {
            case UInt8(ascii: "#") where isBlank(byte(-1)): context = .comment
            case UInt8(ascii: ":") where isAtLineEnd || (flowDepth > 0 && byte(-1) == UInt8(ascii: "\"")): context = .token
            case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
                if flowDepth > 0 { return flowIndicator(current) }
            default: break
            }
            return nil
        }

        private mutating func flowIndicator(_ current: UInt8) -> Problem? {
            switch current {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                flowDepth += 1
                context = .token
                if flowDepth > maximumDepth { return ("nested more than \(maximumDepth) levels deep", nil) }
            case UInt8(ascii: "]"), UInt8(ascii: "}"):
                flowDepth = max(0, flowDepth - 1)
                context = .plain
            default:
                context = .token
            }
            return nil
        }

        private mutating func atTokenStart(_ current: UInt8) -> Problem? {
            switch current {
            case UInt8(ascii: " "), UInt8(ascii: "\r"): break
            case UInt8(ascii: "\t"):
                if isIndentation, flowDepth == 0 { return ("a tab in the indentation", "use spaces") }
            case UInt8(ascii: "#"): context = .comment
            case UInt8(ascii: "'"): context = .singleQuoted
            case UInt8(ascii: "\""): context = .doubleQuoted
            case UInt8(ascii: ">"), UInt8(ascii: "|"):
                return ("a value cannot start with > or | without quotes", "put it in quotes, as in \">= 0.60\"")
            case UInt8(ascii: "*"): return ("aliases are not supported", "repeat the value, or put the text in quotes")
            case UInt8(ascii: "!"): return ("tags are not supported", "put the text in quotes")
            case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: ","):
                return flowIndicator(current)
            case UInt8(ascii: "-") where isAtLineEnd, UInt8(ascii: "?") where isAtLineEnd, UInt8(ascii: ":") where isAtLineEnd:
                markers += 1
                if markers > maximumDepth { return ("nested more than \(maximumDepth) levels deep", nil) }
            default: context = .plain
            }
            return nil
        }
    }
}
