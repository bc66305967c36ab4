import Tensors

/// CONV_2D and TRANSPOSE_CONV, the norm: one output at a time, one product at a time.
struct ReferenceConvolution2D: PreparedLayer {
    let window: Window2D
    let isTransposed: Bool
    /// Weights [O,KH,KW,I].
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

    /// The sum over the window, without the bias. Inputs outside of the image count as zero.
    @inline(__always)
    private func sum<T: FixedWidthInteger & BitwiseCopyable>(
        _ x: borrowing Span<T>, batch: Int, row: Int, column: Int, channel: Int
    ) -> Int32 {
        let depth = window.inputChannels
        let weights = constants.weights
        var sum: Int32 = 0
        for ky in 0..<window.kernelHeight {
            guard
                let line = source(
                    row, tap: ky, stride: window.strideHeight, dilation: window.dilationHeight, pad: window.padTop,
                    extent: window.inputHeight)
            else { continue }
            for kx in 0..<window.kernelWidth {
                guard
                    let place = source(
                        column, tap: kx, stride: window.strideWidth, dilation: window.dilationWidth, pad: window.padLeft,
                        extent: window.inputWidth)
                else { continue }
                let from = ((batch * window.inputHeight + line) * window.inputWidth + place) * depth
                let weight = ((channel * window.kernelHeight + ky) * window.kernelWidth + kx) * depth
                for i in 0..<depth {
                    // Bound: the sum of |x - zero| * |w| fits Int32 for every channel, proven in Preparation.quantizedWeights.
                    sum &+= (Int32(x[from + i]) &- constants.input.zeroPoint) &* Int32(weights[weight + i])
                }
            }
        }
        return sum
    }

    /// The input line (or column) that a tap reads for an output line: along the stride, or against it when transposed.
    @inline(__always)
    private func source(_ output: Int, tap: Int, stride: Int, dilation: Int, pad: Int, extent: Int) -> Int? {
        if isTransposed {
            let scattered = output + pad - tap
            return scattered >= 0 && scattered % stride == 0 && scattered / stride < extent ? scattered / stride : nil
        }
        let gathered = output * stride - pad + tap * dilation
        return gathered >= 0 && gathered < extent ? gathered : nil
    }
}
