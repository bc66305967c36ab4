package import Learning

/// Why something could not be evaluated; nothing has been written when one is thrown.
package enum EvaluationError: Error, Sendable, Equatable, CustomStringConvertible {
    case model(String)
    /// A model that has nothing to be judged by.
    case wrongKind(path: String, kind: String)
    /// A data set that is not there, is empty, or is too large.
    case dataset(path: String, reason: String)
    /// A file of labels says something that cannot be; `place` is a line, a line and column, or a path within the file.
    case labels(path: String, place: String, reason: String)
    /// A label that the model or head does not have.
    case unknownLabel(String, path: String, known: [String])
    case picture(path: String, reason: String)
    case learning(LearningError)
    /// The report cannot be written.
    case report(path: String, reason: String)
    case cancelled

    package var description: String {
        switch self {
        case .model(let text): text
        case .wrongKind(let path, let kind):
            "\(path) is an \(kind), which names nothing; teach a head on top of it (picket learn add) and evaluate that"
        case .dataset(let path, let reason), .picture(let path, let reason): "\(path): \(reason)"
        case .labels(let path, let place, let reason): place.isEmpty ? "\(path): \(reason)" : "\(path): \(place): \(reason)"
        case .unknownLabel(let label, let path, let known):
            "\(path): nothing is called '\(label)' there; known: \(known.prefix(20).joined(separator: ", "))"
                + (known.count > 20 ? " and \(known.count - 20) more" : "")
        case .learning(let error): error.description
        case .report(let path, let reason): "\(path) cannot be written: \(reason)"
        case .cancelled: "cancelled"
        }
    }

    /// Whether the data or the model is at fault, not the machine.
    package var isBadInput: Bool {
        switch self {
        case .report, .cancelled: false
        default: true
        }
    }
}

/// Runs what fails with `LearningError` as part of an evaluation.
func judging<T>(_ body: () throws(LearningError) -> T) throws(EvaluationError) -> T {
    do { return try body() } catch { throw error == .cancelled ? .cancelled : .learning(error) }
}
