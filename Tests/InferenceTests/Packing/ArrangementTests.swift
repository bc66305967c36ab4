import CKernels
import Inference
import Testing

/// What may be summed in int16 is summed there, and nothing else: the proof of each run, checked weight by weight.
@Suite(.enabled(if: pk_cpu_flags() & UInt32(PK_CPU_AVX2) != 0)) struct ArrangementTests {
    /// Weights up to a limit, in groups of 4; every so manieth group has weights up to 127.
    struct Weights: Sendable, CustomTestStringConvertible {
        var limit: Int16
        var largeEvery = 0
        var testDescription: String { "limit \(limit), large every \(largeEvery)" }
    }

    static let weights =
        [1, 10, 30, 43, 64, 65, 90, 128].map { Weights(limit: $0) } + [2, 3, 9].map { Weights(limit: 20, largeEvery: $0) }

    @Test(arguments: weights) func sumsOfRunsFitAndEveryGroupIsInOnePlace(weights: Weights) {
        var kernels = pk_convolution_kernels()
        pk_convolution_init(&kernels, UInt32(PK_CPU_AVX2))
        let layout = WeightLayout(panelWidth: 16, lastPanelWidth: 8, group: 4)
        var random = SplitMix(seed: 99)
        for (channels, depth) in [(16, 4), (16, 256), (24, 512), (5, 1000), (33, 64)] {
            let values = (0..<channels * depth).map { index -> Int16 in
                let isLarge = weights.largeEvery > 0 && index % depth / 4 % weights.largeEvery == 0
                return Int16.random(in: -min(weights.limit, 128)...min(weights.limit, 127), using: &random) + (isLarge ? 90 : 0)
            }
            let packed = PackedWeights(WeightBytes(values), channelCount: channels, taps: 1, depth: depth, layout: layout)
            let arranged = ArrangedWeights(packed, channelCount: channels, kernels: kernels)
            for (panel, source) in zip(arranged.panels, packed.panels) {
                check(arranged, panel) { channel, k in
                    channel < source.channels.channelCount ? Int(values[(source.channels.firstChannel + channel) * depth + k]) : 0
                }
            }
        }
    }

    private func check(_ arranged: ArrangedWeights, _ panel: pk_panel, weight: (_ channel: Int, _ k: Int) -> Int) {
        let (width, groups) = (Int(panel.width), arranged.groups)
        let runs = arranged.runs[Int(panel.run_first)..<Int(panel.run_end)]
        let places = runs.isEmpty ? (0..<groups).map { 4 * $0 } : arranged.places[Int(panel.first_place)...].prefix(groups).map { Int($0) }
        #expect(places.sorted() == (0..<groups).map { 4 * $0 })
        #expect(Int(panel.pairs) + runs.reduce(0) { $0 + Int($1) } == groups)
        #expect(runs.elementsEqual(runs.sorted(by: >)), "the longest come first, and single groups last")
        var group = 0
        func bytes(of group: Int) -> [Int] {
            arranged.bytes[Int(panel.bytes) + group * 4 * width..<Int(panel.bytes) + (group + 1) * 4 * width].map { Int($0) }
        }
        while group < panel.pairs {
            let expected = (0..<4 * width).map { weight($0 % (2 * width) / 2, places[group] + $0 / (2 * width) * 2 + $0 % 2) }
            #expect(bytes(of: group) == expected)
            group += 1
        }
        for run in runs {
            var (positive, negative) = ([Int](repeating: 0, count: 2 * width), [Int](repeating: 0, count: 2 * width))
            for _ in 0..<run {
                let own = bytes(of: group)
                #expect(own == (0..<4 * width).map { weight($0 / 4, places[group] + $0 % 4) })
                for (index, weight) in own.enumerated() {
                    positive[index / 2] += max(weight, 0)
                    negative[index / 2] += min(weight, 0)
                }
                group += 1
            }
            #expect(positive.allSatisfy { 255 * $0 <= 32_767 } && negative.allSatisfy { 255 * $0 >= -32_768 })
        }
    }

    @Test func smallWeightsHaveRunsLargeOnesHaveNoneAndSomeHaveBoth() {
        var kernels = pk_convolution_kernels()
        pk_convolution_init(&kernels, UInt32(PK_CPU_AVX2))
        func panel(_ weight: (Int) -> Int16) -> pk_panel {
            let values = (0..<16 * 256).map { weight($0 % 256 / 4) }
            let layout = WeightLayout(panelWidth: 16, lastPanelWidth: 8, group: 4)
            let packed = PackedWeights(WeightBytes(values), channelCount: 16, taps: 1, depth: 256, layout: layout)
            return ArrangedWeights(packed, channelCount: 16, kernels: kernels).panels[0]
        }
        let small = panel { _ in 4 }
        #expect(small.pairs == 0 && small.run_end < 6)
        let large = panel { _ in 65 }
        #expect(large.pairs == 64 && large.run_end == large.run_first)
        let mixed = panel { $0.isMultiple(of: 4) ? 65 : 16 }
        #expect(mixed.pairs == 16 && mixed.run_end == 12)
    }
}
