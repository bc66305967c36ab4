package import Inference
package import TFLite

/// A model file that was read, proven and planned, whatever its outputs mean. Immutable.
package struct PlannedModel: Sendable {
    package let path: String
    private let bytes: [UInt8]
    package let file: ModelFile
    package let plan: Plan

    /// - Parameter threadCount: how many threads a runner may use; cut at what the CPUs allow.
    /// - Throws: `ModelError.unreadable`, `ModelError.invalid`.
    package init(path: String, tier: Tier = .best, threadCount: Int = 1) throws(ModelError) {
        let bytes: [UInt8]
        do {
            bytes = try RegularFile.bytes(path, limit: ModelLimits.default.byteCount)
        } catch {
            throw .unreadable(path: path, reason: error.description)
        }
        let file: ModelFile
        do {
            file = try ModelFileReader.read(bytes, name: path)
        } catch {
            throw .invalid(path: path, reason: error.description)
        }
        do {
            plan = try Plan(file.graph, tier: tier, threadCount: ThreadCount.suitable(threadCount))
        } catch {
            throw .invalid(path: path, reason: error.description)
        }
        self.path = path
        self.bytes = bytes
        self.file = file
    }

    package var byteCount: Int { bytes.count }

    /// SHA-256 of the file, in hexadecimal. Computed anew each time: some milliseconds.
    package var digest: String { ContentDigest.sha256(bytes) }
}
