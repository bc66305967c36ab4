import CKernels
import FixedPoint
import Testing

/// The C kernels alone: exact sums, and not one byte read as data or written outside of their buffers.
@Suite struct KernelTests {
    static let flagSets: [UInt32] = pk_cpu_flags() == 0 ? [0] : [0, pk_cpu_flags()]
    static let counts = Array(1...10) + [15, 16, 17, 31, 32, 33, 63, 64, 65]
    static let guardCount = 64

    /// Runs `body` on a copy of the output buffer with guard bytes around it, and returns what it wrote.
    private func guarded(count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Void) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xA5, count: count + 2 * Self.guardCount)
        bytes.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { body(base + Self.guardCount) }
        }
        #expect(bytes.prefix(Self.guardCount).allSatisfy { $0 == 0xA5 })
        #expect(bytes.suffix(Self.guardCount).allSatisfy { $0 == 0xA5 })
        return Array(bytes.dropFirst(Self.guardCount).dropLast(Self.guardCount))
    }

    private func depthwise(_ flags: UInt32) -> pk_depthwise_kernels {
        var kernels = pk_depthwise_kernels()
        pk_depthwise_init(&kernels, flags)
        return kernels
    }

    private func withRequantization<R>(channels: Int, random: inout SplitMix, _ body: (pk_requantization, [QuantizedMultiplier]) -> R) -> R
    {
        let padded = (channels + 63) / 64 * 64
        let multipliers = (0..<channels).map { _ in
            QuantizedMultiplier(Double.random(in: 1e-7...3, using: &random)) ?? QuantizedMultiplier(1)!
        }
        let fill = [Int32](repeating: 0, count: padded - channels)
        var numbers = (0..<channels).map { _ in Int32.random(in: -100_000...100_000, using: &random) } + fill
        numbers += multipliers.map(\.multiplier) + fill
        numbers += multipliers.map(\.leftShift) + fill
        numbers += multipliers.map(\.rightShift) + fill
        return numbers.withUnsafeBufferPointer { buffer in
            let base = buffer.baseAddress!
            return body(
                pk_requantization(
                    bias: base, multiplier: base + padded, left: base + 2 * padded, right: base + 3 * padded, scale: nil, offset: nil,
                    offset_negative: nil, form: nil, zero_point: 7, minimum: 2, maximum: 250, flip: 0), multipliers)
        }
    }

    private func stored(_ sum: Int32, _ channel: Int, _ requantization: pk_requantization, _ multipliers: [QuantizedMultiplier]) -> UInt8 {
        let value = multipliers[channel].apply(to: sum + requantization.bias[channel]) + requantization.zero_point
        return UInt8(min(max(value, requantization.minimum), requantization.maximum))
    }

    private func halves(_ count: Int, _ fill: Fill, _ random: inout SplitMix) -> [Int16] {
        (0..<count).map { index in
            switch fill {
            case .random: Int16.random(in: -255...255, using: &random)
            case .allMinimum: -255
            case .allMaximum: 255
            case .alternating: index.isMultiple(of: 2) ? -255 : 255
            }
        }
    }

    @Test(arguments: flagSets, Fill.allCases) func depthwiseEqualsTheNorm(flags: UInt32, fill: Fill) {
        var random = SplitMix(seed: 12)
        let depthwise = depthwise(flags).depthwise_u8_s16
        for channels in Self.counts {
            let (height, width) = (4, 5)
            var window = pk_window(
                input_height: 4, input_width: 5, input_channels: Int32(channels), output_height: 4, output_width: 5,
                output_channels: Int32(channels), kernel_height: 3, kernel_width: 3, stride_height: 1, stride_width: 1,
                dilation_height: 1, dilation_width: 1, pad_top: 1, pad_left: 1, input_zero: 130, input_flip: 0)
            let x = fill.bytes(count: height * width * channels, isSigned: false, using: &random)
            let weights = halves(9 * channels, fill, &random)
            withRequantization(channels: channels, random: &random) { requantization, multipliers in
                var copy = requantization
                let actual = guarded(count: x.count) { depthwise?(&window, x, weights, nil, &copy, $0, 0, height) }
                for (index, byte) in actual.enumerated() {
                    let (channel, column, line) = (index % channels, index / channels % width, index / channels / width)
                    var sum: Int32 = 0
                    for ky in 0..<3 {
                        for kx in 0..<3 {
                            let (y, place) = (line + ky - 1, column + kx - 1)
                            guard y >= 0, y < height, place >= 0, place < width else { continue }
                            sum +=
                                (Int32(x[(y * width + place) * channels + channel]) - 130)
                                * Int32(weights[(ky * 3 + kx) * channels + channel])
                        }
                    }
                    if byte != stored(sum, channel, requantization, multipliers) {
                        Issue.record("flags \(flags) \(fill) \(channels) channels, element \(index)")
                        return
                    }
                }
            }
        }
    }
}
