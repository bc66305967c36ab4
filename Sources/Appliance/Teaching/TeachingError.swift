package import Learning

/// Why something could not be taught. Samples that were added before stay.
package enum TeachingError: Error, Sendable, Equatable, CustomStringConvertible {
    case model(String)
    case notAnEmbedder(path: String, kind: String)
    /// A picture that cannot be read or decoded.
    case picture(path: String, reason: String)
    /// A folder without pictures, or without a folder for each concept.
    case folder(path: String, reason: String)
    /// The samples do not make a head.
    case learning(LearningError)
    /// The head was never trained.
    case notTrained(head: String)
    /// A stored head that cannot be read.
    case storedHead(head: String, revision: Int, reason: String)

    package var description: String {
        switch self {
        case .model(let text): text
        case .notAnEmbedder(let path, let kind):
            "\(path) is a \(kind), not an embedder; make one of a classifier with picket model cut \(path) -o EMBEDDER.tflite"
        case .picture(let path, let reason): "\(path): \(reason)"
        case .folder(let path, let reason): "\(path): \(reason)"
        case .learning(.tooFewConcepts(let needed, let found)):
            "\(found) \(found == 1 ? "concept" : "concepts") with samples, at least \(needed) are needed to tell one from another;"
                + " add samples of another concept"
        case .learning(.tooFewSamples(let needed, let found)):
            "\(found) samples, at least \(needed) are needed; add some, or use fewer components"
        case .learning(let error): error.description
        case .notTrained(let head): "head '\(head)' has not been trained yet; run picket learn train \(head)"
        case .storedHead(let head, let revision, let reason):
            "revision \(revision) of head '\(head)' cannot be used: \(reason); picket learn train \(head) makes a new one"
        }
    }
}
