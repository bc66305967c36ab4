/// Why a model file cannot serve, in words for the person who named it.
package enum ModelError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file cannot be read.
    case unreadable(path: String, reason: String)
    /// The bytes are not a model that Picket runs; the reason names what and where.
    case invalid(path: String, reason: String)
    /// The sidecar beside the model has issues, one a line.
    case sidecar(path: String, issues: String)
    /// The outputs are of no form that is known.
    case unknownHead(path: String, outputs: String)
    /// The outputs do not fit the head that the sidecar names.
    case wrongHead(path: String, head: HeadKind, outputs: String)
    case labels(path: String, found: Int, needed: Int)
    /// An input that is no image [1,H,W,1 or 3].
    case input(path: String, reason: String)

    package var description: String {
        switch self {
        case .unreadable(let path, let reason): "cannot read the model \(path): \(reason)"
        case .invalid(let path, let reason): "\(path): \(reason)"
        case .sidecar(_, let issues): issues
        case .unknownHead(let path, let outputs):
            "\(path): no known head fits the outputs \(outputs); name one in \(path.sidecarPath), for example `head: classifier`"
                + " (one of \(HeadKind.allCases.map(\.rawValue).joined(separator: ", ")))"
        case .wrongHead(let path, let head, let outputs):
            "\(path): the head '\(head.rawValue)' that \(path.sidecarPath) names does not fit the outputs \(outputs)"
                + (head == .ssd ? ", or there is no list of anchors that makes as many boxes" : "")
        case .labels(let path, let found, let needed):
            "\(path): \(found) labels for \(needed) outputs; write \(needed) names under `labels:` in \(path.sidecarPath)"
        case .input(let path, let reason): "\(path): \(reason)"
        }
    }
}

extension String {
    /// `models/person.yaml` for `models/person.tflite`.
    package var sidecarPath: String { (hasSuffix(".tflite") ? String(dropLast(7)) : self) + ".yaml" }
}
