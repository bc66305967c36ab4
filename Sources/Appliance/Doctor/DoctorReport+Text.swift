extension DoctorReport {
    /// What a part of the text is, for whoever colours it.
    package enum Ink: Sendable, Hashable {
        case title, subject, pass, warn, fail, cure, detail
    }

    /// Subjects longer than this push their text to the right.
    private static let widestSubject = 18
    private static let narrowestColumn = 24

    /// The report for people, a line an element.
    /// - Parameters:
    ///   - width: of the terminal, in characters, for breaking long lines; nil breaks none.
    ///   - paint: gives a part its colour; the text as it is without.
    package func lines(width: Int? = nil, paint: (String, Ink) -> String = { text, _ in text }) -> [String] {
        let column = min(findings.map { $0.subject.count }.max() ?? 0, Self.widestSubject)
        var lines: [String] = []
        for group in groups {
            if !lines.isEmpty { lines.append("") }
            lines.append(paint(group.title, .title))
            for finding in group.findings { append(finding, column, width, &lines, paint) }
        }
        lines.append("")
        lines.append(summary(paint))
        return lines
    }

    /// `14 passed, 3 warnings, 1 failure`
    private func summary(_ paint: (String, Ink) -> String) -> String {
        let (passed, warnings, failures) = (count(of: .pass), count(of: .warn), count(of: .fail))
        return [
            paint("\(passed) passed", passed > 0 ? .pass : .detail),
            paint(Wording.count(warnings, "warning"), warnings > 0 ? .warn : .detail),
            paint(Wording.count(failures, "failure"), failures > 0 ? .fail : .detail),
        ].joined(separator: ", ")
    }

    private func append(
        _ finding: Finding, _ column: Int, _ width: Int?, _ lines: inout [String], _ paint: (String, Ink) -> String
    ) {
        let ink: Ink =
            switch finding.verdict {
            case .pass: .pass
            case .warn: .warn
            case .fail: .fail
            }
        // Two blanks, four letters, two blanks, the subject, two blanks.
        let indent = String(repeating: " ", count: 10 + column)
        let room = width.map { max($0 - indent.count, Self.narrowestColumn) }
        let padding = String(repeating: " ", count: max(0, column - finding.subject.count))
        let head = "  " + paint(finding.verdict.rawValue.uppercased(), ink) + "  " + paint(finding.subject, .subject) + padding + "  "
        let overhang = max(0, finding.subject.count - column)
        for (index, part) in Self.wrapped(finding.text, room.map { $0 - overhang }).enumerated() {
            lines.append(index == 0 ? head + part : indent + part)
        }
        for detail in finding.details {
            for (index, part) in Self.wrapped(detail, room.map { $0 - 2 }).enumerated() {
                lines.append(indent + paint(index == 0 ? part : "  " + part, .detail))
            }
        }
        guard let cure = finding.cure else { return }
        for (index, part) in Self.wrapped(cure, room.map { $0 - 3 }).enumerated() {
            lines.append(indent + paint((index == 0 ? "-> " : "   ") + part, .cure))
        }
    }

    /// Breaks a text at blanks; words longer than the room stay whole.
    private static func wrapped(_ text: String, _ room: Int?) -> [String] {
        guard let room, text.count > room else { return [text] }
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: true) {
            if !line.isEmpty, line.count + 1 + word.count > room {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return lines + (line.isEmpty ? [] : [line])
    }
}
