import Inference
import ModelGraph
import Tensors
import Testing

@Suite struct PlanTests {
    private func error(_ body: () throws -> Void) -> InferenceError? {
        do { try body() } catch { return error as? InferenceError }
        return nil
    }

    @Test func planTellsWhatARunnerNeeds() throws {
        let convolution = ConvolutionCase(height: 8, width: 8, inputs: 3, outputs: 5)
        let plan = try Plan(try convolution.make().graph, tier: .baseline)
        #expect(plan.inputs.map(\.name) == ["x"] && plan.outputs.map(\.name) == ["y"])
        #expect(plan.inputs[0].shape.extents == [1, 8, 8, 3] && plan.outputs[0].elementType == .uint8)
        #expect(plan.multiplyAccumulateCount == 8 * 8 * 5 * 27)
        #expect(plan.layerOutlines.map(\.name) == ["convolution2D"])
        #expect(plan.packedByteCount >= 5 * 27 * 2)
        #expect(plan.arenaByteCount >= 8 * 8 * (3 + 5))
    }

    @Test func transposedAndDepthwiseWorkIsCounted() throws {
        let depthwise = ConvolutionCase(kind: .depthwise, height: 4, width: 4, inputs: 3, outputs: 6)
        #expect(try Plan(try depthwise.make().graph).multiplyAccumulateCount == 4 * 4 * 6 * 9)
        let transposed = ConvolutionCase(kind: .transposed, height: 4, width: 4, inputs: 3, outputs: 6, strideHeight: 2, strideWidth: 2)
        #expect(try Plan(try transposed.make().graph).multiplyAccumulateCount == 4 * 4 * 3 * 9 * 6)
    }

    @Test func planTellsWhatItsLayersAre() throws {
        let depthwise = ConvolutionCase(
            kind: .depthwise, height: 8, width: 6, inputs: 3, outputs: 6, strideHeight: 2, strideWidth: 2)
        let plan = try Plan(try depthwise.make().graph)
        let outline = try #require(plan.layerOutlines.first)
        #expect(plan.layerOutlines.count == 1 && outline.kind == "depthwiseConvolution2D" && outline.name == outline.kind)
        #expect(outline.input?.extents == [1, 8, 6, 3] && outline.output == plan.outputs[0].shape)
        #expect(outline.window?.description == "3x3/2")
        #expect(outline.multiplyAccumulateCount == plan.multiplyAccumulateCount)
        #expect(outline.function == nil)
        #expect(LayerOutline.Window(height: 1, width: 5, strideHeight: 1, strideWidth: 2).description == "1x5/1x2")
    }

    @Test func limitsAreRefusedWithTheirNumbers() throws {
        let graph = try ConvolutionCase(height: 8, width: 8, inputs: 3, outputs: 5).make().graph
        #expect(
            error { _ = try Plan(graph, limits: PlanLimits(multiplyAccumulateCount: 100)) }
                == .tooMuchWork(multiplyAccumulateCount: 8640, limit: 100))
        #expect(error { _ = try Plan(graph, limits: PlanLimits(tensorCount: 3)) } == .tooManyTensors(count: 4, limit: 3))
        #expect(
            error { _ = try Plan(graph, limits: PlanLimits(arenaByteCount: 100)) }?.description
                == "needs 512 bytes of working memory, the limit is 100")
    }

    @Test func sumsThatCouldLeaveInt32AreRefused() throws {
        var convolution = ConvolutionCase(height: 1, width: 1, inputs: 132_000, outputs: 1, kernelHeight: 1, kernelWidth: 1)
        (convolution.fill, convolution.isSigned) = (.allMinimum, true)
        let graph = try convolution.make().graph
        guard case .outOfRange(layer: 0, _) = error({ _ = try Plan(graph) }) else {
            Issue.record("planned a layer that can overflow")
            return
        }
    }

    @Test func twoRunnersOfOnePlanDoNotShareMemory() throws {
        let (graph, input) = try ConvolutionCase().make()
        let expected = try run(graph, inputs: [input], tier: .baseline)[0]
        let plan = try Plan(graph, tier: .baseline)
        var a = Runner(plan)
        var b = Runner(plan)
        a.withMutableInput(0) { span in for i in input.indices { span[i] = input[i] } }
        b.withMutableInput(0) { span in for i in input.indices { span[i] = 0 } }
        a.run()
        b.run()
        #expect(a.withOutput(0) { span in span.indices.map { span[$0] } } == expected)
    }
}
