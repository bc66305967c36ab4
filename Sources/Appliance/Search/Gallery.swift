import FoundationEssentials
import Frames
package import Learning
package import Predictions
package import Samples

/// Things with embeddings of one embedder, to be searched and grouped.
package protocol Gallery {
    var embedder: GalleryEmbedder { get }

    /// The most similar ones, best first.
    /// - Parameter progress: told now and then how much of a long preparation is done; both are 0 when there is none.
    /// - Throws: `SearchError`, `JournalError`.
    func search(_ query: UnitEmbedding, count: Int, progress: (_ done: Int, _ total: Int) -> Void) throws -> [Likeness]

    /// All of them with their embeddings.
    /// - Throws: `SearchError.tooMany` above the limit, `.nothingAsked`; `JournalError`.
    func all(atMost limit: Int, to work: String) throws -> GalleryContents
}

/// Whose embeddings a gallery has.
package struct GalleryEmbedder: Sendable, Hashable {
    /// SHA-256 of the model's file, in hexadecimal.
    package let digest: String
    package let path: String
    package let dimension: Int
    /// Value of an element = scale * element.
    package let scale: Float

    /// Loads the model from where it was.
    /// - Throws: `SearchError.embedderGone`, `TeachingError`.
    package static func load(_ path: String) throws -> PictureEmbedder {
        guard FileManager.default.fileExists(atPath: path) else { throw SearchError.embedderGone(path: path) }
        return try PictureEmbedder(path: path)
    }

    /// Turns a vector of another embedder away.
    /// - Throws: `SearchError.otherEmbedder`, `.learning` for a vector without a direction.
    package func unit(_ embedding: Embedding, path givenPath: String) throws(SearchError) -> UnitEmbedding {
        guard embedding.modelDigest == digest, embedding.elements.count == dimension else {
            throw .otherEmbedder(digest: digest, path: path, givenDigest: embedding.modelDigest, givenPath: givenPath)
        }
        do { return try UnitEmbedding(embedding) } catch { throw .learning(error.description) }
    }
}

/// Things and their embeddings, one for each, in the same order.
package struct GalleryContents: Sendable {
    package var items: [FoundItem] = []
    package var embeddings: [Embedding] = []
    package var units: [UnitEmbedding] = []
    /// Embeddings that are not what was stored, or have no direction: left out.
    package var leftOutCount = 0

    mutating func add(_ item: FoundItem, _ embedding: Embedding) {
        guard let unit = try? UnitEmbedding(embedding) else {
            leftOutCount += 1
            return
        }
        items.append(item)
        embeddings.append(embedding)
        units.append(unit)
    }
}

/// A gallery in memory: the samples of a head, or the pictures of a folder.
package struct MemoryGallery: Gallery {
    package let embedder: GalleryEmbedder
    package let contents: GalleryContents
    private let name: String

    /// The samples of a head.
    /// - Throws: `SampleError`; `SearchError.nothingAsked` when it has none of the concept.
    package init(_ head: HeadRecord, in library: SampleLibrary, concept: String?) throws {
        let samples = try library.samples(of: head).filter { concept == nil || $0.concept == concept }
        var contents = GalleryContents()
        for (sample, embedding) in zip(samples, try library.embeddings(of: samples, head)) { contents.add(FoundItem(sample), embedding) }
        embedder = GalleryEmbedder(digest: head.embedderDigest, path: head.embedderPath, dimension: head.dimension, scale: head.scale)
        self.contents = contents
        name = "head '\(head.name)'"
    }

    /// The pictures of a folder, embedded now.
    /// - Parameter skip: told of pictures that cannot be used.
    package init(
        _ paths: [String], _ embedder: PictureEmbedder, progress: (_ done: Int, _ total: Int) -> Void, skip: (TeachingError) -> Void
    ) {
        var contents = GalleryContents()
        for (index, path) in paths.enumerated() {
            progress(index + 1, paths.count)
            do throws(TeachingError) {
                contents.add(
                    FoundItem(picture: path), try embedder.embedding(PictureEmbedder.file(path), region: .wholeFrame, source: path))
            } catch {
                skip(error)
            }
        }
        self.embedder = embedder.galleryEmbedder
        self.contents = contents
        name = "the folder"
    }

    package func search(_ query: UnitEmbedding, count: Int, progress: (Int, Int) -> Void) throws -> [Likeness] {
        let all = try all(atMost: .max, to: "search")
        let matches = all.units.indices.map { Match(row: $0, score: all.units[$0].dot(query)) }.sorted { $0.precedes($1) }
        return matches.prefix(count).map {
            Likeness(item: all.items[$0.row], similarity: UnitEmbedding.similarity(ofDot: $0.score))
        }
    }

    package func all(atMost limit: Int, to work: String) throws -> GalleryContents {
        guard !contents.items.isEmpty else { throw SearchError.nothingAsked(what: name) }
        guard contents.items.count <= limit else { throw SearchError.tooMany(count: contents.items.count, limit: limit, work: work) }
        return contents
    }
}
