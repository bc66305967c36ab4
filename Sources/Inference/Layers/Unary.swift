import FixedPoint
import ModelGraph
import Tensors

/// A function of each element of a float32 tensor. May run in place.
struct PreparedFloatUnary: SplitLayer {
    let function: Unary
    let input: Region
    let output: Region
    let elements: ElementParts

    var partCount: Int { elements.partCount }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        let range = elements.elements(of: parts)
        var target = arena.mutableSpan(output.elements(range, byteCount: 4), of: Float.self)
        UnaryReference.float32(function, arena.span(input.elements(range, byteCount: 4)), to: &target, count: range.count)
    }
}

extension Preparation {
    /// LOGISTIC, RELU, RELU6, RELU_N1_TO_1, LEAKY_RELU, HARD_SWISH on uint8, int8 or float32; SQRT on float32.
    ///
    /// All 8-bit functions become a table here, so that `run` does not depend on how they are computed.
    mutating func prepareUnary(_ unary: Unary) throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try fileInput(0), try fileOutput())
        try requireSameType(x, y)
        try requireSameCount(x, y)
        let count = x.shape.elementCount
        if x.elementType == .float32 {
            return PreparedFloatUnary(
                function: unary, input: try inputRegion(0), output: try outputRegion(),
                elements: ElementParts(count: count, partSize: ElementParts.scalarPartSize))
        }
        guard let table = LookupTable(from: x.elementType, to: y.elementType, try quantizedFunction(unary, x, y)) else {
            throw unsupported("\(unary) of \(x.elementType)")
        }
        return try lookup(table, count: count)
    }

    /// The function on the file's stored values.
    func quantizedFunction(
        _ unary: Unary, _ x: Graph.Tensor, _ y: Graph.Tensor
    ) throws(InferenceError) -> (Int32) -> Int32 {
        let (from, to) = (try perTensorQuantization(x), try perTensorQuantization(y))
        let all = try outputRange(.none, of: y)
        switch unary {
        case .logistic:
            return { UnaryReference.logistic($0, from: from, to: to, range: all) }
        case .relu: return try rescaling(from, to, try outputRange(.relu, of: y))
        case .relu6: return try rescaling(from, to, try outputRange(.relu6, of: y))
        case .reluN1To1: return try rescaling(from, to, try outputRange(.reluN1To1, of: y))
        case .leakyRelu(let alpha):
            // Ratios in single precision, as in TFLite.
            let slope = from.scale * alpha / to.scale
            let identity = try quantizedMultiplier(Double(from.scale / to.scale))
            let magnitude = try quantizedMultiplier(Double(abs(slope)))
            return {
                UnaryReference.leakyRelu(
                    $0 - from.zeroPoint, identity: identity, slope: magnitude, slopeIsNegative: slope < 0, zeroPoint: to.zeroPoint,
                    range: all)
            }
        case .hardSwish:
            let facts = try hardSwishFacts(from, to, all)
            try requireStoredZeroPoint(x, from)
            return { UnaryReference.hardSwish($0, facts) }
        case .squareRoot: throw unsupported("a square root of \(x.elementType)")
        }
    }

    /// The function of RELU and its kin: rescale, then clamp.
    private func rescaling(_ from: Quantization, _ to: Quantization, _ range: OutputRange) throws(InferenceError) -> (Int32) -> Int32 {
        let multiplier = try quantizedMultiplier(Double(from.scale / to.scale))
        return { QuantizeReference.requantize($0 - from.zeroPoint, multiplier, zeroPoint: to.zeroPoint, range: range) }
    }

    private func hardSwishFacts(_ from: Quantization, _ to: Quantization, _ range: OutputRange) throws(InferenceError) -> HardSwishFacts {
        // All in single precision, as in TFLite: the input has 7 more bits; the gate's unit is 3 / 2^15.
        let fineScale = (1 / 128 as Float) * from.scale
        let output = try quantizedMultiplier(Double(fineScale / to.scale))
        let gate = try quantizedMultiplier(Double(fineScale / (3 / 32768 as Float)))
        guard output.exponent <= 0 else { throw outOfRange("the scale ratio \(from.scale / to.scale) of a hard swish") }
        return HardSwishFacts(
            inputZeroPoint: from.zeroPoint, outputMultiplier: output.multiplierInSixteenBits, outputRightShift: output.rightShift,
            gateMultiplier: gate.multiplierInSixteenBits, gateExponent: Int32(gate.exponent), outputZeroPoint: to.zeroPoint, range: range)
    }
}

/// What a quantised HARD_SWISH needs.
struct HardSwishFacts: Sendable {
    let inputZeroPoint: Int32
    let outputMultiplier: Int16
    let outputRightShift: Int32
    let gateMultiplier: Int16
    /// Of the power of two of the gate's factor, either sign.
    let gateExponent: Int32
    let outputZeroPoint: Int32
    let range: OutputRange
}
