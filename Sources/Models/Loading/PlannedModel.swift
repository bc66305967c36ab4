import Crypto
import FoundationEssentials
package import Inference
package import TFLite

/// A model file that was read, proven and planned, whatever its outputs mean. Immutable.
package struct PlannedModel: Sendable {
    package let path: String
    /// SHA-256 of the file, in hexadecimal.
    package let digest: String
    package let byteCount: Int
    package let file: ModelFile
    package let plan: Plan

    /// - Throws: `ModelError.unreadable`, `ModelError.invalid`.
    package init(path: String, tier: Tier = .best) throws(ModelError) {
        let bytes = try Self.read(path, limit: ModelLimits.default.byteCount)
        self.path = path
        digest = SHA256.hash(data: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        byteCount = bytes.count
        do {
            file = try ModelFileReader.read(bytes, name: path)
        } catch {
            throw .invalid(path: path, reason: error.description)
        }
        do {
            plan = try Plan(file.graph, tier: tier)
        } catch {
            throw .invalid(path: path, reason: error.description)
        }
    }

    private static func read(_ path: String, limit: Int) throws(ModelError) -> [UInt8] {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let attributes else { throw .unreadable(path: path, reason: "no such file, or no permission") }
        guard attributes[.type] as? FileAttributeType == .typeRegular else { throw .unreadable(path: path, reason: "not a file") }
        let size = (attributes[.size] as? UInt64).map { Int(clamping: $0) } ?? (attributes[.size] as? Int) ?? 0
        guard size <= limit else { throw .unreadable(path: path, reason: "has \(size) bytes, the limit is \(limit)") }
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path, reason: "no permission") }
        return [UInt8](data)
    }
}
