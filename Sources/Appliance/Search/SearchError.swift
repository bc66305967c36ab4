/// Why nothing could be searched or grouped. Nothing that is stored is changed by any of these.
package enum SearchError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No event has an embedding.
    case noEmbeddings(folder: String)
    /// There are embeddings, of nothing that was asked for.
    case nothingAsked(what: String)
    /// Embeddings of two embedders do not compare; digests and paths of both.
    case otherEmbedder(digest: String, path: String, givenDigest: String, givenPath: String)
    /// Somebody has to say which.
    case severalEmbedders([String])
    case eventWithoutEmbedding(Int64)
    /// A part of an event's picture was asked for, and there is none, or not any more.
    case eventWithoutSnapshot(Int64, path: String?)
    /// The model is not where it was when the embeddings were made.
    case embedderGone(path: String)
    case tooFewForGroups(count: Int, groups: Int)
    case tooMany(count: Int, limit: Int, work: String)
    /// Learning's own words.
    case learning(String)
    case damaged(String)
    case sheet(path: String, reason: String)
    case noClusters(path: String)
    case clusters(path: String, reason: String)
    case noSuchCluster(Int, count: Int)
    case busy

    package var description: String {
        switch self {
        case .noEmbeddings(let folder):
            "no event in \(folder) has an embedding; write embed: true in the event-log node, behind a visual-embedder,"
                + " or search elsewhere with --images FOLDER --embedder MODEL.tflite or --head HEAD"
        case .nothingAsked(let what): "\(what) has nothing that was asked for; leave --concept, --node or --since out to look at all of it"
        case .otherEmbedder(let digest, let path, let givenDigest, let givenPath):
            "the embeddings are of \(path) (\(digest.prefix(12))), not of \(givenPath) (\(givenDigest.prefix(12)));"
                + " embeddings of two embedders cannot be compared: name the first one with --embedder"
        case .severalEmbedders(let names):
            "events have embeddings of several embedders, which cannot be compared; choose with --embedder: \(names.joined(separator: ", "))"
        case .eventWithoutEmbedding(let id):
            "event \(id) has no embedding; picket search --image with its snapshot looks for what is like it"
        case .eventWithoutSnapshot(let id, let path):
            (path.map { "the snapshot of event \(id), \($0), is gone" } ?? "event \(id) has no snapshot")
                + "; without --region its own embedding is searched for"
        case .embedderGone(let path): "the embedder is not at \(path) any more; name where it is with --embedder"
        case .tooFewForGroups(let count, let groups): "\(count) are fewer than \(groups) groups; ask for fewer with -k"
        case .tooMany(let count, let limit, let work):
            "\(count) are too many to \(work), at most \(limit) go; ask for fewer with --since, --concept or --node"
        case .learning(let text): text
        case .damaged(let text): text
        case .sheet(let path, let reason): "\(path): \(reason)"
        case .noClusters(let path): "there are no clusters in \(path) yet; picket cluster makes them"
        case .clusters(let path, let reason): "the clusters in \(path) cannot be used: \(reason); picket cluster makes them anew"
        case .noSuchCluster(let number, let count): "there is no cluster \(number); the latest picket cluster made 1 to \(count)"
        case .busy: "the embeddings are being written anew all the time; try again"
        }
    }
}
