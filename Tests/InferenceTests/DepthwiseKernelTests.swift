import CKernels
import Inference
import Testing

/// The depthwise kernels by lines alone: every form of requantisation, weights of more than eight bits, rolling buffers, and not one byte
/// written outside of the lines.
@Suite struct DepthwiseKernelTests {
    static let flagSets: [UInt32] = Array(Set([0, pk_cpu_flags() & PK_CPU_AVX2, pk_cpu_flags()])).sorted()

    /// A layer with everything that its kernel needs.
    private struct Trial {
        static let zero: Int32 = 130
        let height = 9
        let width = 11
        let channels: Int
        let kernel: Int
        let stride: Int
        /// What is read is XORed with it.
        let flip: UInt8
        /// The values, as uint8.
        let x: [UInt8]
        let weights: [Int16]
        let stage: Stage
        /// With the zero point folded.
        let folded: Stage

        init(
            channels: Int, kernel: Int, stride: Int, flip: UInt8, weightRange: ClosedRange<Int16>, form: UInt8?, random: inout SplitMix
        ) {
            (self.channels, self.kernel, self.stride, self.flip) = (channels, kernel, stride, flip)
            x = (0..<height * width * channels).map { _ in
                [0, 255, UInt8.random(in: 0...255, using: &random)].randomElement(using: &random) ?? 0
            }
            // One channel in eight has the whole range, the others fit eight bits.
            weights = (0..<kernel * kernel * channels).map { index in
                let range = index % channels % 8 == 3 ? weightRange : weightRange.clamped(to: -128...127)
                return [range.lowerBound, range.upperBound, .random(in: range, using: &random)].randomElement(using: &random) ?? 0
            }
            stage = Stage(channels: channels, form: form, random: &random)
            var sums = [Int32](repeating: 0, count: channels)
            for (index, weight) in weights.enumerated() { sums[index % channels] += Int32(weight) }
            // The arm64 kernels read int8.
            folded = Stage(stage, subtracting: sums.map { $0 * (Self.zero - (PK_READS_SIGNED == 0 ? 0 : 128)) })
        }

        /// The bytes that give the values when they are read: as uint8 on x86_64, as int8 on arm64.
        var stored: [UInt8] { x.map { $0 ^ flip ^ (PK_READS_SIGNED == 0 ? 0 : 0x80) } }

        var outputHeight: Int { (height + stride - 1) / stride }
        var outputWidth: Int { (width + stride - 1) / stride }
        private func pad(_ extent: Int) -> Int { max((extent + stride - 1) / stride * stride - stride + kernel - extent, 0) / 2 }

        var window: pk_window {
            pk_window(
                input_height: Int32(height), input_width: Int32(width), input_channels: Int32(channels),
                output_height: Int32(outputHeight), output_width: Int32(outputWidth), output_channels: Int32(channels),
                kernel_height: Int32(kernel), kernel_width: Int32(kernel), stride_height: Int32(stride), stride_width: Int32(stride),
                dilation_height: 1, dilation_width: 1, pad_top: Int32(pad(height)), pad_left: Int32(pad(width)),
                input_zero: Self.zero - (PK_READS_SIGNED == 0 ? 0 : 128), input_flip: flip)
        }

        func expected() -> [UInt8] {
            (0..<outputHeight * outputWidth * channels).map { index in
                let (channel, column, line) = (index % channels, index / channels % outputWidth, index / channels / outputWidth)
                var sum: Int32 = 0
                for ky in 0..<kernel {
                    for kx in 0..<kernel {
                        let (y, place) = (line * stride - pad(height) + ky, column * stride - pad(width) + kx)
                        guard y >= 0, y < height, place >= 0, place < width else { continue }
                        let weight = weights[(ky * kernel + kx) * channels + channel]
                        sum += (Int32(x[(y * width + place) * channels + channel]) - Self.zero) * Int32(weight)
                    }
                }
                return stage.stored(sum, channel)
            }
        }

        /// Lends the arguments of a call; x, out and the lines are the caller's to set.
        func withArguments(_ kernels: pk_depthwise_kernels, _ body: (inout pk_depthwise_lines) -> Void) {
            let packing: DepthwiseWeights.Packing =
                switch kernels.packing {
                case PK_DEPTHWISE_QUADS: .quads
                case PK_DEPTHWISE_PAIRS: .pairs
                case PK_DEPTHWISE_TAPS: .taps
                default: .plain
                }
            let packed = DepthwiseWeights(weights, kernelHeight: kernel, kernelWidth: kernel, channels: channels, packing: packing)
            var window = window
            folded.withKernelValue { requantization in
                packed.halves.withUnsafeBytes { halves in
                    packed.bytes.withUnsafeBytes { bytes in
                        packed.planes.withUnsafeBufferPointer { planes in
                            withUnsafePointer(to: &window) { window in
                                var arguments = pk_depthwise_lines()
                                arguments.window = window
                                arguments.weights = packing == .quads || packing == .taps ? bytes.baseAddress : halves.baseAddress
                                arguments.planes = planes.baseAddress
                                arguments.requantization = requantization
                                body(&arguments)
                            }
                        }
                    }
                }
            }
        }
    }

    private func kernels(_ flags: UInt32) -> pk_depthwise_kernels {
        var kernels = pk_depthwise_kernels()
        pk_depthwise_init(&kernels, flags)
        return kernels
    }

    /// The forms that a kernel knows: those in single precision are for x86_64. Nil is a mixture.
    private func forms(_ flags: UInt32) -> [UInt8?] { flags & PK_CPU_AVX2 == 0 ? [0] : [0, 1, 2, nil] }

    @Test(arguments: flagSets, [1, 3, 5]) func allLinesOfAnImage(flags: UInt32, kernel: Int) {
        var random = SplitMix(seed: 77)
        let kernels = kernels(flags)
        for channels in [1, 3, 8, 15, 16, 17, 24, 31, 33, 48, 64, 65, 130] {
            // Those up to 85 fit int16 three by three, those from -127 two by two, the others need several planes of bytes.
            let ranges: [ClosedRange<Int16>] = [-85...85, -127...127, -128...127, -255...255]
            for (form, range) in forms(flags).flatMap({ form in ranges.map { (form, $0) } }) {
                for (stride, flip) in [(1, 0), (1, 0x80), (2, 0), (2, 0x80), (3, 0x80)] as [(Int, UInt8)] {
                    let trial = Trial(
                        channels: channels, kernel: kernel, stride: stride, flip: flip, weightRange: range, form: form, random: &random)
                    let expected = trial.expected()
                    let actual = Guarded.bytes(count: expected.count) { out in
                        trial.withArguments(kernels) { arguments in
                            trial.stored.withUnsafeBufferPointer { x in
                                (arguments.x, arguments.ring, arguments.out) = (x.baseAddress, Int32(trial.height), out)
                                (arguments.first, arguments.end) = (0, trial.outputHeight)
                                kernels.lines(&arguments)
                            }
                        }
                    }
                    #expect(
                        actual == expected,
                        "flags \(flags), \(channels) channels, stride \(stride), flip \(flip), form \(form ?? 9), \(range)")
                }
            }
        }
    }

    @Test(arguments: flagSets, [3, 5]) func linesOfARollingBuffer(flags: UInt32, kernel: Int) {
        var random = SplitMix(seed: 78)
        let kernels = kernels(flags)
        for (channels, stride) in [(24, 1), (24, 2), (64, 1), (70, 2), (16, 3)] {
            let trial = Trial(
                channels: channels, kernel: kernel, stride: stride, flip: 0, weightRange: -127...127, form: 0, random: &random)
            let (expected, stored, lineCount) = (trial.expected(), trial.stored, trial.width * channels)
            let outputCount = trial.outputWidth * channels
            var buffer = [UInt8](repeating: 0xEE, count: kernel * lineCount)
            var filled = 0
            for line in 0..<trial.outputHeight {
                // Only the lines under the window are there: those before are overwritten, those behind have not come yet.
                let end = min(line * stride - Int(trial.window.pad_top) + kernel, trial.height)
                while filled < end {
                    for index in 0..<lineCount { buffer[filled % kernel * lineCount + index] = stored[filled * lineCount + index] }
                    filled += 1
                }
                let actual = Guarded.bytes(count: outputCount) { out in
                    trial.withArguments(kernels) { arguments in
                        buffer.withUnsafeBufferPointer { x in
                            (arguments.x, arguments.ring, arguments.out) = (x.baseAddress, Int32(kernel), out)
                            (arguments.first, arguments.end) = (line, line + 1)
                            kernels.lines(&arguments)
                        }
                    }
                }
                #expect(actual == Array(expected[line * outputCount..<(line + 1) * outputCount]), "flags \(flags), line \(line)")
            }
        }
    }
}
