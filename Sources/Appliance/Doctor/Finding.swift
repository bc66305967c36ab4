/// One line of `picket doctor`: what was looked at, what was found, and what to do about it.
package struct Finding: Sendable, Hashable, Encodable {
    package enum Verdict: String, Sendable, Hashable, Encodable, CaseIterable, Comparable {
        /// As it should be, or nothing that matters here.
        case pass
        /// Works today, and will bite.
        case warn
        /// Does not work.
        case fail

        package static func < (a: Verdict, b: Verdict) -> Bool { a.severity < b.severity }

        private var severity: Int {
            switch self {
            case .pass: 0
            case .warn: 1
            case .fail: 2
            }
        }
    }

    package let verdict: Verdict
    /// What was looked at, in a word or two: `clock`, `/dev/video0`.
    package let subject: String
    /// What was found, one sentence.
    package let text: String
    /// What to do, one sentence; nil when nothing is to be done.
    package let cure: String?
    /// More about it, a line each: formats of a camera, lines in use.
    package let details: [String]

    /// Names of devices and files may hold anything: control characters, with which they could draw on the terminal, are taken out here.
    package init(_ verdict: Verdict, _ subject: String, _ text: String, cure: String? = nil, details: [String] = []) {
        self.verdict = verdict
        self.subject = Self.printable(subject)
        self.text = Self.printable(text)
        self.cure = cure.map(Self.printable)
        self.details = details.map(Self.printable)
    }

    static func pass(_ subject: String, _ text: String, cure: String? = nil, details: [String] = []) -> Finding {
        Finding(.pass, subject, text, cure: cure, details: details)
    }

    static func warn(_ subject: String, _ text: String, cure: String, details: [String] = []) -> Finding {
        Finding(.warn, subject, text, cure: cure, details: details)
    }

    static func fail(_ subject: String, _ text: String, cure: String, details: [String] = []) -> Finding {
        Finding(.fail, subject, text, cure: cure, details: details)
    }

    private static let maximumLength = 2000

    private static func printable(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(maximumLength) {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: scalars.append(" ")
            // Marks that turn the direction of writing would let a name rearrange the line.
            case .format: continue
            default: scalars.append(scalar)
            }
        }
        return String(scalars)
    }
}
