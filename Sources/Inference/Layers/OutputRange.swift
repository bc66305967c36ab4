import FixedPoint
import ModelGraph
import Tensors

/// The stored values that a quantised output may take: those of its element type, narrowed by an activation.
struct OutputRange: Sendable, Hashable {
    let lower: Int32
    let upper: Int32

    /// Lower first, then upper, as the reference clamps when an absurd zero point leaves no value between.
    @inline(__always)
    func clamp(_ x: Int32) -> Int32 { min(upper, max(lower, x)) }
}

extension ElementType {
    /// The stored values of an 8-bit integer type; nil for the others.
    var eightBitRange: OutputRange? {
        switch self {
        case .uint8: OutputRange(lower: 0, upper: 255)
        case .int8: OutputRange(lower: -128, upper: 127)
        default: nil
        }
    }
}

extension Preparation {
    /// The range of a quantised 8-bit output after an activation; limits are rounded in single precision like TFLite's.
    func outputRange(_ activation: Activation, of tensor: Graph.Tensor) throws(InferenceError) -> OutputRange {
        let quantization = try perTensorQuantization(tensor)
        guard let range = tensor.elementType.eightBitRange else { throw unsupported("\(tensor.elementType) as a quantised output") }
        func stored(_ real: Float) throws(InferenceError) -> Int32 {
            let steps = (real / quantization.scale).rounded(.toNearestOrAwayFromZero)
            guard steps > -1e9, steps < 1e9 else { throw outOfRange("the scale \(quantization.scale) is too small for an activation") }
            return quantization.zeroPoint + Int32(steps)
        }
        return switch activation {
        case .none: range
        case .relu: OutputRange(lower: max(range.lower, try stored(0)), upper: range.upper)
        case .relu6: OutputRange(lower: max(range.lower, try stored(0)), upper: min(range.upper, try stored(6)))
        case .reluN1To1: OutputRange(lower: max(range.lower, try stored(-1)), upper: min(range.upper, try stored(1)))
        }
    }

    /// The one scale and zero point of a tensor. The zero point is within ±2^20, so that adding it to a clamped value cannot overflow.
    func perTensorQuantization(_ tensor: Graph.Tensor) throws(InferenceError) -> Quantization {
        let quantization = try quantization(tensor)
        guard !quantization.isPerAxis else { throw unsupported("per-axis quantisation of '\(tensor.name)'") }
        guard abs(Int(quantization.zeroPoint)) <= 1 << 20 else {
            throw outOfRange("the zero point \(quantization.zeroPoint) of '\(tensor.name)'")
        }
        return quantization
    }

    /// A factor as multiplier and shift.
    func quantizedMultiplier(_ factor: Double) throws(InferenceError) -> QuantizedMultiplier {
        guard let multiplier = QuantizedMultiplier(factor) else { throw outOfRange("the scale ratio \(factor)") }
        return multiplier
    }

    /// Throws unless both tensors have the same element type.
    func requireSameType(_ a: Graph.Tensor, _ b: Graph.Tensor) throws(InferenceError) {
        guard a.elementType == b.elementType else { throw unsupported("\(a.elementType) with \(b.elementType)") }
    }

    /// Throws unless both tensors have as many elements.
    func requireSameCount(_ a: Graph.Tensor, _ b: Graph.Tensor) throws(InferenceError) {
        guard a.shape.elementCount == b.shape.elementCount else { throw unsupported("shapes \(a.shape) and \(b.shape)") }
    }
}

/// The clamp of an activation on real numbers. Infinities become the largest finite numbers, as in TFLite; NaN stays.
struct FloatRange: Sendable, Hashable {
    let lower: Float
    let upper: Float

    init(_ activation: Activation) {
        let largest = Float.greatestFiniteMagnitude
        (lower, upper) =
            switch activation {
            case .none: (-largest, largest)
            case .relu: (0, largest)
            case .relu6: (0, 6)
            case .reluN1To1: (-1, 1)
            }
    }

    @inline(__always)
    func clamp(_ x: Float) -> Float {
        let raised = x < lower ? lower : x
        return upper < raised ? upper : raised
    }
}
