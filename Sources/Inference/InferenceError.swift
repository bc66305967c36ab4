/// Why a sound graph cannot be planned here.
package enum InferenceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A layer has a combination of types or options that no kernel serves.
    case unsupported(layer: Int, reason: String)
    /// A fact that the arithmetic needs does not hold, such as a scale ratio out of the multiplier's range.
    case outOfRange(layer: Int, reason: String)
    /// The arena would be larger than allowed.
    case arenaTooLarge(byteCount: Int, limit: Int)

    package var description: String {
        switch self {
        case .unsupported(let layer, let reason): "operators[\(layer)]: not supported: \(reason)"
        case .outOfRange(let layer, let reason): "operators[\(layer)]: \(reason)"
        case .arenaTooLarge(let byteCount, let limit): "needs \(byteCount) bytes of working memory, the limit is \(limit)"
        }
    }
}
