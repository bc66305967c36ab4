import FoundationEssentials
import Imaging

/// Where the picture of a benchmark goes: an `.svg` or `.png` file.
package struct ChartFile: Sendable, Hashable {
    private enum Format: String, CaseIterable { case svg, png }

    package let path: String
    private let format: Format

    /// Looks at the name and the folder, so that nobody waits for a picture that cannot be written.
    /// - Throws: `ApplianceError.chart`.
    package init(_ path: String) throws(ApplianceError) {
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let ending = name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
        guard let format = Format(rawValue: ending) else {
            throw .chart(path: path, reason: "a chart is .svg or .png; give the file one of these endings")
        }
        let files = FileManager.default
        let folder = name.count == path.count ? "." : String(path.dropLast(name.count))
        var isFolder = false
        guard files.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else {
            throw .chart(path: path, reason: "there is no folder \(folder)")
        }
        if files.fileExists(atPath: path, isDirectory: &isFolder) {
            guard !isFolder else { throw .chart(path: path, reason: "that is a folder") }
            guard files.isWritableFile(atPath: path) else { throw .chart(path: path, reason: "no permission to write it") }
        } else {
            guard files.isWritableFile(atPath: folder) else { throw .chart(path: path, reason: "no permission to write to \(folder)") }
        }
        self.path = path
        self.format = format
    }

    /// Draws where the time went and writes the file, over an older one.
    /// - Parameter result: with times of layers.
    /// - Throws: `ApplianceError.chart`.
    package func write(_ result: BenchmarkResult) throws(ApplianceError) {
        let diagram = TimeChart(result).diagram()
        do {
            let bytes: [UInt8] =
                switch format {
                case .svg: Array(diagram.svg().utf8)
                case .png: try PNGEncoder().encode(diagram.picture())
                }
            try Data(bytes).write(to: URL(filePath: path))
        } catch {
            throw .chart(path: path, reason: "\(error)")
        }
    }
}
