/// Why a file is not a model that Picket can run. Each case names the place in the file and says what is wrong there.
package enum ModelFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The bytes are not a TensorFlow Lite model at all.
    case notAModel(reason: String)
    /// The structure of the file is damaged: an offset, a length or an index leads nowhere.
    case malformed(path: String, reason: String)
    /// A sound file that asks for something that Picket does not do.
    case unsupported(path: String, reason: String)
    /// A fact about a tensor or an operator cannot be true, for example a shape that does not follow from the inputs.
    case invalid(path: String, reason: String)
    /// More of something than `ModelLimits` allows.
    case overLimit(path: String, what: String, value: Int, limit: Int)

    /// The place in the file, for example `subgraphs[0].tensors[17].shape[2]`; empty for the file as a whole.
    package var path: String {
        switch self {
        case .notAModel: ""
        case .malformed(let path, _), .unsupported(let path, _), .invalid(let path, _), .overLimit(let path, _, _, _): path
        }
    }

    package var description: String {
        switch self {
        case .notAModel(let reason): "not a TensorFlow Lite model: \(reason)"
        case .malformed(let path, let reason): "\(Self.prefix(path))\(reason); the file is damaged"
        case .unsupported(let path, let reason): "\(Self.prefix(path))\(reason)"
        case .invalid(let path, let reason): "\(Self.prefix(path))\(reason)"
        case .overLimit(let path, let what, let value, let limit): "\(Self.prefix(path))has \(value) \(what), the limit is \(limit)"
        }
    }

    private static func prefix(_ path: String) -> String { path.isEmpty ? "" : "\(path): " }
}
