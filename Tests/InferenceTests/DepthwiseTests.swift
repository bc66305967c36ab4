import Inference
import ModelGraph
import Testing

/// Depthwise convolutions of all tiers against the norm.
@Suite struct DepthwiseTests {
    static let fastTiers = Tier.available.filter { $0 != .reference }
    /// Around the blocks of the kernels, and those of common models.
    static let channelCounts = [1, 2, 3, 8, 15, 16, 17, 24, 31, 32, 33, 40, 48, 63, 64, 65, 72, 80, 96, 100, 128, 129, 144, 192]

    private func expectEqualTiers(_ it: ConvolutionCase) throws {
        let expected = try it.output(.reference)
        for tier in Self.fastTiers {
            let actual = try it.output(tier)
            let first = zip(actual, expected).enumerated().first { $1.0 != $1.1 }?.offset
            #expect(actual == expected, "\(it) with \(tier), first difference at \(first ?? -1)")
        }
    }

    @Test(arguments: 1...5, 1...5) func everyWindowEqualsTheNorm(kernelHeight: Int, kernelWidth: Int) throws {
        var random = SplitMix(seed: UInt64(kernelHeight * 8 + kernelWidth))
        for stride in 1...3 {
            for dilation in 1...3 {
                for padding in [Padding.same, .valid] {
                    let channels = Self.channelCounts.randomElement(using: &random) ?? 1
                    var it = ConvolutionCase(kind: .depthwise, inputs: channels, outputs: channels, seed: random.next())
                    it.isSigned = .random(using: &random)
                    it.isPerChannel = it.isSigned
                    (it.height, it.width) = (.random(in: 1...9, using: &random), .random(in: 1...9, using: &random))
                    if padding == .valid { (it.height, it.width) = (it.height + 4 * dilation, it.width + 4 * dilation) }
                    (it.kernelHeight, it.kernelWidth, it.dilation, it.padding) = (kernelHeight, kernelWidth, dilation, padding)
                    (it.strideHeight, it.strideWidth) = (stride, .random(in: 0...3, using: &random) == 0 ? 3 : stride)
                    it.fill = Fill.allCases.randomElement(using: &random) ?? .random
                    try expectEqualTiers(it)
                }
            }
        }
    }

    @Test(arguments: channelCounts, [3, 5]) func everyChannelCountEqualsTheNorm(channels: Int, kernel: Int) throws {
        for fill in Fill.allCases {
            for stride in 1...2 {
                for isSigned in [false, true] {
                    var it = ConvolutionCase(kind: .depthwise, isSigned: isSigned, inputs: channels, outputs: channels)
                    it.isPerChannel = isSigned
                    (it.batches, it.height, it.width, it.fill, it.seed) = (2, 6, 7, fill, UInt64(channels))
                    (it.kernelHeight, it.kernelWidth, it.strideHeight, it.strideWidth) = (kernel, kernel, stride, stride)
                    try expectEqualTiers(it)
                }
            }
        }
    }

    @Test func narrowImagesEqualTheNorm() throws {
        for (height, width) in [(1, 1), (1, 30), (30, 1), (2, 2), (3, 1)] {
            for kernel in [3, 5, 9] {
                for stride in 1...2 {
                    var it = ConvolutionCase(kind: .depthwise, height: height, width: width, inputs: 70, outputs: 70)
                    (it.kernelHeight, it.kernelWidth, it.strideHeight, it.strideWidth) = (kernel, kernel, stride, stride)
                    try expectEqualTiers(it)
                }
            }
        }
    }
}
