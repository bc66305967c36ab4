/// The type of one element of a tensor.
package enum ElementType: String, Sendable, Hashable, CaseIterable {
    case uint8, int8, int16, int32, int64, float32, bool

    /// The number of bytes that one element takes.
    package var byteCount: Int {
        switch self {
        case .uint8, .int8, .bool: 1
        case .int16: 2
        case .int32, .float32: 4
        case .int64: 8
        }
    }
}
