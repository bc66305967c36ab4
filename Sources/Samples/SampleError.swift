package import Storage

/// Why the library of samples could not do what was asked. Nothing that was stored before is lost by any of these.
package enum SampleError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The folder cannot be made, read or written.
    case folder(path: String, reason: String)
    /// SQLite's own words.
    case database(operation: String, reason: String)
    /// A file cannot be written or read, or is not what the database says.
    case storage(StorageError)
    case noSuchHead(String, known: [String])
    case noSuchSample(Int64, head: String)
    case noSuchConcept(String, head: String, known: [String])
    case noSuchRevision(Int, head: String)
    /// There is no older revision to go back to.
    case noEarlierRevision(head: String)
    /// Embeddings of two embedders do not mix.
    case otherEmbedder(head: String, digest: String, path: String, givenDigest: String, givenPath: String)
    /// The same region of the same picture is a sample already, of another concept.
    case otherConcept(sample: Int64, concept: String?, wanted: String?)
    /// A name that cannot be a head's or a concept's.
    case name(String, reason: String)

    package var description: String {
        switch self {
        case .folder(let path, let reason):
            "cannot use the folder \(path): \(reason); name another one with --library, or check who owns it"
        case .database(let operation, let reason): "samples: \(operation): \(reason)"
        case .storage(let error): error.description
        case .noSuchHead(let name, let known):
            known.isEmpty
                ? "there is no head '\(name)' yet; begin with picket learn add \(name) --embedder MODEL.tflite --concept CONCEPT IMAGE..."
                : "there is no head '\(name)'; there are \(known.joined(separator: ", "))"
        case .noSuchSample(let id, let head): "head '\(head)' has no sample \(id); picket learn list \(head) shows them"
        case .noSuchConcept(let name, let head, let known):
            "head '\(head)' has no concept '\(name)'; it has \(known.isEmpty ? "none" : known.joined(separator: ", "))"
        case .noSuchRevision(let number, let head): "head '\(head)' has no revision \(number)"
        case .noEarlierRevision(let head): "head '\(head)' has no earlier revision to go back to"
        case .otherEmbedder(let head, let digest, let path, let givenDigest, let givenPath):
            "head '\(head)' has embeddings of \(path) (\(digest.prefix(12))), not of \(givenPath) (\(givenDigest.prefix(12)));"
                + " embeddings of two embedders cannot be compared: use the first one, or begin another head"
        case .otherConcept(let sample, let concept, let wanted):
            "sample \(sample) is the same picture as \(Self.text(concept)), it cannot be \(Self.text(wanted)) too; forget it first"
        case .name(let name, let reason): "'\(name)' cannot be a name: \(reason)"
        }
    }

    private static func text(_ concept: String?) -> String { concept.map { "'\($0)'" } ?? "a negative" }
}
