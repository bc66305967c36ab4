import Inference
import ModelGraph
import TFLite
import Tensors
import Testing

/// Real models, end to end: the same bits as TFLite's reference kernels.
@Suite struct ZooGoldenTests {
    static let fastTiers = Tier.available.filter { $0 != .reference }

    @Test(.enabled(if: Zoo.folder != nil, "no zoo: set PICKET_ZOO"), arguments: Zoo.models, fastTiers)
    func fastKernelsEqualTheGoldens(model: String, tier: Tier) throws {
        let manifest = try Zoo.manifest(model)
        try expectGoldens(model, manifest, cases: manifest.cases.map(\.name), tier: tier)
    }

    /// Every layer that has parts is split, also where it does not pay: many meetings of the threads.
    @Test(.enabled(if: Zoo.folder != nil, "no zoo: set PICKET_ZOO"), arguments: Zoo.models, fastTiers)
    func severalThreadsEqualTheGoldens(model: String, tier: Tier) throws {
        let manifest = try Zoo.manifest(model)
        for threadCount in [2, 3] {
            try expectGoldens(model, manifest, cases: manifest.cases.map(\.name), tier: tier, threadCount: threadCount)
        }
    }

    @Test(.enabled(if: Zoo.folder != nil, "no zoo: set PICKET_ZOO"), arguments: Zoo.models)
    func scalarNormEqualsTheGoldens(model: String) throws {
        try expectGoldens(model, try Zoo.manifest(model), cases: ["cat"], tier: .reference)
    }

    private func expectGoldens(_ model: String, _ manifest: Zoo.Manifest, cases: [String], tier: Tier, threadCount: Int = 1) throws {
        let file = try ModelFileReader.read(try Zoo.modelBytes(manifest), name: model)
        let plan = try Plan(file.graph, tier: tier, threadCount: threadCount, splitThreshold: .zero)
        #expect(plan.inputs.map(\.shape.extents) == manifest.inputs.map(\.shape))
        #expect(plan.outputs.count == manifest.outputs.count)
        var runner = Runner(plan)
        // The first case once more: its first run is not refined.
        for name in tier == .reference ? cases : cases + cases.prefix(1) {
            for index in manifest.inputs.indices {
                let bytes = try Zoo.input(model, name, index)
                try #require(bytes.count == plan.inputs[index].region.byteCount)
                runner.withMutableInput(index) { span in
                    for position in bytes.indices { span[position] = bytes[position] }
                }
            }
            runner.run()
            for index in manifest.outputs.indices {
                var expected = try Zoo.output(model, name, index)
                var actual = runner.withOutput(index) { span in span.indices.map { span[$0] } }
                if let filled = try filledByteCount(file.graph, index, model: model, case: name), filled < min(expected.count, actual.count)
                {
                    #expect(actual.dropFirst(filled).allSatisfy { $0 == 0 }, "rows without a detection are zeros")
                    (expected, actual) = (Array(expected.prefix(filled)), Array(actual.prefix(filled)))
                }
                let difference =
                    plan.outputs[index].elementType == .float32
                    ? firstFloatDifference(actual, expected)
                    : firstDifference(actual, expected, width: plan.outputs[index].elementType.byteCount)
                #expect(difference == nil, "\(model) case \(name), output \(index): \(difference ?? "")")
            }
        }
    }

    /// How many bytes of an output the detections of a case fill, where it is the output of a detection layer.
    ///
    /// TFLite leaves the rows behind the last detection as they were in memory, and so do the goldens.
    private func filledByteCount(_ graph: Graph, _ output: Int, model: String, case name: String) throws -> Int? {
        for layer in graph.layers {
            guard case .detectionPostProcess = layer.kind, let part = layer.outputs.firstIndex(of: graph.outputs[output]), part < 3,
                let count = graph.outputs.firstIndex(of: layer.outputs[3]), let found = floats(try Zoo.output(model, name, count)).first
            else { continue }
            let tensor = graph.tensors[graph.outputs[output]]
            return tensor.byteCount / tensor.shape[1] * Int(found)
        }
        return nil
    }

    private func firstDifference(_ actual: [UInt8], _ expected: [UInt8], width: Int) -> String? {
        guard actual.count == expected.count else { return "\(actual.count) bytes for \(expected.count)" }
        guard let position = actual.indices.first(where: { actual[$0] != expected[$0] }) else { return nil }
        let count = actual.indices.count { actual[$0] != expected[$0] }
        return
            "\(count) of \(actual.count) bytes differ, the first in element \(position / width): \(actual[position]) for \(expected[position])"
    }

    /// Within 1e-5 of the larger magnitude, or equal bits.
    private func firstFloatDifference(_ actual: [UInt8], _ expected: [UInt8]) -> String? {
        guard actual.count == expected.count else { return "\(actual.count) bytes for \(expected.count)" }
        let (a, b) = (floats(actual), floats(expected))
        guard
            let position = a.indices.first(where: {
                a[$0].bitPattern != b[$0].bitPattern && !((a[$0] - b[$0]).magnitude <= 1e-5 * max(a[$0].magnitude, b[$0].magnitude))
            })
        else { return nil }
        return "element \(position) is \(a[position]) for \(b[position])"
    }

    private func floats(_ bytes: [UInt8]) -> [Float] {
        stride(from: 0, to: bytes.count - 3, by: 4).map { start in
            Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[start + $1]) << (8 * UInt32($1)) })
        }
    }
}
