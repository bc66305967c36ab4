import Inference
import ModelGraph
import Tensors
import Testing

/// A model of one layer with weights, made from a few numbers.
struct ConvolutionCase: Sendable, CustomStringConvertible {
    enum Kind: Sendable, CaseIterable { case convolution, depthwise, transposed, fullyConnected }

    var kind = Kind.convolution
    var isSigned = false
    var isPerChannel = false
    var batches = 1
    var height = 5
    var width = 6
    var inputs = 3
    /// For depthwise: inputs times the multiplier.
    var outputs = 4
    var kernelHeight = 3
    var kernelWidth = 3
    var strideHeight = 1
    var strideWidth = 1
    var dilation = 1
    var padding = Padding.same
    var activation = Activation.none
    var hasBias = true
    var fill = Fill.random
    var seed: UInt64 = 1

    var description: String {
        "\(kind) \(isSigned ? "int8" : "uint8")\(isPerChannel ? " per channel" : "") [\(batches),\(height),\(width),\(inputs)]->\(outputs) "
            + "kernel \(kernelHeight)x\(kernelWidth) stride \(strideHeight)x\(strideWidth) dilation \(dilation) \(padding) \(activation) "
            + "bias \(hasBias) \(fill) seed \(seed)"
    }

    private func extent(_ input: Int, kernel: Int, stride: Int) -> Int {
        if kind == .transposed { return padding == .same ? input * stride : (input - 1) * stride + kernel }
        let reach = (kernel - 1) * dilation + 1
        return padding == .same ? (input + stride - 1) / stride : (input + stride - reach) / stride
    }

    var outputShape: [Int] {
        if kind == .fullyConnected { return [batches, outputs] }
        return [
            batches, extent(height, kernel: kernelHeight, stride: strideHeight), extent(width, kernel: kernelWidth, stride: strideWidth),
            outputs,
        ]
    }

    var weightShape: [Int] {
        switch kind {
        case .convolution, .transposed: [outputs, kernelHeight, kernelWidth, inputs]
        case .depthwise: [1, kernelHeight, kernelWidth, outputs]
        case .fullyConnected: [outputs, inputs]
        }
    }

    private var layerKind: LayerKind {
        let convolution = Convolution2D(
            strideHeight: strideHeight, strideWidth: strideWidth, dilationHeight: dilation, dilationWidth: dilation, padding: padding,
            activation: activation)
        return switch kind {
        case .convolution: .convolution2D(convolution)
        case .depthwise: .depthwiseConvolution2D(convolution, depthMultiplier: outputs / inputs)
        case .transposed: .transposeConvolution2D(convolution)
        case .fullyConnected: .fullyConnected(activation: activation)
        }
    }

    /// The graph and the bytes for its input.
    func make() throws -> (graph: Graph, input: [UInt8]) {
        var random = SplitMix(seed: seed)
        let inputShape = kind == .fullyConnected ? [batches, inputs] : [batches, height, width, inputs]
        let weightCount = weightShape.reduce(1, *)
        let depth = kind == .depthwise ? kernelHeight * kernelWidth : weightCount / outputs
        let type: ElementType = isSigned ? .int8 : .uint8
        func activation(_ name: String, _ extents: [Int], scale: Float, zeroPoint: Int32) throws -> Graph.Tensor {
            Graph.Tensor(
                name: name, elementType: type, shape: try #require(Shape(extents)),
                quantization: Quantization(scales: [scale], zeroPoints: [zeroPoint]))
        }
        let weightScales = (0..<(isPerChannel ? outputs : 1)).map { _ in Float.random(in: 0.005...0.02, using: &random) }
        let outputScale = 0.02 * 0.01 * 74 * Float(depth).squareRoot()
        let weights = Graph.Tensor(
            name: "weights", elementType: type, shape: try #require(Shape(weightShape)),
            quantization: Quantization(
                scales: weightScales,
                zeroPoints: weightScales.map { _ in isSigned ? 0 : Int32.random(in: 100...150, using: &random) },
                axis: kind == .depthwise ? 3 : 0),
            constant: fill.bytes(count: weightCount, isSigned: isSigned, using: &random)[...])
        let biases = (0..<outputs).map { _ in Int32.random(in: -20_000...20_000, using: &random) }
        let bias = Graph.Tensor(
            name: "bias", elementType: .int32, shape: try #require(Shape([outputs])),
            constant: biases.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }[...])
        let zeroPoint: Int32 = isSigned ? Int32.random(in: -128...127, using: &random) : Int32.random(in: 0...255, using: &random)
        let tensors = [
            try activation("x", inputShape, scale: 0.02, zeroPoint: zeroPoint), weights, bias,
            try activation("y", outputShape, scale: outputScale, zeroPoint: isSigned ? -3 : 120),
        ]
        let layer = Layer(kind: layerKind, inputs: hasBias ? [0, 1, 2] : [0, 1], outputs: [3], sourceIndex: 0)
        let graph = try Graph(name: "\(self)", tensors: tensors, layers: [layer], inputs: [0], outputs: [3])
        return (graph, fill.bytes(count: inputShape.reduce(1, *), isSigned: isSigned, using: &random))
    }

    /// The output's bytes with the kernels of a tier.
    func output(_ tier: Tier, threadCount: Int = 1) throws -> [UInt8] {
        let (graph, input) = try make()
        return try run(graph, inputs: [input], tier: tier, threadCount: threadCount)[0]
    }

    /// The output's bytes computed part by part, backwards.
    func outputOfParts(_ tier: Tier) throws -> [UInt8] {
        let (graph, input) = try make()
        return try SingleLayer.run(graph, values: [0: input], tier: tier, workerCount: 3)[0]
    }
}

/// Plans, fills the inputs, runs twice (the second run is refined), copies the outputs. With several threads all layers are split that can
/// be.
func run(_ graph: Graph, inputs: [[UInt8]], tier: Tier, threadCount: Int = 1) throws -> [[UInt8]] {
    let plan = try Plan(graph, tier: tier, threadCount: threadCount, splitThreshold: .zero)
    var runner = Runner(plan)
    func outputs(_ runner: inout Runner) -> [[UInt8]] {
        for (index, bytes) in inputs.enumerated() {
            runner.withMutableInput(index) { span in
                for position in bytes.indices { span[position] = bytes[position] }
            }
        }
        runner.run()
        return plan.outputs.indices.map { index in runner.withOutput(index) { span in span.indices.map { span[$0] } } }
    }
    let first = outputs(&runner)
    let refined = outputs(&runner)
    #expect(first == refined, "refined layers have other bits")
    return refined
}
