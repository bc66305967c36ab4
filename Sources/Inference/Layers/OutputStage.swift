import FixedPoint
import ModelGraph
import Tensors

/// What the bytes of an activation in the arena stand for.
struct ByteMeaning: Sendable {
    let isSigned: Bool
    let zeroPoint: Int32

    /// Whether the product kernels want the other form.
    var needsFlip: Bool { isSigned != Kernels.readsSigned }
    /// The zero point in the domain of uint8.
    var unsignedZero: Int32 { isSigned ? zeroPoint + 128 : zeroPoint }
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
    /// The kernels' form: biases, multipliers, left and right shifts, each filled up with zeros to `paddedChannelCount`. A kernel's bias is
    /// not always the norm's: see `folded` and `proven`.
    private(set) var numbers: [Int32]
    /// The proven form in single precision: scales, offsets, offsets of negative sums, each filled up like `numbers`.
    private(set) var floats: [Float]
    /// How each block of `Kernels.requantizationBlock` channels is requantised.
    private(set) var forms: [UInt8]
    /// What forms can be proven from; nil where the kernels do not follow `forms`, or where they are proven already.
    private var evidence: Evidence?
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

    /// The norm: the stored value of a channel's sum (bias not yet added).
    func stored(_ sum: Int32, channel: Int) -> Int32 {
        // Bound: the scaled sum stays 256 below 2^31, proven in Preparation.quantizedWeights; adding a huge bias may wrap around.
        let scaled = multipliers[channel].apply(to: sum &+ biases[channel]) &+ zeroPoint
        return min(max(scaled, minimum), maximum)
    }
}

/// What sums can occur follows from it.
private struct Evidence: Sendable {
    let sums: WeightSums
    /// In the domain of uint8.
    let inputZeroPoint: Int32
}

extension OutputStage {
    /// The stage for kernels that sum products of the inputs as they are: -inputZeroPoint * (sum of the weights) is part of the bias.
    ///
    /// - Parameter inputZeroPoint: in the domain in which the kernel sees its inputs.
    func folded(_ sums: WeightSums, inputZeroPoint: Int32) -> OutputStage {
        precondition(sums.count == channelCount)
        var stage = self
        for channel in 0..<channelCount {
            // Bound: wraps where the sum wraps; the two together are the norm's sum modulo 2^32.
            stage.numbers[channel] = numbers[channel] &- inputZeroPoint &* Int32(truncatingIfNeeded: sums.total(channel))
        }
        return stage
    }

    /// The same stage, for kernels that follow `forms`: they may be proven later.
    ///
    /// - Parameters:
    ///   - sums: of the weights, from which the sums that can occur follow.
    ///   - inputZeroPoint: in the domain of uint8.
    func provable(_ sums: WeightSums, inputZeroPoint: Int32) -> OutputStage {
        precondition(sums.count == channelCount)
        var stage = self
        stage.evidence = Evidence(sums: sums, inputZeroPoint: inputZeroPoint)
        return stage
    }

    /// The stage with single precision wherever it is proven for all channels of a block; the same stage if it is not provable.
    ///
    /// Such a block's bias belongs to its form: it may be shifted. Kernels that do not look at `forms` need the stage as it was.
    func proven(_ kernels: Kernels) -> OutputStage {
        guard let evidence else { return self }
        var stage = self
        stage.evidence = nil
        var search = FloatFormSearch(kernels)
        let toBytes: Int32 = isSigned ? 128 : 0
        let block = Kernels.requantizationBlock
        var (numbers, floats) = (numbers, floats)
        var found: [FloatForm] = []
        found.reserveCapacity(block)
        for start in stride(from: 0, to: channelCount, by: block) {
            let channels = start..<min(start + block, channelCount)
            found.removeAll(keepingCapacity: true)
            for channel in channels {
                let bias = Int64(biases[channel])
                let range = evidence.sums.products(channel, inputZeroPoint: evidence.inputZeroPoint)
                let facts = ChannelFacts(
                    multiplier: multipliers[channel], sums: range.lowerBound + bias...range.upperBound + bias,
                    zeroPoint: zeroPoint + toBytes, minimum: minimum + toBytes, maximum: maximum + toBytes)
                guard let form = search.form(of: facts) else { break }
                found.append(form)
            }
            if found.count < channels.count { continue }
            stage.forms[start / block] = found.allSatisfy(\.isUnsigned) ? Kernels.unsignedForm : Kernels.signedForm
            for (channel, form) in zip(channels, found) {
                floats[channel] = form.scale
                floats[paddedChannelCount + channel] = form.offset
                floats[2 * paddedChannelCount + channel] = form.negativeOffset
                // Bound: the search gives shifts only where the sum cannot leave Int32; a folded bias may wrap before.
                numbers[channel] = numbers[channel] &+ form.biasShift
            }
        }
        (stage.numbers, stage.floats) = (numbers, floats)
        return stage
    }
}
