import FixedPoint
import ModelGraph
import Tensors

/// What a quantised ADD or SUB needs. Tables are indexed by the bits of an element and have 256 entries.
struct QuantizedSum: Sendable {
    /// Each stored value of the first input, less its zero point, on the common scale with 20 more bits.
    let first: [Int32]
    /// The same for the second input, negated for SUB.
    let second: [Int32]
    /// What one step of each input is on the common scale, without rounding; the second's negated for SUB.
    let firstSlope: Double
    let secondSlope: Double
    /// From the common scale to the output's.
    let multiplier: QuantizedMultiplier
    let zeroPoint: Int32
    let range: OutputRange
    let bytes: ByteFacts
}

/// What a quantised MUL needs.
struct QuantizedProduct: Sendable {
    /// Each stored value less its zero point.
    let first: [Int32]
    let second: [Int32]
    let multiplier: QuantizedMultiplier
    let zeroPoint: Int32
    let range: OutputRange
    let bytes: ByteFacts
}

/// What a quantised DIV needs.
struct QuantizedQuotient: Sendable {
    let first: [Int32]
    let second: [Int32]
    /// The mantissa of the scale ratio, and its exponent.
    let multiplier: Int32
    let exponent: Int32
    let zeroPoint: Int32
    let range: OutputRange
}

extension Preparation {
    /// Scale ratios are computed with the same mixture of single and double precision as in TFLite.
    func quantizedSum(
        _ a: Graph.Tensor, _ b: Graph.Tensor, _ y: Graph.Tensor, subtracts: Bool, _ activation: Activation
    ) throws(InferenceError) -> QuantizedSum {
        let (qa, qb, qy) = (try perTensorQuantization(a), try perTensorQuantization(b), try perTensorQuantization(y))
        let twiceLargerScale = Double(2 * max(qa.scale, qb.scale))
        let first = try quantizedMultiplier(Double(qa.scale) / twiceLargerScale)
        let second = try quantizedMultiplier(Double(qb.scale) / twiceLargerScale)
        let output = try quantizedMultiplier(twiceLargerScale / Double(Float(1 << ElementwiseReference.sumHeadroom) * qy.scale))
        try requireStoredZeroPoint(a, qa)
        try requireStoredZeroPoint(b, qb)
        let headroom = Double(1 << ElementwiseReference.sumHeadroom)
        return QuantizedSum(
            first: offsets(a, qa).map { ElementwiseReference.scale($0, first) },
            second: offsets(b, qb).map { (subtracts ? -1 : 1) * ElementwiseReference.scale($0, second) },
            firstSlope: first.factor * headroom, secondSlope: (subtracts ? -1 : 1) * second.factor * headroom, multiplier: output,
            zeroPoint: qy.zeroPoint, range: try outputRange(activation, of: y), bytes: byteFacts(a, qa, qb, qy))
    }

    func quantizedProduct(
        _ a: Graph.Tensor, _ b: Graph.Tensor, _ y: Graph.Tensor, _ activation: Activation
    ) throws(InferenceError) -> QuantizedProduct {
        let (qa, qb, qy) = (try perTensorQuantization(a), try perTensorQuantization(b), try perTensorQuantization(y))
        try requireStoredZeroPoint(a, qa)
        try requireStoredZeroPoint(b, qb)
        return QuantizedProduct(
            first: offsets(a, qa), second: offsets(b, qb),
            // Single precision throughout, as in TFLite.
            multiplier: try quantizedMultiplier(Double(qa.scale * qb.scale / qy.scale)), zeroPoint: qy.zeroPoint,
            range: try outputRange(activation, of: y), bytes: byteFacts(a, qa, qb, qy))
    }

    private func byteFacts(_ a: Graph.Tensor, _ first: Quantization, _ second: Quantization, _ output: Quantization) -> ByteFacts {
        ByteFacts(
            isSigned: a.elementType == .int8, firstZero: first.zeroPoint, secondZero: second.zeroPoint, outputZero: output.zeroPoint)
    }

    func quantizedQuotient(
        _ a: Graph.Tensor, _ b: Graph.Tensor, _ y: Graph.Tensor, _ activation: Activation
    ) throws(InferenceError) -> QuantizedQuotient {
        let (qa, qb, qy) = (try perTensorQuantization(a), try perTensorQuantization(b), try perTensorQuantization(y))
        try requireStoredZeroPoint(a, qa)
        try requireStoredZeroPoint(b, qb)
        let multiplier = try quantizedMultiplier(Double(qa.scale / (qb.scale * qy.scale)))
        // The quotient is shifted right by at least 23 bits in all, so that the last shift is to the right.
        guard multiplier.exponent <= 23 else { throw outOfRange("the scale ratio of a division") }
        return QuantizedQuotient(
            first: offsets(a, qa), second: offsets(b, qb), multiplier: multiplier.multiplier, exponent: Int32(multiplier.exponent),
            zeroPoint: qy.zeroPoint, range: try outputRange(activation, of: y))
    }

    /// Stored values less the zero point, in the order of their bits.
    private func offsets(_ tensor: Graph.Tensor, _ quantization: Quantization) -> [Int32] {
        (0..<256).map { bits in
            (tensor.elementType == .int8 ? Int32(Int8(truncatingIfNeeded: bits)) : Int32(bits)) - quantization.zeroPoint
        }
    }

    /// The bounds of the quantised arithmetic need zero points within the element type.
    func requireStoredZeroPoint(_ tensor: Graph.Tensor, _ quantization: Quantization) throws(InferenceError) {
        guard let range = tensor.elementType.eightBitRange, range.clamp(quantization.zeroPoint) == quantization.zeroPoint else {
            throw outOfRange("the zero point \(quantization.zeroPoint) of '\(tensor.name)' is no \(tensor.elementType)")
        }
    }
}
