/// Why a sound graph cannot be planned here.
package enum InferenceError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A layer has a combination of types or options that no kernel serves.
    case unsupported(layer: Int, reason: String)
    /// A fact that the arithmetic needs does not hold, such as a scale ratio out of the multiplier's range.
    case outOfRange(layer: Int, reason: String)
    /// The arena would be larger than allowed.
    case arenaTooLarge(byteCount: Int, limit: Int)
    /// Packed weights and tables would be larger than allowed.
    case packedTooLarge(byteCount: Int, limit: Int)
    /// One run would take more products than allowed.
    case tooMuchWork(multiplyAccumulateCount: Int, limit: Int)
    /// The graph has more tensors than the planner takes.
    case tooManyTensors(count: Int, limit: Int)
    /// An input or output of the graph that no layer reads or writes.
    case endpointWithoutMemory(name: String)
    /// A constant whose bytes do not fill its shape.
    case constantOfWrongLength(graph: String)
    /// The kernels asked for need another CPU.
    case tierNotAvailable(Tier)

    package var description: String {
        switch self {
        case .unsupported(let layer, let reason): "operators[\(layer)]: not supported: \(reason)"
        case .outOfRange(let layer, let reason): "operators[\(layer)]: \(reason)"
        case .arenaTooLarge(let byteCount, let limit): "needs \(byteCount) bytes of working memory, the limit is \(limit)"
        case .packedTooLarge(let byteCount, let limit): "needs \(byteCount) bytes for packed weights and tables, the limit is \(limit)"
        case .tooMuchWork(let count, let limit): "one run takes \(count) multiplications, the limit is \(limit)"
        case .tooManyTensors(let count, let limit): "has \(count) tensors, the limit is \(limit)"
        case .endpointWithoutMemory(let name): "the tensor '\(name)' is an input or output that nothing computes"
        case .constantOfWrongLength(let graph): "a constant of '\(graph)' does not fill its shape"
        case .tierNotAvailable(let tier): "this CPU cannot run the kernels '\(tier.rawValue)'; leave PICKET_CPU unset"
        }
    }
}
