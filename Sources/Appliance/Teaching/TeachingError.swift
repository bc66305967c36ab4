/// Why something could not be taught. Samples that were added before stay.
package enum TeachingError: Error, Sendable, Equatable, CustomStringConvertible {
    case model(String)
    case notAnEmbedder(path: String, kind: String)
    /// A picture that cannot be read or decoded.
    case picture(path: String, reason: String)
    /// A folder without pictures, or without a folder for each concept.
    case folder(path: String, reason: String)

    package var description: String {
        switch self {
        case .model(let text): text
        case .notAnEmbedder(let path, let kind):
            "\(path) is a \(kind), not an embedder; make one of a classifier with picket model cut \(path) -o EMBEDDER.tflite"
        case .picture(let path, let reason): "\(path): \(reason)"
        case .folder(let path, let reason): "\(path): \(reason)"
        }
    }
}
