import FixedPoint
import ModelGraph
import Tensors

/// PRELU: negative elements are multiplied by a slope that is broadcast over the input.
struct PreparedPReLU: PreparedLayer {
    let elementType: ElementType
    /// Nil for float32.
    let facts: PReLUFacts?
    let broadcast: Broadcast
    let input: Region
    let slope: Region
    let output: Region

    func run(_ arena: borrowing Arena) {
        if let facts {
            if elementType == .int8 { quantized(arena, facts, Int8.self) } else { quantized(arena, facts, UInt8.self) }
        } else {
            var target = arena.mutableSpan(output, of: Float.self)
            BroadcastReference.apply(broadcast, arena.span(input, of: Float.self), arena.span(slope, of: Float.self), to: &target) {
                $0 >= 0 ? $0 : $0 * $1
            }
        }
    }

    @inline(__always)
    private func quantized<T: FixedWidthInteger & BitwiseCopyable>(_ arena: borrowing Arena, _ facts: PReLUFacts, _ type: T.Type) {
        var target = arena.mutableSpan(output, of: T.self)
        PReLUReference.apply(facts, broadcast, arena.span(input), arena.span(slope), to: &target)
    }
}

/// What a quantised PRELU needs.
struct PReLUFacts: Sendable {
    let inputZeroPoint: Int32
    let slopeZeroPoint: Int32
    let positive: QuantizedMultiplier
    let negative: QuantizedMultiplier
    let outputZeroPoint: Int32
    let range: OutputRange
}

extension Preparation {
    /// Inputs x and slope alpha, which broadcasts to x's shape; uint8, int8 or float32 all through.
    mutating func preparePReLU() throws(InferenceError) -> any PreparedLayer {
        let (x, alpha, y) = (try input(0), try input(1), try output())
        try requireSameType(x, alpha)
        try requireSameType(x, y)
        guard x.shape == y.shape, let broadcast = Broadcast(x.shape, alpha.shape, to: y.shape) else {
            throw unsupported("slopes \(alpha.shape) for \(x.shape)")
        }
        return PreparedPReLU(
            elementType: x.elementType, facts: x.elementType == .float32 ? nil : try preluFacts(x, alpha, y), broadcast: broadcast,
            input: try inputRegion(0), slope: try inputRegion(1), output: try outputRegion())
    }

    private func preluFacts(_ x: Graph.Tensor, _ alpha: Graph.Tensor, _ y: Graph.Tensor) throws(InferenceError) -> PReLUFacts {
        let (from, slope, to) = (try perTensorQuantization(x), try perTensorQuantization(alpha), try perTensorQuantization(y))
        // Ratios in single precision, as in TFLite.
        let range = try outputRange(.none, of: y)
        try requireStoredZeroPoint(x, from)
        try requireStoredZeroPoint(alpha, slope)
        return PReLUFacts(
            inputZeroPoint: from.zeroPoint, slopeZeroPoint: slope.zeroPoint,
            positive: try quantizedMultiplier(Double(from.scale / to.scale)),
            negative: try quantizedMultiplier(Double(from.scale * slope.scale / to.scale)), outputZeroPoint: to.zeroPoint, range: range)
    }
}
