import Inference
import Testing

extension WeightBytes {
    /// The bytes of a file whose weights are these, at most 255 apart with 0 among them.
    init(_ values: [Int16]) {
        let least = min(values.min() ?? 0, 0)
        let isSigned = least >= -128 && values.allSatisfy { $0 < 128 }
        let zero = isSigned ? 0 : -least
        self.init(values.map { UInt8(truncatingIfNeeded: $0 + zero) }[...], isSigned: isSigned, zero: Int32(zero))
    }
}
