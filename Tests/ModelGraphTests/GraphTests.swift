import ModelGraph
import Tensors
import Testing

/// What holds for a graph as a whole.
@Suite("Graphs")
struct GraphTests {
    @Test func layersInOrderMakeAGraph() throws {
        var builder = GraphBuilder()
        let (a, b, c) = (builder.tensor([4]), builder.tensor([4]), builder.tensor([2, 2]))
        let graph = try make(builder, [relu(a, b), Layer(kind: .reshape, inputs: [b], outputs: [c], sourceIndex: 1)], [a], [c])
        #expect(graph.layers.count == 2)
        #expect(graph.activationByteCount == 12)
        #expect(graph.multiplyAccumulateCount == 0)
        #expect(graph.workCount == 16)
    }

    @Test func layerThatReadsWhatComesLaterIsRefused() {
        var builder = GraphBuilder()
        let (a, b, c) = (builder.tensor([4]), builder.tensor([4]), builder.tensor([4]))
        #expect(
            reason { try make(builder, [relu(b, c, index: 0), relu(a, b, index: 1)], [a], [c]) }
                == "operators[0].inputs[0]: reads tensor 1 ('t1'), which no earlier operator computes")
    }

    @Test func tensorWrittenTwiceIsRefused() {
        var builder = GraphBuilder()
        let (a, b) = (builder.tensor([4]), builder.tensor([4]))
        let text = "writes tensor 1 ('t1'), which is a constant, an input or computed already"
        #expect(reason { try make(builder, [relu(a, b), relu(a, b, index: 1)], [a], [b]) } == "operators[1].outputs[0]: \(text)")
    }

    @Test func layerThatWritesItsOwnInputIsRefused() {
        var builder = GraphBuilder()
        let a = builder.tensor([4])
        let text = "writes tensor 0 ('t0'), which is a constant, an input or computed already"
        #expect(reason { try make(builder, [relu(a, a)], [a], [a]) } == "operators[0].outputs[0]: \(text)")
    }

    @Test func constantsAreNeverWritten() {
        var builder = GraphBuilder()
        let (a, b) = (builder.tensor([4]), builder.tensor([4], constant: true))
        #expect(reason { try make(builder, [relu(a, b)], [a], [b]) }?.hasPrefix("operators[0].outputs[0]: writes tensor 1") == true)
    }

    @Test func indicesOutsideAreRefused() {
        var builder = GraphBuilder()
        let (a, b) = (builder.tensor([4]), builder.tensor([4]))
        #expect(reason { try make(builder, [relu(-1, b)], [a], [b]) } == "operators[0].inputs[0]: is -1, there are 2 tensors")
        #expect(reason { try make(builder, [relu(a, 2)], [a], [b]) } == "operators[0].outputs[0]: is 2, there are 2 tensors")
        #expect(reason { try make(builder, [relu(a, b)], [2], [b]) } == "inputs[0]: is 2, there are 2 tensors")
        #expect(reason { try make(builder, [relu(a, b)], [a], [-7]) } == "outputs[0]: is -7, there are 2 tensors")
    }

    @Test func inputsAndOutputsAreNeeded() {
        var builder = GraphBuilder()
        let (a, b) = (builder.tensor([4]), builder.tensor([4]))
        #expect(reason { try make(builder, [relu(a, b)], [], [b]) } == "inputs: is empty, a model needs at least one input")
        #expect(reason { try make(builder, [relu(a, b)], [a], []) } == "outputs: is empty, a model needs at least one output")
        #expect(
            reason { try make(builder, [relu(a, b)], [a, a], [b]) }
                == "inputs[1]: is tensor 0, which is a constant or listed twice")
        #expect(
            reason { try make(builder, [relu(a, b)], [a], [a]) } == "outputs[0]: is tensor 0 ('t0'), which no operator computes")
    }

    @Test func constantsHaveTheBytesOfTheirShape() {
        var builder = GraphBuilder()
        let (a, b) = (builder.tensor([4]), builder.tensor([4]))
        let c = builder.tensor([4], constant: true)
        builder.tensors[c].constant = [1, 2, 3]
        #expect(
            reason { try make(builder, [relu(a, b)], [a], [b]) }
                == "tensors[2]: has 3 constant bytes, its type and shape need 4")
    }

    @Test func quantizationMustFitTheTensor() {
        var builder = GraphBuilder()
        let (a, b) = (builder.tensor([4]), builder.tensor([4]))
        builder.tensors[b].quantization = Quantization(scales: [1], zeroPoints: [200])
        #expect(
            reason { try make(builder, [relu(a, b)], [a], [b]) }
                == "tensors[1].quantization.zero_point[0]: is 200, must be -128...127 for int8")
        builder.tensors[b].quantization = Quantization(scales: [1, 1], zeroPoints: [0, 0], axis: 0)
        #expect(
            reason { try make(builder, [relu(a, b)], [a], [b]) }
                == "tensors[1].quantization: has 2 scales along axis 0, which does not fit the shape [4]")
        builder.tensors[b].quantization = Quantization(scales: [1, 1, 1, 1], zeroPoints: [0, 0, 3, 0], axis: 0)
        #expect(
            reason { try make(builder, [relu(a, b)], [a], [b]) }
                == "tensors[1].quantization.zero_point[2]: is 3, must be 0 where each slice has a scale")
        builder.tensors[b].quantization = Quantization(scales: [1, 1, 1, 1], zeroPoints: [0, 0, 0, 0], axis: 0)
        #expect(
            reason { try make(builder, [relu(a, b)], [a], [b]) }
                == "operators[0].outputs[0]: tensor 't1' has a scale for each slice, one for the tensor is needed")
    }

    private func relu(_ input: Int, _ output: Int, index: Int = 0) -> Layer {
        Layer(kind: .unary(.relu), inputs: [input], outputs: [output], sourceIndex: index)
    }

    private func make(_ builder: GraphBuilder, _ layers: [Layer], _ inputs: [Int], _ outputs: [Int]) throws -> Graph {
        try Graph(name: "test", tensors: builder.tensors, layers: layers, inputs: inputs, outputs: outputs)
    }

    private func reason(_ make: () throws -> Graph) -> String? {
        do {
            _ = try make()
            return nil
        } catch { return "\(error)" }
    }
}
