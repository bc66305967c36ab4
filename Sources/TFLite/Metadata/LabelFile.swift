/// A text file with one class name a line.
enum LabelFile {
    static let maximumCount = 100_000

    /// The names in order; blank lines inside count, since the line number is the class. Nil when there is none or there are too many.
    static func names(in bytes: ArraySlice<UInt8>) -> [String]? {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes
        guard text.count(where: { $0 == 0x0A }) <= maximumCount else { return nil }
        var names = text.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            String(untrusted: line.last == 0x0D ? line.dropLast() : line)
        }
        while names.last?.allSatisfy(\.isWhitespace) == true { names.removeLast() }
        return names.isEmpty || names.count > maximumCount ? nil : names
    }
}

/// The dictionary that Ultralytics tools put into exported models, in Python's or JSON's notation:
/// `'names': {0: 'person', 1: 'bicycle'}` or `"names": {"0": "person"}`.
///
/// Only this one entry is read. The keys must count up from 0, as they do in every export.
enum NameDictionary {
    private static let openBrace = UInt8(ascii: "{")

    static func looksLikeOne(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.first { !isSpace($0) } == openBrace
    }

    /// The names in order; nil when there is no such entry or it is broken.
    static func names(in bytes: ArraySlice<UInt8>) -> [String]? {
        var scanner = Scanner(rest: bytes)
        guard scanner.skipPast("'names'") || scanner.skipPast("\"names\""), scanner.take(":"), scanner.take("{") else { return nil }
        var names: [String] = []
        while !scanner.take("}") {
            guard names.isEmpty || scanner.take(","), names.count < LabelFile.maximumCount, scanner.key() == names.count,
                scanner.take(":"), let name = scanner.quoted()
            else { return nil }
            names.append(name)
        }
        return names.isEmpty ? nil : names
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

    private struct Scanner {
        var rest: ArraySlice<UInt8>

        /// Goes behind the first place where `word` stands.
        mutating func skipPast(_ word: String) -> Bool {
            let pattern = Array(word.utf8)
            var tail = rest
            while let start = tail.firstIndex(of: pattern[0]) {
                tail = tail[start...]
                if tail.starts(with: pattern) {
                    rest = tail.dropFirst(pattern.count)
                    return true
                }
                tail = tail.dropFirst()
            }
            return false
        }

        /// Takes a mark, after spaces.
        mutating func take(_ mark: Unicode.Scalar) -> Bool {
            rest = rest.drop(while: isSpace)
            guard rest.first == UInt8(ascii: mark) else { return false }
            rest = rest.dropFirst()
            return true
        }

        /// A number, with or without quotes.
        mutating func key() -> Int? {
            rest = rest.drop(while: isSpace)
            if rest.first == UInt8(ascii: "'") || rest.first == UInt8(ascii: "\"") {
                return quoted().flatMap { Int($0) }
            }
            let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }.prefix(8)
            rest = rest.dropFirst(digits.count)
            return Int(String(decoding: digits, as: UTF8.self))
        }

        /// Text in single or double quotes, where a backslash keeps the next character.
        mutating func quoted() -> String? {
            rest = rest.drop(while: isSpace)
            guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
            rest = rest.dropFirst()
            var text: [UInt8] = []
            while let byte = rest.popFirst() {
                if byte == quote { return String(untrusted: text[...]) }
                if byte == UInt8(ascii: "\\") {
                    guard let next = rest.popFirst() else { return nil }
                    text.append(next)
                } else {
                    text.append(byte)
                }
            }
            return nil
        }
    }
}
