import FixedPoint
import ModelGraph
import Tensors

/// Functions of one stored 8-bit value. They fill tables while a layer is prepared.
enum UnaryReference {
    /// Computed in single precision from the real input, then quantised.
    static func logistic(_ x: Int32, from: Quantization, to: Quantization, range: OutputRange) -> Int32 {
        let real = Exponentials.logistic(from.scale * Float(x - from.zeroPoint))
        let steps = (real * (1 / to.scale)).rounded(.toNearestOrAwayFromZero) + Float(to.zeroPoint)
        return range.clamp(Int32(CastReference.integer(steps, -1_000_000_000, 1_000_000_000)))
    }

    /// - Parameter offset: stored value less zero point.
    static func leakyRelu(
        _ offset: Int32, identity: QuantizedMultiplier, slope: QuantizedMultiplier, slopeIsNegative: Bool, zeroPoint: Int32,
        range: OutputRange
    ) -> Int32 {
        // Bound: wraps for absurd scales only, as in the reference.
        guard offset < 0 else { return range.clamp(zeroPoint &+ identity.apply(to: offset)) }
        let scaled = slope.apply(to: offset)
        return range.clamp(slopeIsNegative ? zeroPoint &- scaled : zeroPoint &+ scaled)
    }

    /// x * relu6(x + 3) / 6 in 16-bit fractions: x on the output's scale times a gate in 0..<1.
    static func hardSwish(_ x: Int32, _ facts: HardSwishFacts) -> Int32 {
        // Bound: the zero point is a stored value, so |x - zero point| <= 255, times 128 is 32 640.
        let fine = Int16((x - facts.inputZeroPoint) * 128)
        let value = FixedPoint.saturatingRoundingDoublingHighMultiply(fine, facts.outputMultiplier)
        // The gate: x / 3 saturated to -1..<1. The last doubling comes after the multiplication, so that only it can saturate wrongly.
        var gate = fine
        if facts.gateExponent > 0 { gate = FixedPoint.saturatingShiftLeft(gate, by: facts.gateExponent - 1) }
        gate = FixedPoint.saturatingRoundingDoublingHighMultiply(gate, facts.gateMultiplier)
        if facts.gateExponent > 0 { gate = FixedPoint.saturatingShiftLeft(gate, by: 1) }
        if facts.gateExponent < 0 {
            gate = Int16(FixedPoint.roundingDivideByPowerOfTwo(Int32(gate), exponent: -facts.gateExponent))
        }
        gate = Int16((Int32(gate) + 1 << 15) >> 1)
        let product = FixedPoint.saturatingDoublingHighMultiply(gate, value)
        let shifted = FixedPoint.roundingDivideByPowerOfTwo(Int32(product), exponent: facts.outputRightShift)
        // The reference adds in 16 bits, which may wrap around.
        return facts.range.clamp(Int32(Int16(truncatingIfNeeded: shifted + facts.outputZeroPoint)))
    }

    @_lifetime(output: copy output)
    static func float32(_ function: Unary, _ input: Span<Float>, to output: inout MutableSpan<Float>, count: Int) {
        switch function {
        case .relu: map(input, to: &output, count) { $0 < 0 ? 0 : $0 }
        case .relu6: map(input, to: &output, count) { $0 > 6 ? 6 : $0 < 0 ? 0 : $0 }
        case .reluN1To1: map(input, to: &output, count) { $0 > 1 ? 1 : $0 < -1 ? -1 : $0 }
        case .leakyRelu(let alpha): map(input, to: &output, count) { $0 > 0 ? $0 : $0 * alpha }
        case .hardSwish:
            map(input, to: &output, count) { x in
                let raised = x + 3 < 0 ? 0 : x + 3
                return x * (raised < 6 ? raised : 6) / 6
            }
        case .squareRoot: map(input, to: &output, count) { $0.squareRoot() }
        case .logistic:
            map(input, to: &output, count) { x in
                // The reference leaves the general formula where single precision makes no difference.
                if x > 16.619_047_164_916_992 { return 1 }
                return x < -9 ? Exponentials.exponential(x) : Exponentials.logistic(x)
            }
        }
    }

    @inline(__always)
    @_lifetime(output: copy output)
    private static func map(_ input: Span<Float>, to output: inout MutableSpan<Float>, _ count: Int, _ function: (Float) -> Float) {
        precondition(input.count >= count && output.count >= count)
        for index in 0..<count { output[index] = function(input[index]) }
    }
}
