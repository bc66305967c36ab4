import FixedPoint
import ModelGraph
import Tensors

/// The constants of a convolution or a fully-connected layer, read and proven.
struct QuantizedWeights: Sendable {
    /// In the file's order.
    let weights: WeightBytes
    /// Of each output channel.
    let sums: WeightSums
    let stage: OutputStage
    let input: ByteMeaning

    /// The stage for kernels that sum products of the inputs as they are, in their own form, and that may follow `OutputStage.forms`.
    ///
    /// - Parameters:
    ///   - followingForms: whether they requantise in single precision where that is proven.
    ///   - pixelCount: how many outputs each channel has in a run.
    func stage(_ kernels: Kernels, followingForms: Bool, pixelCount: Int) -> OutputStage {
        let folded = stage.folded(sums, inputZeroPoint: input.kernelZero)
        guard followingForms else { return folded }
        let provable = folded.provable(sums, inputZeroPoint: input.unsignedZero)
        return pixelCount >= Self.largePixelCount ? provable.proven(kernels) : provable
    }

    /// With so many pixels the first run alone is worth the proofs, 0.25 us a channel; else they come later.
    private static let largePixelCount = 1024
}

/// How the reference forms input scale * weight scale / output scale. The roundings differ, and a wrong choice shows in a few outputs of
/// a million.
enum ScaleProduct {
    /// The product is rounded to float32 before the division.
    case single
    /// All in double.
    case double
}

extension Preparation {
    /// Reads weights (input 1) and bias (input 2, may be absent), and proves that no sum leaves Int32.
    ///
    /// - Parameters:
    ///   - channelAxis: the axis of the output channels in the weights' shape, the first or the last one.
    ///   - product: the layer's rule for the effective scale, given whether the weights have a scale for each channel.
    func quantizedWeights(
        channelAxis: Int, activation: Activation, product: (_ isSigned: Bool, _ isPerChannel: Bool) -> ScaleProduct
    ) throws(InferenceError) -> QuantizedWeights {
        let (x, w, y) = (try fileInput(0), try fileInput(1), try fileOutput())
        guard x.elementType == y.elementType, x.elementType == w.elementType, x.elementType == .uint8 || x.elementType == .int8 else {
            throw unsupported("\(x.elementType) input, \(w.elementType) weights, \(y.elementType) output; only uint8 or int8 throughout")
        }
        guard let bytes = w.constant, bytes.count == w.byteCount else { throw unsupported("weights that are computed by the model") }
        let isSigned = x.elementType == .int8
        let (xq, wq, yq) = (try quantization(x), try quantization(w), try quantization(y))
        guard !xq.isPerAxis, !yq.isPerAxis else { throw unsupported("activations with a scale for each channel") }
        let channelCount = w.shape[channelAxis]
        guard wq.scales.count == 1 || (isSigned && wq.scales.count == channelCount) else {
            throw unsupported("\(wq.scales.count) weight scales for \(channelCount) channels of \(w.elementType)")
        }
        let typeRange: ClosedRange<Int32> = isSigned ? -128...127 : 0...255
        guard ([xq.zeroPoint, yq.zeroPoint] + wq.zeroPoints).allSatisfy(typeRange.contains) else {
            throw outOfRange("a zero point outside of \(typeRange)")
        }
        guard !isSigned || wq.zeroPoints.allSatisfy({ $0 == 0 }) else {
            throw unsupported("int8 weights with a zero point other than 0")
        }
        let rule = product(isSigned, wq.scales.count > 1)
        let biases = try readBiases(channelCount: channelCount, scales: (xq.scale, wq.scale, yq.scale), isChecked: rule == .single)
        let multipliers = try multipliers(channelCount: channelCount, scales: (xq.scale, wq.scales, yq.scale), rule: rule)
        let weights = WeightBytes(bytes, isSigned: isSigned, zero: wq.zeroPoint)
        let largestInput = max(Int64(xq.zeroPoint - typeRange.lowerBound), Int64(typeRange.upperBound - xq.zeroPoint))
        guard weights.count / channelCount < 1 << 23 else { throw outOfRange("\(weights.count / channelCount) weights for each channel") }
        let sums = WeightSums(weights, channelCount: channelCount, channelIsOutermost: channelAxis == 0)
        try proveSums(sums, largestInput: largestInput, biases: biases, multipliers: multipliers)
        let stage = OutputStage(
            biases: biases, multipliers: multipliers, zeroPoint: yq.zeroPoint,
            range: try outputRange(activation, of: y), isSigned: isSigned, storesSigned: try outputBytes().isSigned)
        return QuantizedWeights(weights: weights, sums: sums, stage: stage, input: try inputBytes(0))
    }

    private func readBiases(
        channelCount: Int, scales: (x: Float, w: Float, y: Float), isChecked: Bool
    ) throws(InferenceError) -> [Int32] {
        guard let bias = optionalInput(2) else { return [Int32](repeating: 0, count: channelCount) }
        guard bias.elementType == .int32, bias.shape.elementCount == channelCount else {
            throw unsupported("a bias of \(bias.elementType) \(bias.shape) for \(channelCount) channels")
        }
        guard let bytes = bias.constant, bytes.count == bias.byteCount else { throw unsupported("a bias that is computed by the model") }
        if isChecked, let quantization = bias.quantization {
            // The reference's own condition: the bias counts in units of the product, up to what cannot show in the output.
            let difference = (Double(scales.x) * Double(scales.w) - Double(quantization.scale)).magnitude / Double(scales.y)
            guard difference <= 0.02 else { throw outOfRange("the bias has the scale \(quantization.scale), not input times weights") }
        }
        return bytes.littleEndianInt32Values
    }

    private func multipliers(
        channelCount: Int, scales: (x: Float, w: [Float], y: Float), rule: ScaleProduct
    ) throws(InferenceError) -> [QuantizedMultiplier] {
        var multipliers: [QuantizedMultiplier] = []
        multipliers.reserveCapacity(channelCount)
        for channel in 0..<channelCount {
            let w = scales.w.count == 1 ? scales.w[0] : scales.w[channel]
            let product =
                switch rule {
                case .single: Double(scales.x * w)
                case .double: Double(scales.x) * Double(w)
                }
            guard let multiplier = QuantizedMultiplier(product / Double(scales.y)) else {
                throw outOfRange("scales \(scales.x) * \(w) / \(scales.y) are too far apart")
            }
            multipliers.append(multiplier)
        }
        return multipliers
    }

    /// Rule A2, with the real weights: for every channel the sum of |w| * largest |x| fits Int32.
    ///
    /// Dead channels of real models have a bias at the end of Int32; adding it wraps around, in the reference as here, in whatever order
    /// the sum is formed. What must not overflow is the scaled sum plus the zero point: either the whole sum times 2^leftShift stays 256
    /// below 2^31, or the factor is at most a half.
    private func proveSums(
        _ sums: WeightSums, largestInput: Int64, biases: [Int32], multipliers: [QuantizedMultiplier]
    ) throws(InferenceError) {
        for channel in biases.indices {
            let products = sums.magnitude(channel) * largestInput
            guard products <= Int64(Int32.max) else { throw outOfRange("channel \(channel) can sum up to \(products), which is no Int32") }
            let largest = (Int64(Int32.max) - 256) >> Int64(multipliers[channel].leftShift)
            guard
                products + Int64(biases[channel].magnitude) <= largest || multipliers[channel].rightShift > 0
                    || multipliers[channel].multiplier == 0
            else {
                throw outOfRange("channel \(channel) can sum up to \(products) and bias, too much for its scale")
            }
        }
    }
}

extension ArraySlice<UInt8> {
    /// The bytes as little-endian Int32 numbers.
    fileprivate var littleEndianInt32Values: [Int32] {
        var values: [Int32] = []
        values.reserveCapacity(count / 4)
        var index = startIndex
        while index + 4 <= endIndex {
            let bits =
                UInt32(self[index]) | UInt32(self[index + 1]) << 8 | UInt32(self[index + 2]) << 16 | UInt32(self[index + 3]) << 24
            values.append(Int32(bitPattern: bits))
            index += 4
        }
        return values
    }
}
