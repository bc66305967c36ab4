import FixedPoint
import ModelGraph
import Tensors

/// What the bytes of an activation stand for.
struct ByteMeaning: Sendable {
    let isSigned: Bool
    let zeroPoint: Int32
}

/// From the sum of a convolution or a product to the stored byte: bias, multiplier per channel, zero point, clamp.
struct OutputStage: Sendable {
    let channelCount: Int
    let zeroPoint: Int32
    /// The clamp, in stored units: the type's range, narrowed by the activation.
    let minimum: Int32
    let maximum: Int32
    /// One a channel.
    let biases: [Int32]
    /// One a channel.
    let multipliers: [QuantizedMultiplier]
    /// The kernels' form: biases, multipliers, left and right shifts, each filled up with zeros to `paddedChannelCount`.
    let numbers: [Int32]
    /// The proven form in single precision: scales, offsets, offsets of negative sums, each filled up like `numbers`.
    let floats: [Float]
    /// How each block of `Kernels.requantizationBlock` channels is requantised.
    let forms: [UInt8]
    /// What the kernels flip to store: 0x80 for int8.
    let flip: UInt8

    var paddedChannelCount: Int { numbers.count / 4 }

    init(biases: [Int32], multipliers: [QuantizedMultiplier], zeroPoint: Int32, range: OutputRange, isSigned: Bool) {
        precondition(biases.count == multipliers.count)
        channelCount = biases.count
        self.zeroPoint = zeroPoint
        minimum = range.lower
        maximum = range.upper
        flip = isSigned ? 0x80 : 0
        self.biases = biases
        self.multipliers = multipliers
        let multiple = Kernels.channelFill
        let fill = [Int32](repeating: 0, count: (biases.count + multiple - 1) / multiple * multiple - biases.count)
        numbers =
            biases + fill + multipliers.map(\.multiplier) + fill + multipliers.map(\.leftShift) + fill + multipliers.map(\.rightShift)
            + fill
        let padded = biases.count + fill.count
        floats = [Float](repeating: 0, count: 3 * padded)
        forms = [UInt8](repeating: 0, count: padded / Kernels.requantizationBlock)
    }

    /// The same stage behind other biases.
    private init(_ stage: OutputStage, biases: [Int32]) {
        channelCount = stage.channelCount
        zeroPoint = stage.zeroPoint
        minimum = stage.minimum
        maximum = stage.maximum
        flip = stage.flip
        self.biases = biases
        multipliers = stage.multipliers
        numbers = biases + stage.numbers[biases.count...]
        floats = stage.floats
        forms = stage.forms
    }

    /// The stage for kernels that multiply activations without taking their zero point off: their sums are larger by zero point times the
    /// sum of the weights, so that much leaves the biases. The final sums are the same, and so are the proven forms.
    ///
    /// - Parameters:
    ///   - weightSums: one a channel.
    ///   - inputZero: what the kernel reads for a zero: the zero point of uint8 where it reads uint8.
    func folding(weightSums: [Int32], inputZero: Int32) -> OutputStage {
        precondition(weightSums.count == channelCount)
        // Bound: none; sums wrap around, and the final one is in range as it was proven.
        return OutputStage(self, biases: zip(biases, weightSums).map { $0 &- inputZero &* $1 })
    }

    /// The norm: the stored value of a channel's sum (bias not yet added).
    func stored(_ sum: Int32, channel: Int) -> Int32 {
        // Bound: the scaled sum stays 256 below 2^31, proven in Preparation.quantizedWeights; adding a huge bias may wrap around.
        let scaled = multipliers[channel].apply(to: sum &+ biases[channel]) &+ zeroPoint
        return min(max(scaled, minimum), maximum)
    }
}
