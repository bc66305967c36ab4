import FoundationEssentials

/// The page that people look at.
package struct EvaluationReport: Sendable {
    package let path: String

    /// Looks at the name and the folder, so that nobody waits for a page that cannot be written.
    /// - Throws: `EvaluationError.report`.
    package init(_ path: String) throws(EvaluationError) {
        func refusal(_ reason: String) -> EvaluationError { .report(path: path, reason: reason) }
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard name.lowercased().hasSuffix(".html"), name.count > 5 else {
            throw refusal("a report is a page; give the file the ending .html")
        }
        let folder = name.count == path.count ? "." : String(path.dropLast(name.count))
        let files = FileManager.default
        var isFolder = false
        guard files.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else { throw refusal("there is no folder \(folder)") }
        let target = files.fileExists(atPath: path, isDirectory: &isFolder) ? path : folder
        guard target == folder || !isFolder else { throw refusal("that is a folder") }
        guard files.isWritableFile(atPath: target) else { throw refusal("no permission") }
        self.path = path
    }

    package func write(_ result: RecognitionResult) throws(EvaluationError) { try write(RecognitionPage(result).html()) }

    package func write(_ result: DetectionResult) throws(EvaluationError) { try write(DetectionPage(result).html()) }

    private func write(_ page: String) throws(EvaluationError) {
        do { try Data(page.utf8).write(to: URL(filePath: path), options: .atomic) } catch { throw .report(path: path, reason: "\(error)") }
    }
}

extension Wording {
    /// `97.5%`, `-` for nothing.
    package static func percent(_ value: Double?) -> String { value.map { number($0 * 100, decimals: 1) + "%" } ?? "-" }

    /// `0.975`, `-` for nothing.
    package static func share(_ value: Double?) -> String { value.map { number($0, decimals: 3) } ?? "-" }

    /// A threshold for the configuration: two decimals where these say enough.
    package static func threshold(_ value: Double) -> String { number(value, decimals: 4) }

    /// A novelty: `0.83`, `91`.
    package static func novelty(_ value: Double) -> String { number(value, decimals: value < 10 ? 2 : 0) }
}
