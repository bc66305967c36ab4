/// Shows text of a file in a message: short, on one line, and without anything that a terminal would obey.
package enum Excerpt {
    /// `shown` in single quotes.
    package static func quoted(_ text: String) -> String { "'" + shown(text) + "'" }

    /// At most 60 characters, with control characters as `?`.
    package static func shown(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for (index, scalar) in text.unicodeScalars.prefix(61).enumerated() {
            guard index < 60 else { return String(result) + "..." }
            result.append(isHarmless(scalar) ? scalar : "?")
        }
        return String(result)
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
