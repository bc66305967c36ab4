import Yams

extension SettingsDocument {
    struct Problem {
        let position: Position?
        let message: String
        let suggestion: String?
    }

    /// What a parser's error means for somebody who wrote the file.
    static func describe(_ error: YamlError, in text: String) -> Problem {
        switch error {
        case .composer(_, _, let mark, _):
            return Problem(
                position: position(mark), message: "a second document starts here", suggestion: "keep all settings in one, without ---")
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _):
            return Problem(
                position: position(mark), message: problem, suggestion: "check the indentation and the quotes around this place")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.prefix(8).map(Excerpt.quoted).joined(separator: ", ")
            let message = duplicates.count == 1 ? "the key \(keys) is given twice" : "the keys \(keys) are given twice"
            return Problem(position: position(context.mark), message: message, suggestion: "keep one of them")
        case .reader(let problem, let offset, _, _):
            return Problem(
                position: offset.map { position(ofCharacter: $0, in: text) }, message: problem, suggestion: "remove this character")
        default:
            return Problem(position: nil, message: "not YAML: \(error)", suggestion: nil)
        }
    }

    private static func position(_ mark: Mark) -> Position { Position(line: max(1, mark.line), column: max(1, mark.column)) }

    private static func position(ofCharacter offset: Int, in text: String) -> Position {
        let before = text.prefix(offset)
        let lineStart = before.lastIndex(where: \.isNewline).map { before.index(after: $0) } ?? before.startIndex
        return Position(line: before.count(where: \.isNewline) + 1, column: before[lineStart...].count + 1)
    }
}
