import Inference
import Tensors

/// Reads the numbers of one output tensor, whatever its element type.
///
/// The real value of each 8-bit level is computed once, in double precision with nothing but a subtraction and a multiplication, so that
/// every machine computes the same.
struct OutputTensor: Sendable {
    let index: Int
    let shape: Shape
    let elementType: ElementType
    /// For 8-bit elements: the real value of each byte.
    private let values: [Double]

    /// Nil for element types that carry no scores or boxes.
    init?(_ endpoint: Plan.Endpoint, index: Int) {
        self.index = index
        shape = endpoint.shape
        elementType = endpoint.elementType
        switch endpoint.elementType {
        case .uint8, .int8:
            let scale = Double(endpoint.quantization?.scale ?? 1)
            let zeroPoint = Int(endpoint.quantization?.zeroPoint ?? 0)
            let isSigned = endpoint.elementType == .int8
            values = (0...255).map { byte in
                let stored = isSigned ? Int(Int8(truncatingIfNeeded: byte)) : byte
                return scale * Double(stored - zeroPoint)
            }
        case .float32: values = []
        default: return nil
        }
    }

    var elementCount: Int { shape.elementCount }

    /// The real value of an element; floats that are not finite read as 0.
    @inline(__always)
    func value(_ bytes: borrowing Span<UInt8>, _ element: Int) -> Double {
        if values.isEmpty {
            let offset = element * 4
            let bits =
                UInt32(bytes[offset]) | UInt32(bytes[offset + 1]) << 8 | UInt32(bytes[offset + 2]) << 16 | UInt32(bytes[offset + 3]) << 24
            let value = Float(bitPattern: bits)
            return value.isFinite ? Double(value) : 0
        }
        return values[Int(bytes[element])]
    }
}
