import FoundationEssentials

/// The real models to test with: a folder named by `PICKET_ZOO`, or `../shared/zoo` beside the checkout.
enum ZooModels {
    /// Names without the extension, sorted; empty when the folder is not there.
    static let names: [String] = {
        let files = try? FileManager.default.contentsOfDirectory(atPath: folder + "/models")
        return (files ?? []).filter { $0.hasSuffix(".tflite") }.map { String($0.dropLast(7)) }.sorted()
    }()

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: "\(folder)/models/\(name).tflite")))
    }

    private static let folder = ProcessInfo.processInfo.environment["PICKET_ZOO"] ?? "../shared/zoo"
}
