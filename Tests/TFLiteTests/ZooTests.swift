import ModelGraph
import TFLite
import Testing

@Suite("Real models load", .enabled(if: !ZooModels.names.isEmpty, "set PICKET_ZOO to the folder of test models"))
struct ZooTests {
    @Test(arguments: ZooModels.names)
    func everyModelLoadsWithinATenthOfASecond(name: String) throws {
        let bytes = try ZooModels.bytes(name)
        let clock = ContinuousClock()
        let start = clock.now
        let model = try ModelFileReader.read(bytes, name: name)
        let time = clock.now - start
        let graph = model.graph
        print(
            "| \(name) | \(graph.tensors.count) | \(graph.layers.count) | \(Double(graph.multiplyAccumulateCount / 10_000) / 100) |",
            "\(graph.activationByteCount) | \(time) | \(model.metadata)")
        #expect(time < .milliseconds(100))
    }
}
