import FixedPoint
import ModelGraph
import Tensors

/// What the bytes of an activation in the arena stand for.
struct ByteMeaning: Sendable {
    let isSigned: Bool
    let zeroPoint: Int32

    /// Whether the product kernels want the other form.
    var needsFlip: Bool { isSigned != Kernels.readsSigned }
    /// The zero point in the kernels' form.
    var kernelZero: Int32 { needsFlip ? zeroPoint + (isSigned ? 128 : -128) : zeroPoint }
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
    /// Whether the file's output is int8.
    let isSigned: Bool
    /// Whether the output in the arena is int8.
    let storesSigned: Bool

    var paddedChannelCount: Int { numbers.count / 4 }

    init(biases: [Int32], multipliers: [QuantizedMultiplier], zeroPoint: Int32, range: OutputRange, isSigned: Bool, storesSigned: Bool) {
        precondition(biases.count == multipliers.count)
        channelCount = biases.count
        self.zeroPoint = zeroPoint
        minimum = range.lower
        maximum = range.upper
        self.isSigned = isSigned
        self.storesSigned = storesSigned
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

    /// For kernels that sum stored * weight over all taps, where the norm sums (stored - inputZero) * weight: the rest is in the bias.
    func folding(weightSums: [Int32], inputZero: Int32) -> OutputStage {
        // Bound: wraps where the bias does; the scaled sum is the same.
        OutputStage(
            biases: zip(biases, weightSums).map { $0 &- $1 &* inputZero }, multipliers: multipliers, zeroPoint: zeroPoint,
            range: OutputRange(lower: minimum, upper: maximum), isSigned: isSigned, storesSigned: storesSigned)
    }

    /// The norm: the stored value of a channel's sum (bias not yet added).
    func stored(_ sum: Int32, channel: Int) -> Int32 {
        // Bound: the scaled sum stays 256 below 2^31, proven in Preparation.quantizedWeights; adding a huge bias may wrap around.
        let scaled = multipliers[channel].apply(to: sum &+ biases[channel]) &+ zeroPoint
        return min(max(scaled, minimum), maximum)
    }
}
