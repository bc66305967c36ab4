import Inference
import ModelGraph
import Tensors
import Testing

/// The fast kernels against the norm.
@Suite struct ConvolutionTests {
    static let fastTiers = Tier.available.filter { $0 != .reference }
    static let counts = Array(1...10) + [15, 16, 17, 31, 32, 33, 63, 64, 65]

    private func expectEqualTiers(_ cases: [ConvolutionCase]) throws {
        for convolution in cases {
            let expected = try convolution.output(.reference)
            for tier in Self.fastTiers {
                let actual = try convolution.output(tier)
                let first = zip(actual, expected).enumerated().first { $1.0 != $1.1 }?.offset
                #expect(actual == expected, "\(convolution) with \(tier), first difference at \(first ?? -1)")
                #expect(try convolution.outputOfParts(tier) == expected, "\(convolution) with \(tier), part by part")
            }
        }
    }

    /// Every count as input and as output channels, both types, all fills.
    private func channelCases(_ kind: ConvolutionCase.Kind, kernel: Int) -> [ConvolutionCase] {
        Self.counts.enumerated().flatMap { (index, count) in
            Fill.allCases.flatMap { fill in
                [(count, 4), (5, count)].map { (inputs, outputs) in
                    var it = ConvolutionCase(kind: kind, isSigned: index.isMultiple(of: 2), inputs: inputs, outputs: outputs)
                    (it.kernelHeight, it.kernelWidth, it.fill, it.seed) = (kernel, kernel, fill, UInt64(count))
                    it.isPerChannel = it.isSigned && kind != .fullyConnected
                    return it
                }
            }
        }
    }

    @Test func pointwiseConvolutionEqualsTheNormForEveryChannelCount() throws {
        try expectEqualTiers(channelCases(.convolution, kernel: 1))
    }

    @Test func convolutionEqualsTheNormForEveryChannelCount() throws {
        try expectEqualTiers(channelCases(.convolution, kernel: 3))
    }

    @Test func transposedConvolutionEqualsTheNormForEveryChannelCount() throws {
        try expectEqualTiers(
            channelCases(.transposed, kernel: 3).map { convolution in
                var it = convolution
                (it.strideHeight, it.strideWidth, it.height, it.width) = (2, 2, 3, 4)
                return it
            })
    }

    @Test func fullyConnectedEqualsTheNormForEveryChannelCount() throws {
        try expectEqualTiers(
            channelCases(.fullyConnected, kernel: 1).map { convolution in
                var it = convolution
                it.batches = 3
                return it
            })
    }

    @Test func depthwiseConvolutionEqualsTheNormForEveryChannelCount() throws {
        var cases: [ConvolutionCase] = []
        for (index, count) in Self.counts.enumerated() {
            for fill in Fill.allCases {
                for multiplier in [1, 2, 3] {
                    var it = ConvolutionCase(
                        kind: .depthwise, isSigned: index.isMultiple(of: 2), inputs: count, outputs: count * multiplier)
                    (it.isPerChannel, it.fill, it.seed) = (it.isSigned, fill, UInt64(count))
                    cases.append(it)
                }
            }
        }
        try expectEqualTiers(cases)
    }

    @Test func everyGeometryEqualsTheNorm() throws {
        var random = SplitMix(seed: 2024)
        var cases: [ConvolutionCase] = []
        for seed in 0..<400 {
            var it = ConvolutionCase(kind: [.convolution, .depthwise, .transposed][seed % 3], seed: UInt64(seed))
            it.isSigned = .random(using: &random)
            it.isPerChannel = it.isSigned && .random(using: &random)
            it.batches = .random(in: 1...2, using: &random)
            (it.height, it.width) = (.random(in: 1...12, using: &random), .random(in: 1...12, using: &random))
            it.inputs = .random(in: 1...20, using: &random)
            it.outputs = it.kind == .depthwise ? it.inputs * .random(in: 1...2, using: &random) : .random(in: 1...20, using: &random)
            (it.kernelHeight, it.kernelWidth) = (.random(in: 1...5, using: &random), .random(in: 1...5, using: &random))
            (it.strideHeight, it.strideWidth) = (.random(in: 1...3, using: &random), .random(in: 1...3, using: &random))
            it.dilation = it.kind == .transposed ? 1 : .random(in: 1...3, using: &random)
            it.padding = Bool.random(using: &random) ? .same : .valid
            it.activation = [.none, .relu, .relu6, .reluN1To1][seed % 4]
            it.hasBias = .random(using: &random)
            if it.outputShape.contains(where: { $0 < 1 }) { it.padding = .same }
            cases.append(it)
        }
        try expectEqualTiers(cases)
    }

    /// Large enough for tiles that are lines and columns of the image, with and without borders, in all widths of the last panel.
    @Test func largeImagesEqualTheNorm() throws {
        var random = SplitMix(seed: 96)
        var cases: [ConvolutionCase] = []
        for seed in 0..<72 {
            var it = ConvolutionCase(batches: 1 + seed % 2, seed: UInt64(seed))
            it.isSigned = seed % 3 == 0
            it.isPerChannel = it.isSigned
            (it.height, it.width) = (.random(in: 9...40, using: &random), .random(in: 9...40, using: &random))
            it.inputs = [1, 2, 3, 4, 5, 8, 16, 20][seed % 8]
            it.outputs = [1, 8, 9, 16, 17, 24, 32, 40][seed / 8 % 8]
            (it.kernelHeight, it.kernelWidth) = (.random(in: 1...5, using: &random), .random(in: 1...5, using: &random))
            (it.strideHeight, it.strideWidth) = (.random(in: 1...2, using: &random), .random(in: 1...2, using: &random))
            it.dilation = seed % 5 == 0 ? 2 : 1
            it.padding = Bool.random(using: &random) ? .same : .valid
            cases.append(it)
        }
        try expectEqualTiers(cases)
    }

    @Test func deepAndThinShapesEqualTheNorm() throws {
        var deep = ConvolutionCase(height: 3, width: 3, inputs: 1500, outputs: 9, kernelHeight: 1, kernelWidth: 1)
        var thin = ConvolutionCase(height: 1, width: 700, inputs: 1, outputs: 1, kernelHeight: 1, kernelWidth: 7)
        var cases: [ConvolutionCase] = []
        for fill in Fill.allCases {
            (deep.fill, thin.fill) = (fill, fill)
            cases += [deep, thin]
        }
        try expectEqualTiers(cases)
    }

    @Test func biasAtTheEndOfInt32WrapsAroundLikeTheReference() throws {
        for kind in ConvolutionCase.Kind.allCases {
            let (whole, input) = try ConvolutionCase(kind: kind, inputs: 8, outputs: 8).make()
            var tensors = whole.tensors
            // -2^31 + 1 and 2^31 - 1 by turns.
            tensors[2].constant = (0..<4).flatMap { _ in [0x01, 0, 0, 0x80, 0xFF, 0xFF, 0xFF, 0x7F] as [UInt8] }[...]
            let graph = try Graph(name: "\(kind)", tensors: tensors, layers: whole.layers, inputs: [0], outputs: [3])
            let expected = try run(graph, inputs: [input], tier: .reference)
            for tier in Self.fastTiers { #expect(try run(graph, inputs: [input], tier: tier) == expected, "\(kind) \(tier)") }
        }
    }

    @Test func aKernelLargerThanTheImageReadsOnlyTheImage() throws {
        try expectEqualTiers(
            [ConvolutionCase.Kind.convolution, .depthwise].map {
                ConvolutionCase(kind: $0, height: 2, width: 2, inputs: 4, outputs: 4, kernelHeight: 7, kernelWidth: 7, dilation: 2)
            })
    }
}
