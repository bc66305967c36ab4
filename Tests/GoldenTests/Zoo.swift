import FoundationEssentials

/// The folder of real models and of what TFLite's reference kernels computed with them. Not part of the repository.
enum Zoo {
    /// `PICKET_ZOO`, then `../shared/zoo`; nil when neither is there.
    static let folder: URL? = {
        let named = ProcessInfo.processInfo.environment["PICKET_ZOO"]
        let candidates = [named, "../shared/zoo"].compactMap { $0 }
        return candidates.first { FileManager.default.fileExists(atPath: $0 + "/golden") }.map { URL(filePath: $0) }
    }()

    /// The models with goldens, by name; empty without a zoo.
    static let models: [String] = {
        guard let folder else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path() + "/golden")) ?? []
        return names.sorted()
    }()

    struct Manifest: Decodable {
        struct Tensor: Decodable {
            let name: String
            let shape: [Int]
            let dtype: String
        }
        struct Case: Decodable {
            let name: String
            private enum CodingKeys: String, CodingKey { case name = "case" }
        }
        let model: String
        let inputs: [Tensor]
        let outputs: [Tensor]
        let cases: [Case]
    }

    static func manifest(_ model: String) throws -> Manifest {
        try JSONDecoder().decode(Manifest.self, from: Data(try bytes("golden/\(model)/manifest.json")))
    }

    static func modelBytes(_ manifest: Manifest) throws -> [UInt8] { try bytes("models/\(manifest.model)") }

    static func input(_ model: String, _ name: String, _ index: Int) throws -> [UInt8] {
        try bytes("golden/\(model)/\(name).in\(index).bin")
    }

    static func output(_ model: String, _ name: String, _ index: Int) throws -> [UInt8] {
        try bytes("golden/\(model)/\(name).out\(index).bin")
    }

    private struct Absent: Error {}

    private static func bytes(_ path: String) throws -> [UInt8] {
        guard let folder else { throw Absent() }
        return [UInt8](try Data(contentsOf: folder.appending(path: path)))
    }
}
