import ModelGraph
import TFLite
import Tensors
import TestKit
import Testing

@Suite("Models taken apart and written again")
struct EditingTests {
    /// All facts but the elements of constants.
    private static func text(_ graph: Graph) -> [String] {
        graph.layers.map { "\($0)" }
            + graph.tensors.map { "\($0.name) \($0.elementType) \($0.shape) \(String(describing: $0.quantization))" }
    }

    @Test(.enabled(if: !ZooModels.names.isEmpty, "set PICKET_ZOO to the folder of test models"), arguments: ZooModels.names)
    func aModelWrittenAgainIsTheSameGraph(name: String) throws {
        let bytes = try ZooModels.bytes(name)
        let again = try ModelDocument(bytes, name: name).file()
        let (before, after) = (try ModelFileReader.read(bytes, name: name).graph, try ModelFileReader.read(again, name: name).graph)
        #expect(after.inputs == before.inputs)
        #expect(after.outputs == before.outputs)
        #expect(Self.text(after) == Self.text(before))
        #expect(after.tensors.map(\.constant) == before.tensors.map(\.constant))
    }

    @Test(.enabled(if: !ZooModels.names.isEmpty, "set PICKET_ZOO to the folder of test models"))
    func aClassifierCutAtItsPoolIsTheFrontOfItself() throws {
        for (name, channels) in [
            ("mobilenet_v1_0.25_224_quant_metadata", 256), ("mobilenet_v2_1.0_224_quant", 1280), ("tf2_mobilenet_v2_1.0_224_ptq", 1280),
        ]
        where ZooModels.names.contains(name) {
            let bytes = try ZooModels.bytes(name)
            let whole = try ModelFileReader.read(bytes, name: name).graph
            var document = try ModelDocument(bytes, name: name)
            try document.cut(at: document.globalPool())
            let file = document.file()
            let cut = try ModelFileReader.read(file, name: name).graph
            #expect(cut.outputs.count == 1)
            #expect(cut.tensors[cut.outputs[0]].shape.elementCount == channels)
            #expect(cut.layers.count < whole.layers.count)
            #expect(cut.layers.map { "\($0.kind)" } == whole.layers.prefix(cut.layers.count).map { "\($0.kind)" })
            // The classifier's weights are gone from the file.
            #expect(file.count < bytes.count - channels * 900)
        }
    }

    @Test func aCutInTheMiddleKeepsOnlyWhatItNeeds() throws {
        var model = SmallModels.convolution()
        let y = model.outputs[0]
        let z = model.tensor("z", .int8, [1, 4, 4, 3], scales: [0.25], zeroPoints: [7])
        model.add(19, inputs: [y], outputs: [z])
        model.outputs = [z]
        var document = try ModelDocument(model.file(), name: "two layers")
        try document.cut(at: document.tensor("y"))
        let graph = try ModelFileReader.read(document.file(), name: "one layer").graph
        #expect(graph.layers.count == 1)
        #expect(graph.tensors.map(\.name) == ["x", "weights", "bias", "y"])
        #expect(graph.tensors[graph.outputs[0]].name == "y")
        #expect(graph.tensors[1].constant.map(Array.init) == (0..<54).map { UInt8($0) })
    }

    @Test func aTensorCanBeNamedByItsIndex() throws {
        let document = try ModelDocument(SmallModels.convolution().file(), name: "m")
        #expect(try document.tensor("3") == document.tensor("y"))
    }

    @Test func wrongPlacesAreRefused() throws {
        var document = try ModelDocument(SmallModels.convolution().file(), name: "m")
        #expect(throws: CutError.noSuchTensor("pool", similar: [])) { try document.tensor("pool") }
        #expect(throws: CutError.notComputed("x")) { try document.cut(at: 0) }
        #expect(throws: CutError.notComputed("weights")) { try document.cut(at: 1) }
        #expect(throws: CutError.noPool(candidates: [])) { try document.globalPool() }
        let message = CutError.noSuchTensor("pool", similar: ["a", "b"]).description
        #expect(message == "no tensor is named 'pool'; vectors of this model are 'a', 'b'")
    }

    @Test func aDamagedModelIsRefusedBeforeItIsTakenApart() {
        #expect(throws: ModelFileError.self) { try ModelDocument([1, 2, 3], name: "m") }
    }

    @Test func optionsThatLeadToVectorsAreKept() throws {
        var model = TFLiteBuilder()
        let x = model.tensor("x", .int8, [1, 2, 3], scales: [0.5], zeroPoints: [0])
        let y = model.tensor("y", .int8, [1, 6], scales: [0.5], zeroPoints: [0])
        model.add(22, inputs: [x], outputs: [y], optionsType: 17, options: [0: .int32s([1, 6])])
        model.inputs = [x]
        model.outputs = [y]
        let again = try ModelDocument(model.file(), name: "m").file()
        #expect(
            try Self.text(ModelFileReader.read(again, name: "m").graph) == Self.text(ModelFileReader.read(model.file(), name: "m").graph))
    }
}
