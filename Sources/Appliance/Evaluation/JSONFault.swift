/// Where a text stops being JSON: the decoder only says that it is none. Reads each byte once, keeps one byte a level.
struct JSONFault: Equatable {
    let line: Int
    /// In bytes, from 1.
    let column: Int
    let reason: String

    var place: String { "line \(line), column \(column)" }

    /// As deep as the decoder goes.
    static let maximumDepth = 512

    /// The first fault; nil when there is none.
    static func first(in bytes: [UInt8]) -> JSONFault? {
        var scanner = Scanner(bytes: bytes)
        guard let reason = scanner.run() else { return nil }
        var (line, start) = (1, 0)
        for index in 0..<min(scanner.position, bytes.count) where bytes[index] == UInt8(ascii: "\n") {
            (line, start) = (line + 1, index + 1)
        }
        return JSONFault(line: line, column: scanner.position - start + 1, reason: reason)
    }

    private enum Awaited {
        case value, valueOrEnd, name, nameOrEnd, separator
    }

    private struct Scanner {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

        /// - Returns: what is wrong at `position`.
        mutating func run() -> String? {
            var open: [UInt8] = []
            var awaited = Awaited.value
            while true {
                skipBlanks()
                guard let byte = next else { return open.isEmpty && awaited == .separator ? nil : "it ends here, in the middle" }
                switch (awaited, byte) {
                case (.separator, UInt8(ascii: ",")) where !open.isEmpty:
                    position += 1
                    awaited = open.last == UInt8(ascii: "{") ? .name : .value
                case (.separator, UInt8(ascii: "}")) where open.last == UInt8(ascii: "{"),
                    (.nameOrEnd, UInt8(ascii: "}")),
                    (.separator, UInt8(ascii: "]")) where open.last == UInt8(ascii: "["),
                    (.valueOrEnd, UInt8(ascii: "]")):
                    position += 1
                    open.removeLast()
                    awaited = .separator
                case (.separator, _): return open.isEmpty ? "something follows the end" : "expected a comma or a closing bracket"
                case (.name, UInt8(ascii: "\"")), (.nameOrEnd, UInt8(ascii: "\"")):
                    if let reason = skipText() { return reason }
                    skipBlanks()
                    guard next == UInt8(ascii: ":") else { return "expected a colon" }
                    position += 1
                    awaited = .value
                case (.name, _), (.nameOrEnd, _): return "expected a name in quotes"
                case (_, UInt8(ascii: "{")), (_, UInt8(ascii: "[")):
                    guard open.count < JSONFault.maximumDepth else { return "nested more than \(JSONFault.maximumDepth) deep" }
                    open.append(byte)
                    position += 1
                    awaited = byte == UInt8(ascii: "{") ? .nameOrEnd : .valueOrEnd
                default:
                    if let reason = byte == UInt8(ascii: "\"") ? skipText() : skipWord() { return reason }
                    awaited = .separator
                }
            }
        }

        private mutating func skipBlanks() { while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { position += 1 } }

        private mutating func skipText() -> String? {
            position += 1
            while let byte = next {
                switch byte {
                case UInt8(ascii: "\""):
                    position += 1
                    return nil
                case UInt8(ascii: "\\"): position += 2
                case 0..<0x20: return "a control character in a text"
                default: position += 1
                }
            }
            position = bytes.count
            return "it ends here, within a text"
        }

        /// `true`, `false`, `null` or a number.
        private mutating func skipWord() -> String? {
            let start = position
            while let byte = next, Self.isWord(byte) { position += 1 }
            let word = String(decoding: bytes[start..<position], as: UTF8.self)
            if ["true", "false", "null"].contains(word) { return nil }
            let isNumber = word.first.map { $0 == "-" || $0.isNumber } ?? false
            if isNumber, let value = Double(word), value.isFinite { return nil }
            position = start
            return isNumber ? "a number that cannot be read" : "expected a value"
        }

        private static func isWord(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }
}
