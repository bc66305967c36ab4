import Glibc

/// What a person sees: colours and a line that changes in place on a terminal, plain lines when piped.
struct Terminal {
    /// Standard output is a terminal that wants colours (https://no-color.org).
    let isInteractive: Bool
    private let descriptor: Int32

    static let output = Terminal(descriptor: 1)
    static let error = Terminal(descriptor: 2)

    init(descriptor: Int32) {
        self.descriptor = descriptor
        isInteractive = isatty(descriptor) == 1 && Self.variable("NO_COLOR") == nil && Self.variable("TERM") ?? "dumb" != "dumb"
    }

    private static func variable(_ name: String) -> String? {
        // SAFETY: the text is copied at once.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// Characters in a line; nil when this is no terminal, so that what is piped has a line for each thing.
    var width: Int? {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        // SAFETY: one structure, lent for the call. Corresponds to TIOCGWINSZ.
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Shows characters beyond ASCII, as far as the environment says.
    var showsBlocks: Bool {
        // The first of these that is set counts, locale(7).
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { Self.variable($0) }.first { !$0.isEmpty } ?? "C"
        let name = locale.uppercased()
        return isInteractive && (name.hasSuffix("UTF-8") || name.hasSuffix("UTF8"))
    }

    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
        case cyan = "36"
    }

    func styled(_ text: String, _ style: Style) -> String { isInteractive ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text }

    func line(_ text: String = "") { write(text + "\n") }

    /// Shows a line that the next one takes the place of; nothing when piped.
    func progress(_ text: String) {
        if isInteractive { write("\r\u{1B}[K" + text) }
    }

    func clearProgress() {
        if isInteractive { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            // SAFETY: the slice's own buffer and length.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count <= 0 { return }
            rest = rest.dropFirst(count)
        }
    }
}

/// A table with left-aligned columns two blanks apart; columns named in `right` are aligned to the right.
struct TextTable {
    private var rows: [[String]] = []
    private let right: Set<Int>

    init(_ header: [String], right: Set<Int> = []) {
        rows = [header]
        self.right = right
    }

    mutating func add(_ row: [String]) { rows.append(row) }

    func print(to terminal: Terminal) {
        let widths = (0..<(rows.first?.count ?? 0)).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for (index, row) in rows.enumerated() {
            let cells = row.enumerated().map { column, text in
                let padding = String(repeating: " ", count: widths[column] - text.count)
                if right.contains(column) { return padding + text }
                return column == row.count - 1 ? text : text + padding
            }
            let line = cells.joined(separator: "  ")
            terminal.line(index == 0 ? terminal.styled(line, .bold) : line)
        }
    }
}
