import FixedPoint
import Inference
import Testing

/// No lane of 16 bits leaves its range within a run, whatever the inputs are, and runs have all the weights.
@Suite struct HeadroomTests {
    /// What inputs do, given the weight that they meet and their place.
    enum Inputs: CaseIterable, Sendable {
        case allMinimum, allMaximum, alternating, maximumAtPositive, maximumAtNegative

        func value(_ weight: Int8, _ k: Int, least: Int32, greatest: Int32) -> Int32 {
            switch self {
            case .allMinimum: least
            case .allMaximum: greatest
            case .alternating: k.isMultiple(of: 2) ? least : greatest
            case .maximumAtPositive: weight > 0 ? greatest : least
            case .maximumAtNegative: weight < 0 ? greatest : least
            }
        }
    }

    enum Weights: CaseIterable, Sendable {
        case random, small, allMinimum, allMaximum, alternating, full

        func values(_ count: Int, _ random: inout SplitMix) -> [Int16] {
            (0..<count).map { index in
                switch self {
                case .random: Int16.random(in: -255...255, using: &random)
                case .small: Int16.random(in: -20...20, using: &random)
                case .allMinimum: -255
                case .allMaximum: 255
                case .alternating: index.isMultiple(of: 2) ? -255 : 255
                case .full: -128
                }
            }
        }
    }

    static let shapes = [(1, 1, 1), (16, 1, 64), (17, 9, 3), (33, 1, 130), (5, 2, 17), (8, 1, 1200)]

    @Test(arguments: Weights.allCases, [1, 4]) func runsHaveAllWeightsAndNeverOverflow(weights: Weights, openRuns: Int) {
        var random = SplitMix(seed: 41)
        for (channelCount, taps, depth) in Self.shapes {
            let values = weights.values(channelCount * taps * depth, &random)
            let tapStride = (depth + 3) / 4 * 4
            let runs = QuadRuns(
                values.span, channelCount: channelCount, taps: taps, depth: depth, tapStride: tapStride, openRuns: openRuns,
                largestShare: .infinity)
            #expect(runs.others.isEmpty)
            var found = [Int](repeating: 0, count: values.count)
            let bytes = runs.bytes.elements
            for panel in runs.panels {
                var entry = panel.entries.lowerBound
                for length in runs.lengths[panel.runs] {
                    #expect(length > 0)
                    let members = entry..<entry + Int(length)
                    entry = members.upperBound
                    for lane in 0..<32 {
                        for inputs in Inputs.allCases {
                            var sum: Int32 = 0
                            for member in members {
                                for byte in 0..<2 {
                                    let place = panel.byteOffset + 64 * (member - panel.entries.lowerBound) + 2 * lane + byte
                                    let weight = bytes[place]
                                    sum += Int32(weight) * inputs.value(weight, 2 * lane + byte, least: 0, greatest: 255)
                                    // Each member alone, and all members so far.
                                    if Int16(exactly: sum) == nil { Issue.record("\(weights) lane \(lane) leaves int16: \(sum)") }
                                }
                            }
                        }
                    }
                    for member in members {
                        let (tap, first) = (Int(runs.offsets[member]) / tapStride, Int(runs.offsets[member]) % tapStride)
                        for byte in 0..<64 {
                            let weight = Int(bytes[panel.byteOffset + 64 * (member - panel.entries.lowerBound) + byte])
                            let (channel, k) = (panel.channels.firstChannel + byte / 4, first + byte % 4)
                            if channel < channelCount && k < depth {
                                found[(channel * taps + tap) * depth + k] += weight
                            } else {
                                #expect(weight == 0)
                            }
                        }
                    }
                }
                #expect(entry == panel.entries.upperBound)
            }
            #expect(found == values.map(Int.init), "[\(channelCount),\(taps),\(depth)]")
        }
    }

    @Test func panelsThatDoNotGainAreLeftToTheOtherInstruction() {
        let small = QuadRuns([Int16](repeating: 1, count: 16 * 64).span, channelCount: 16, taps: 1, depth: 64, tapStride: 64)
        #expect(small.others.isEmpty)
        #expect(small.lengths == [16])
        let large = QuadRuns([Int16](repeating: 127, count: 16 * 64).span, channelCount: 16, taps: 1, depth: 64, tapStride: 64)
        #expect(large.panels.isEmpty)
        #expect(large.others.map(\.channelCount) == [16])
        #expect(large.bytes.byteCount == 0)
    }

    @Test(arguments: Weights.allCases, [8, 16]) func chainsNeverOverflow(weights: Weights, group: Int) {
        var random = SplitMix(seed: 42)
        for (channelCount, taps, depth) in Self.shapes {
            let values = weights.values(channelCount * taps * depth, &random)
            let layout = WeightLayout(panelWidth: 8, group: group)
            let packed = PackedWeights(values.span, channelCount: channelCount, taps: taps, depth: depth, layout: layout)
            let chains = ChainRuns(packed)
            let bytes = packed.main.elements
            let eights = taps * layout.groups(depth: depth) * group / 8
            for (panel, range) in zip(packed.panels, chains.panels) {
                #expect(chains.lengths[range].map(Int.init).reduce(0, +) == eights)
                var first = 0
                for length in chains.lengths[range] {
                    for lane in 0..<8 * panel.channels.width {
                        for inputs in Inputs.allCases {
                            var sum: Int32 = 0
                            for eight in first..<first + Int(length) {
                                let place = (eight * 8 / group * panel.channels.width + lane / 8) * group + eight * 8 % group + lane % 8
                                let weight = bytes[panel.byteOffset + place]
                                sum += Int32(weight) * inputs.value(weight, lane, least: -128, greatest: 127)
                                if Int16(exactly: sum) == nil { Issue.record("\(weights) lane \(lane) leaves int16: \(sum)") }
                            }
                        }
                    }
                    first += Int(length)
                }
            }
        }
    }

    @Test func sumsOfPairsAreThoseOfEachSign() {
        var random = SplitMix(seed: 43)
        for _ in 0..<200 {
            let bytes = (0..<64).map { _ in Bool.random(using: &random) ? Int8.min : Int8.random(in: -128...127, using: &random) }
            var words = SIMD8<UInt64>.zero
            for (index, byte) in bytes.enumerated() { words[index / 8] |= UInt64(UInt8(bitPattern: byte)) << UInt64(index % 8 * 8) }
            let greatest =
                (0..<32).flatMap { pair in
                    let two = [Int(bytes[2 * pair]), Int(bytes[2 * pair + 1])]
                    return [two.filter { $0 > 0 }.reduce(0, +), -two.filter { $0 < 0 }.reduce(0, +)]
                }.max() ?? 0
            let sums = PairSums(words)
            #expect(sums.fits(PairSums(repeating: UInt16(greatest))))
            #expect(greatest == 0 || !sums.fits(PairSums(repeating: UInt16(greatest - 1))))
            let left = sums.taken(from: PairSums(repeating: UInt16(2 * greatest)))
            #expect(sums.fits(left))
        }
    }
}
