import Tensors

/// FULLY_CONNECTED, the norm: x [rowCount, depth] times weights [O, depth].
struct ReferenceFullyConnected: PreparedLayer {
    let rowCount: Int
    let depth: Int
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
        let weights = constants.weights
        let channels = constants.stage.channelCount
        for row in 0..<rowCount {
            for channel in 0..<channels {
                var sum: Int32 = 0
                for i in 0..<depth {
                    // Bound: the sum of |x - zero| * |w| fits Int32 for every channel, proven in Preparation.quantizedWeights.
                    sum &+= (Int32(x[row * depth + i]) &- constants.input.zeroPoint) &* Int32(weights[channel * depth + i])
                }
                y[row * channels + channel] = stored(constants.stage.stored(sum, channel: channel))
            }
        }
    }
}
