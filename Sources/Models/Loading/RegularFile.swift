import FoundationEssentials

/// Reads whole files that people name. Links are followed; pipes and devices are refused, since they might never end.
package enum RegularFile {
    package enum Refusal: Error, Sendable, Equatable, CustomStringConvertible {
        case missing
        case notAFile
        case tooLarge(byteCount: Int, limit: Int)
        case unreadable

        package var description: String {
            switch self {
            case .missing: "no such file, or no permission"
            case .notAFile: "not a file"
            case .tooLarge(let count, let limit): "has \(count) bytes, the limit is \(limit)"
            case .unreadable: "no permission"
            }
        }
    }

    /// - Parameter limit: in bytes; a larger file is not read at all.
    package static func bytes(_ path: String, limit: Int) throws(Refusal) -> [UInt8] {
        let target = URL(filePath: path).resolvingSymlinksInPath().path
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: target) else { throw .missing }
        guard attributes[.type] as? FileAttributeType == .typeRegular else { throw .notAFile }
        let size = (attributes[.size] as? UInt64).map { Int(clamping: $0) } ?? (attributes[.size] as? Int) ?? 0
        guard size <= limit else { throw .tooLarge(byteCount: size, limit: limit) }
        guard let data = FileManager.default.contents(atPath: target) else { throw .unreadable }
        return [UInt8](data)
    }
}
