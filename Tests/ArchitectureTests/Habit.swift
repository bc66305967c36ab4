import Testing

/// A thing that the compiler allows and the house allows only in a few files, each with its reason.
enum Habit: String, CaseIterable, CustomTestStringConvertible {
    case unsafeCode = "`unsafe`"
    case wrapping = "wrapping arithmetic (&+ &- &*)"
    case uncheckedSendable = "@unchecked Sendable"
    case nonisolatedUnsafe = "nonisolated(unsafe)"
    case preconcurrency = "@preconcurrency"
    case cLibrary = "the C library"

    /// A file, or a folder with all its files where the path ends in "/".
    struct Permit {
        let path: String
        let reason: String

        init(_ path: String, _ reason: String) {
            self.path = "Sources/" + path
            self.reason = reason
        }

        func covers(_ file: String) -> Bool { path.hasSuffix("/") ? file.hasPrefix(path) : file == path }
    }

    var testDescription: String { rawValue }

    /// The lines of a file that have it.
    func lines(in source: SwiftSource) -> [Int] {
        switch self {
        case .cLibrary: source.imports.filter { ModuleGraph.cLibraries.contains($0.module) }.map(\.line)
        case .wrapping:
            source.tokens.filter { token in token.kind == .operation && ["&+", "&-", "&*"].contains { token.text.hasPrefix($0) } }.map(
                \.line)
        case .unsafeCode: source.lines(of: ["unsafe"], unlessAfter: "(")
        case .uncheckedSendable: source.lines(of: ["@", "unchecked"])
        case .nonisolatedUnsafe: source.lines(of: ["nonisolated", "(", "unsafe"])
        case .preconcurrency: source.lines(of: ["@", "preconcurrency"])
        }
    }
}

extension SwiftSource {
    /// The lines where these tokens follow each other.
    /// - Parameter before: The token that must not stand in front.
    func lines(of sequence: [String], unlessAfter before: String? = nil) -> [Int] {
        tokens.indices.filter { index in
            sequence.indices.allSatisfy { token(index + $0)?.text == sequence[$0] && token(index + $0)?.kind != .string }
                && (before == nil || token(index - 1)?.text != before)
        }.map { tokens[$0].line }
    }
}
