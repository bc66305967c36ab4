import Inference
import Testing

/// Packed weights say the same as the weights that they came from.
@Suite struct PackedWeightsTests {
    static let layouts = [
        WeightLayout(panelWidth: 32, lastPanelWidth: 16, group: 4), WeightLayout(panelWidth: 16, group: 4),
        WeightLayout(panelWidth: 16, group: 2), WeightLayout(panelWidth: 8, group: 8), WeightLayout(panelWidth: 4, group: 16),
    ]
    static let channelCounts = Array(1...10) + [15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65]

    /// [channelCount,taps,depth] as the main weights and the extras together give them; the fill must be zero.
    private func unpacked(_ packed: PackedWeights, channelCount: Int) -> [Int16] {
        let (taps, depth, group) = (packed.taps, packed.depth, packed.layout.group)
        let groups = packed.layout.groups(depth: depth)
        var values = [Int16](repeating: 0, count: channelCount * taps * depth)
        func add(_ lines: CacheLines, at place: Int, panel: WeightPanel, lane: Int, tap: Int, k: Int) {
            let weight = Int16(lines.withBytes { $0.unsafeLoad(fromByteOffset: place, as: Int8.self) })
            guard lane < panel.channelCount && k < depth else {
                #expect(weight == 0, "fill of channel \(lane), k \(k)")
                return
            }
            values[((panel.firstChannel + lane) * taps + tap) * depth + k] += weight
        }
        for panel in packed.panels {
            let width = panel.channels.width
            for tap in 0..<taps {
                for k in 0..<groups * group {
                    for lane in 0..<width {
                        let place = panel.byteOffset + ((tap * groups + k / group) * width + lane) * group + k % group
                        add(packed.main, at: place, panel: panel.channels, lane: lane, tap: tap, k: k)
                    }
                }
            }
            for (index, extra) in packed.extras[panel.extras].enumerated() {
                for lane in 0..<width {
                    for k in 0..<group {
                        let place = panel.restByteOffset + (index * width + lane) * group + k
                        add(
                            packed.rest, at: place, panel: panel.channels, lane: lane, tap: Int(extra.tap), k: Int(extra.depthOffset) + k)
                    }
                }
            }
        }
        return values
    }

    @Test(arguments: layouts, Fill.allCases) func mainWeightsAndExtrasSumToTheWeights(layout: WeightLayout, fill: Fill) {
        var random = SplitMix(seed: 21)
        for channelCount in Self.channelCounts {
            for (taps, depth) in [(1, 1), (1, 3), (1, 16), (9, 3), (2, 17), (1, 300), (25, 5)] {
                let values = weights(channelCount * taps * depth, fill, &random)
                let packed = PackedWeights(WeightBytes(values), channelCount: channelCount, taps: taps, depth: depth, layout: layout)
                #expect(unpacked(packed, channelCount: channelCount) == values, "[\(channelCount),\(taps),\(depth)]")
            }
        }
    }

    @Test func panelsCoverTheChannelsAndTheLastIsNarrow() {
        let layout = WeightLayout(panelWidth: 32, lastPanelWidth: 16, group: 4)
        #expect(layout.panels(channelCount: 33).map(\.width) == [32, 16])
        #expect(layout.panels(channelCount: 48).map(\.width) == [32, 16])
        #expect(layout.panels(channelCount: 49).map(\.width) == [32, 32])
        #expect(layout.panels(channelCount: 16).map(\.width) == [16])
        for count in Self.channelCounts {
            let panels = layout.panels(channelCount: count)
            #expect(panels.map(\.channelCount).reduce(0, +) == count)
            #expect(panels.allSatisfy { $0.channelCount <= $0.width })
        }
    }

    @Test func weightsThatFitHaveNoExtrasAndOnesThatDoNotHaveAtMostTwo() {
        let layout = WeightLayout(panelWidth: 16, group: 4)
        func extras(_ weight: Int16) -> Int {
            let values = [Int16](repeating: 0, count: 7) + [weight]
            return PackedWeights(WeightBytes(values), channelCount: 1, taps: 1, depth: 8, layout: layout).extras.count
        }
        #expect(extras(127) == 0)
        #expect(extras(-128) == 0)
        #expect(extras(128) == 1)
        #expect(extras(254) == 1)
        #expect(extras(255) == 2)
        #expect(extras(-255) == 1)
    }

    @Test func everyPanelBeginsAtACacheLine() {
        let values = [Int16](repeating: 200, count: 37 * 9 * 3)
        let packed = PackedWeights(
            WeightBytes(values), channelCount: 37, taps: 9, depth: 3, layout: WeightLayout(panelWidth: 8, lastPanelWidth: 4, group: 2))
        #expect(packed.panels.allSatisfy { $0.byteOffset % 64 == 0 && $0.restByteOffset % 64 == 0 })
        packed.main.withBytes { $0.withUnsafeBytes { #expect(UInt(bitPattern: $0.baseAddress) % 64 == 0) } }
        packed.rest.withBytes { $0.withUnsafeBytes { #expect(UInt(bitPattern: $0.baseAddress) % 64 == 0) } }
    }

    /// Bytes can be 255 apart: the greatest ones are in tensors whose zero point is 0, the least ones where it is 255.
    private func weights(_ count: Int, _ fill: Fill, _ random: inout SplitMix) -> [Int16] {
        let zero: Int16 = [0, 100, 128, 255].randomElement(using: &random) ?? 0
        let all: ClosedRange<Int16> = -zero...(255 - zero)
        let small: ClosedRange<Int16> = -zero / 2...(255 - zero) / 2
        return (0..<count).map { index in
            switch fill {
            case .random: Int16.random(in: index % 5 == 0 ? all : small, using: &random)
            case .allMinimum: -255
            case .allMaximum: 255
            case .alternating: index.isMultiple(of: 2) ? all.lowerBound : all.upperBound
            }
        }
    }
}
