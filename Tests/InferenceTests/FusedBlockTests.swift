import Inference
import ModelGraph
import Tensors
import Testing

/// Layers that are computed together, line by line, against the same layers one after the other by the scalar norm.
@Suite struct FusedBlockTests {
    struct Chain: Sendable, CustomStringConvertible {
        var height = 9
        var width = 7
        var inputs = 8
        var expanded = 16
        /// Of the first convolution.
        var kernel = 1
        var window = 3
        var stride = 1
        var dilation = 1
        var padding = Padding.same
        var outputs: Int? = 8
        var isSigned = false

        var description: String {
            "[\(height),\(width),\(inputs)] \(kernel)x\(kernel) -> \(expanded), \(window)x\(window) stride \(stride) dilation \(dilation) "
                + "\(padding) -> \(outputs.map(String.init) ?? "-") \(isSigned ? "int8" : "uint8")"
        }

        func make() throws -> (graph: Graph, input: [UInt8]) {
            var first = ConvolutionCase(isSigned: isSigned, height: height, width: width, inputs: inputs, outputs: expanded)
            (first.kernelHeight, first.kernelWidth) = (kernel, kernel)
            var second = ConvolutionCase(kind: .depthwise, isSigned: isSigned, inputs: expanded, outputs: expanded, seed: 2)
            (second.height, second.width, second.padding, second.dilation) = (height, width, padding, dilation)
            (second.kernelHeight, second.kernelWidth, second.strideHeight, second.strideWidth) = (window, window, stride, stride)
            var cases = [first, second]
            if let outputs {
                var third = ConvolutionCase(isSigned: isSigned, inputs: expanded, outputs: outputs, seed: 3)
                (third.height, third.width) = (second.outputShape[1], second.outputShape[2])
                (third.kernelHeight, third.kernelWidth) = (1, 1)
                cases.append(third)
            }
            let (start, input) = try cases[0].make()
            var (tensors, layers) = (start.tensors, start.layers)
            for next in cases.dropFirst() {
                let graph = try next.make().graph
                let x = tensors.count - 1
                tensors += graph.tensors.dropFirst()
                layers.append(
                    Layer(kind: graph.layers[0].kind, inputs: [x, x + 1, x + 2], outputs: [x + 3], sourceIndex: layers.count))
            }
            return (try Graph(name: "\(self)", tensors: tensors, layers: layers, inputs: [0], outputs: [tensors.count - 1]), input)
        }
    }

    private static let chains: [Chain] = {
        var chains: [Chain] = []
        for isSigned in [false, true] {
            for outputs in [8, 17, nil] {
                for (window, stride, dilation) in [(3, 1, 1), (3, 2, 1), (5, 1, 1), (5, 2, 1), (3, 1, 2), (2, 3, 1), (1, 1, 1)] {
                    for padding in [Padding.same, .valid] {
                        chains.append(
                            Chain(
                                window: window, stride: stride, dilation: dilation, padding: padding, outputs: outputs, isSigned: isSigned))
                    }
                }
                chains.append(Chain(height: 1, width: 1, outputs: outputs, isSigned: isSigned))
                chains.append(Chain(inputs: 3, expanded: 24, kernel: 3, outputs: outputs, isSigned: isSigned))
                // Several steps, rolling around.
                chains.append(Chain(height: 61, width: 40, inputs: 3, expanded: 64, outputs: outputs, isSigned: isSigned))
                chains.append(Chain(height: 64, width: 33, inputs: 16, expanded: 96, stride: 2, outputs: outputs, isSigned: isSigned))
                chains.append(Chain(height: 47, width: 65, expanded: 80, window: 5, outputs: outputs, isSigned: isSigned))
            }
        }
        return chains
    }()

    @Test(arguments: chains) func blocksEqualTheNorm(chain: Chain) throws {
        let (graph, input) = try chain.make()
        let expected = try run(graph, inputs: [input], tier: .reference)
        for tier in Tier.available where tier != .reference {
            for threadCount in 1...3 {
                let plan = try Plan(graph, tier: tier, threadCount: threadCount, splitThreshold: .zero, fusionThreshold: 0)
                if threadCount == 1 { #expect(plan.layerOutlines.count < graph.layers.count, "\(chain), \(tier.rawValue)") }
                #expect(plan.layerOutlines.count == plan.multiplyAccumulateCounts.count)
                var runner = Runner(plan)
                for _ in 0..<2 {
                    runner.withMutableInput(0) { span in for index in input.indices { span[index] = input[index] } }
                    runner.run()
                    let actual = runner.withOutput(0) { span in span.indices.map { span[$0] } }
                    #expect(actual == expected[0], "\(chain), \(tier.rawValue), \(threadCount) threads")
                }
            }
        }
    }

    @Test func whatGoesFromLayerToLayerTakesNoPlaceInTheArena() throws {
        let (graph, _) = try Chain(height: 112, width: 112, inputs: 16, expanded: 96, stride: 2, outputs: 24).make()
        let (plain, fused) = (try Plan(graph, fusionThreshold: .max), try Plan(graph))
        #expect(plain.layerOutlines.count == 3 && fused.layerOutlines.map(\.name) == ["block 1x1+3x3/2+1x1"])
        #expect(fused.memoryMap.byteCount == 112 * 112 * 16 + 56 * 56 * 24)
        #expect(fused.multiplyAccumulateCount == plain.multiplyAccumulateCount)
        #expect(fused.arenaByteCount < plain.arenaByteCount / 2)
    }

    @Test func tensorsThatOthersReadAreNotFusedAway() throws {
        let (graph, _) = try Chain().make()
        let whole = try Graph(
            name: "g", tensors: graph.tensors, layers: graph.layers, inputs: graph.inputs,
            outputs: [graph.layers[0].outputs[0]] + graph.outputs)
        #expect(try Plan(whole, fusionThreshold: 0).layerOutlines.count == 3)
    }

    @Test func bandsThatWouldComputeManyLinesTwiceAreNotMade() throws {
        let (graph, _) = try Chain(height: 24, width: 24).make()
        #expect(try Plan(graph, threadCount: 1, fusionThreshold: 0).layerOutlines.count == 1)
        #expect(try Plan(graph, threadCount: 2, fusionThreshold: 0).layerOutlines.count == 3)
    }
}
