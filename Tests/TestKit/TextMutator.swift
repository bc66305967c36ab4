/// Damages text the way that people, disks and attackers do; the same seed gives the same mutants on every machine.
package struct TextMutator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// A damaged copy of the text with one to four changes. Always valid UTF-8; never more than twice as long plus 4 KiB.
    package mutating func mutant(of text: String) -> String {
        var bytes = Array(text.utf8)
        for _ in 0...below(4) { change(&bytes) }
        return String(decoding: bytes.prefix(text.utf8.count * 2 + 4096), as: UTF8.self)
    }

    /// Pieces that mean something to parsers of settings.
    private static let pieces = [
        "\n", "\t", " ", "  ", "- ", "? ", ": ", ":", "[", "]", "{", "}", ",", "'", "\"", "\\", "#", " #", "&a ", "*a", "!!str ", "!", "|",
        ">",
        "%", "@", "---\n", "...\n", "\r", "\r\n", "\u{FEFF}", "\u{85}", "\u{2028}", "\u{0}", "\u{7F}", "\u{1B}[31m", "é", "😀", "null", "~",
        "true", "on", "no", "NaN", ".inf", "1e400", "-1", "0", "99999999999999999999", "0x10", ">= 0.6", "0.2..0.8", "5%", "5s", "camera",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "{a: {a: {a: {a: ", "- - - - - - - - ",
    ]

    private mutating func change(_ bytes: inout [UInt8]) {
        let place = below(bytes.count + 1)
        let length = min(below(24), bytes.count - place)
        switch below(8) {
        case 0: bytes.removeSubrange(place..<(place + length))
        case 1, 2: bytes.insert(contentsOf: Array(Self.pieces[below(Self.pieces.count)].utf8), at: place)
        case 3: bytes.replaceSubrange(place..<(place + length), with: Array(Self.pieces[below(Self.pieces.count)].utf8))
        case 4: if place < bytes.count { bytes[place] ^= 1 << UInt8(below(8)) }
        case 5: bytes.insert(contentsOf: Array(bytes[place..<(place + length)]), at: below(bytes.count + 1))
        case 6: moveLine(&bytes)
        default: if below(8) == 0 { bytes.removeSubrange(place...) } else { bytes.insert(UInt8(below(128)), at: place) }
        }
    }

    /// Takes a line out and puts it in elsewhere: wrong owners, duplicate keys, other orders.
    private mutating func moveLine(_ bytes: inout [UInt8]) {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
        let line = lines[below(lines.count)]
        if below(2) == 0, let index = lines.firstIndex(of: line) { lines.remove(at: index) }
        lines.insert(line, at: below(lines.count + 1))
        bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
    }

    private mutating func below(_ limit: Int) -> Int {
        // xorshift64 (Marsaglia 2003); the state is never 0.
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state >> 33) % max(limit, 1)
    }
}
