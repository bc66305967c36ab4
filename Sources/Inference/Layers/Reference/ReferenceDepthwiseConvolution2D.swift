import Tensors

/// DEPTHWISE_CONV_2D, the norm: output channel o sees input channel o / depthMultiplier.
struct ReferenceDepthwiseConvolution2D: PreparedLayer {
    let window: Window2D
    let depthMultiplier: Int
    /// Weights [1,KH,KW,O].
    let constants: QuantizedWeights
    let input: Region
    let output: Region

    func run(_ arena: borrowing Arena) {
        if constants.input.isSigned {
            run(arena, Int8.self) { Int8(truncatingIfNeeded: $0) }
        } else {
            run(arena, UInt8.self) { UInt8(truncatingIfNeeded: $0) }
        }
    }

    @inline(__always)
    private func run<T: FixedWidthInteger & BitwiseCopyable>(_ arena: borrowing Arena, _ type: T.Type, _ stored: (Int32) -> T) {
        let x = arena.span(input, of: T.self)
        var y = arena.mutableSpan(output, of: T.self)
        for batch in 0..<window.batches {
            for row in 0..<window.outputHeight {
                for column in 0..<window.outputWidth {
                    let pixel = (batch * window.outputHeight + row) * window.outputWidth + column
                    for channel in 0..<window.outputChannels {
                        let sum = sum(x, batch: batch, row: row, column: column, channel: channel)
                        y[pixel * window.outputChannels + channel] = stored(constants.stage.stored(sum, channel: channel))
                    }
                }
            }
        }
    }

    @inline(__always)
    private func sum<T: FixedWidthInteger & BitwiseCopyable>(
        _ x: borrowing Span<T>, batch: Int, row: Int, column: Int, channel: Int
    ) -> Int32 {
        let weights = constants.weights
        var sum: Int32 = 0
        for ky in 0..<window.kernelHeight {
            let line = row * window.strideHeight - window.padTop + ky * window.dilationHeight
            guard line >= 0, line < window.inputHeight else { continue }
            for kx in 0..<window.kernelWidth {
                let place = column * window.strideWidth - window.padLeft + kx * window.dilationWidth
                guard place >= 0, place < window.inputWidth else { continue }
                let from = ((batch * window.inputHeight + line) * window.inputWidth + place) * window.inputChannels
                let value = Int32(x[from + channel / depthMultiplier]) &- constants.input.zeroPoint
                let weight = weights[(ky * window.kernelWidth + kx) * window.outputChannels + channel]
                // Bound: the sum of |x - zero| * |w| fits Int32 for every channel, proven in Preparation.quantizedWeights.
                sum &+= value &* Int32(weight)
            }
        }
        return sum
    }
}
