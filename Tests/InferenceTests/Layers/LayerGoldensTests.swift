import FoundationEssentials
import Inference
import ModelGraph
import Tensors
import Testing

/// Single layers against vectors of LiteRT's reference kernels: all outputs are equal bit for bit.
///
/// `PICKET_LAYER_GOLDENS` may name a folder with more files of the same form.
struct LayerGoldensTests {
    static let families = [
        "elementwise", "unary", "pools", "means", "softmaxes", "resizes", "quantizations", "movements", "detections",
    ]

    @Test(arguments: families)
    func layersEqualTheReference(family: String) throws {
        let beside = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined() + "/Goldens"
        try compare("\(beside)/\(family).json")
    }

    @Test(.enabled(if: ProcessInfo.processInfo.environment["PICKET_LAYER_GOLDENS"] != nil), arguments: families)
    func layersEqualTheReferenceOnMoreVectors(family: String) throws {
        let folder = try #require(ProcessInfo.processInfo.environment["PICKET_LAYER_GOLDENS"])
        try compare("\(folder)/\(family).json")
    }

    private func compare(_ path: String) throws {
        let file = try JSONDecoder().decode(GoldenCase.File.self, from: Data(contentsOf: URL(filePath: path)))
        #expect(!file.cases.isEmpty)
        for (index, golden) in file.cases.enumerated() {
            let what =
                "case \(index): \(golden.name ?? golden.op) \(golden.inputs.map(\.shape)), inputs \(golden.inputs.map(\.quantizationText)), outputs \(golden.outputs.map(\.quantizationText))"
            do {
                let graph = try golden.graph()
                var values: [Int: [UInt8]] = [:]
                for (input, tensor) in golden.inputs.enumerated() where tensor.constant != true { values[input] = try tensor.bytes() }
                let results = try SingleLayer.run(graph, values: values)
                #expect(try SingleLayer.run(graph, values: values, workerCount: 3) == results, "\(what): part by part")
                for (output, tensor) in golden.outputs.enumerated() {
                    let expected = try tensor.bytes()
                    let wrong = zip(expected, results[output]).enumerated().filter { $0.element.0 != $0.element.1 }
                    #expect(
                        wrong.isEmpty && expected.count == results[output].count,
                        "\(what): output \(output): \(wrong.count) of \(expected.count) bytes differ, first \(wrong.prefix(3))")
                }
            } catch {
                Issue.record("\(what): \(error)")
            }
        }
    }
}
