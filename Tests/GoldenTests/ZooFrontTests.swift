import Inference
import ModelGraph
import TFLite
import Tensors
import TestKit
import Testing

/// Real models cut behind each of their layers: an output may be any tensor, so the forms in which layers hand tensors on must not matter.
@Suite struct ZooFrontTests {
    @Test(.enabled(if: Zoo.folder != nil, "no zoo: set PICKET_ZOO"), arguments: Zoo.models, ZooGoldenTests.fastTiers)
    func everyFrontOfAModelCanBePlanned(model: String, tier: Tier) throws {
        let document = try ModelDocument(try Zoo.modelBytes(try Zoo.manifest(model)), name: model)
        let whole = try ModelFileReader.read(document.file(), name: model).graph
        for layer in whole.layers.suffix(8) {
            var front = document
            try front.cut(at: layer.outputs[0])
            _ = try Plan(try ModelFileReader.read(front.file(), name: model).graph, tier: tier)
        }
    }

    @Test(
        .enabled(if: Zoo.folder != nil, "no zoo: set PICKET_ZOO"), arguments: ["cifar10_resnet8_int8", "vww_96_int8"],
        ZooGoldenTests.fastTiers)
    func everyFrontOfAModelGivesTheBitsOfTheNorm(model: String, tier: Tier) throws {
        let manifest = try Zoo.manifest(model)
        let input = try Zoo.input(model, "cat", 0)
        let document = try ModelDocument(try Zoo.modelBytes(manifest), name: model)
        let whole = try ModelFileReader.read(document.file(), name: model).graph
        for layer in whole.layers {
            var front = document
            try front.cut(at: layer.outputs[0])
            let graph = try ModelFileReader.read(front.file(), name: model).graph
            let outputs = try [Tier.reference, tier].map { tier in
                let plan = try Plan(graph, tier: tier)
                plan.refine()
                var runner = Runner(plan)
                runner.withMutableInput(0) { span in for position in input.indices { span[position] = input[position] } }
                runner.run()
                return runner.withOutput(0) { span in span.indices.map { span[$0] } }
            }
            #expect(outputs[0] == outputs[1], "\(layer.outputs[0])")
        }
    }
}
