import FoundationEssentials
package import Journal
package import Learning
import Predictions
import Storage

/// The events of a journal that have embeddings of one embedder.
///
/// A few thousand are compared with the query one by one. Of more, codes of 128 bytes are searched first, which lie in a file beside the
/// vectors and are made when they are missing or old, and the best hundred are compared by their whole vectors. Works beside a running
/// daemon, whose writing it never holds up.
package struct EventGallery: Gallery {
    package let embedder: GalleryEmbedder
    private let reader: JournalReader
    private let source: JournalEmbedder
    private let query: JournalReader.Query
    private let notify: (String) -> Void

    /// Events up to this many are compared one by one.
    private let exactLimit: Int
    /// Rows without a code are compared one by one; from this many on, or a quarter of all, codes are made anew.
    private static let tailLimit = 4096
    /// The best ones by codes that are compared by their whole vectors.
    private static let candidateCount = 100

    /// - Parameters:
    ///   - digest: of the embedder; nil when events have vectors of one alone.
    ///   - query: which events to look at; its limit does not count.
    ///   - exactLimit: events up to this many are compared one by one.
    ///   - notify: told of codes that had to be made anew and why, and of vectors that were damaged.
    /// - Throws: `SearchError.noEmbeddings`, `.severalEmbedders`, `.otherEmbedder`; `JournalError`.
    package init(
        _ reader: JournalReader, embedder digest: String? = nil, path: String = "the given embedder", _ query: JournalReader.Query,
        exactLimit: Int = 4096, notify: @escaping (String) -> Void = { _ in }
    ) throws {
        let all = try reader.embedders()
        guard let first = all.first else { throw SearchError.noEmbeddings(folder: reader.folder) }
        if let digest {
            guard let chosen = all.first(where: { $0.digest == digest }) else {
                throw SearchError.otherEmbedder(digest: first.digest, path: first.path, givenDigest: digest, givenPath: path)
            }
            source = chosen
        } else {
            guard all.count == 1 else {
                throw SearchError.severalEmbedders(all.map { "\($0.path) (\($0.digest.prefix(12)), \($0.eventCount) events)" })
            }
            source = first
        }
        embedder = GalleryEmbedder(digest: source.digest, path: source.path, dimension: source.dimension, scale: source.scale)
        self.exactLimit = exactLimit
        self.reader = reader
        self.query = query
        self.notify = notify
    }

    package func search(_ unit: UnitEmbedding, count: Int, progress: (Int, Int) -> Void) throws -> [Likeness] {
        guard unit.dimension == embedder.dimension else {
            throw SearchError.learning("\(LearningError.dimensionMismatch(expected: embedder.dimension, found: unit.dimension))")
        }
        // Rows are those of a generation; a daemon that writes the file anew in between makes it start again.
        for _ in 0..<3 {
            let (vectors, filter) = try open()
            let candidates = try candidates(unit, max(Self.candidateCount, 2 * count), vectors, filter, progress)
            guard let events = try reader.events(at: candidates, of: vectors) else { continue }
            var found: [(match: Match, event: EmbeddedEvent)] = []
            var damagedCount = 0
            for event in events {
                guard let elements = try? vectors.file.vector(at: event.row), event.isIntact(elements) else {
                    damagedCount += 1
                    continue
                }
                guard let other = try? UnitEmbedding(embedding(elements)) else { continue }
                found.append((Match(row: event.row, score: other.dot(unit)), event))
            }
            if damagedCount > 0 { notify("left out \(Wording.count(damagedCount, "event")) whose embedding is damaged") }
            return found.sorted { $0.match.precedes($1.match) }.prefix(count).map {
                Likeness(
                    item: FoundItem($0.event.record, folder: reader.folder), similarity: UnitEmbedding.similarity(ofDot: $0.match.score))
            }
        }
        throw SearchError.busy
    }

    package func all(atMost limit: Int, to work: String) throws -> GalleryContents {
        for _ in 0..<3 {
            let (vectors, filter) = try open()
            guard filter.includedCount <= limit else { throw SearchError.tooMany(count: filter.includedCount, limit: limit, work: work) }
            let rows = (0..<filter.count).filter { filter[$0] }
            guard let events = try reader.events(at: rows, of: vectors) else { continue }
            var contents = GalleryContents()
            for event in events {
                guard let elements = try? vectors.file.vector(at: event.row), event.isIntact(elements) else {
                    contents.leftOutCount += 1
                    continue
                }
                contents.add(FoundItem(event.record, folder: reader.folder), embedding(elements))
            }
            if contents.leftOutCount > 0 { notify("left out \(Wording.count(contents.leftOutCount, "event")) whose embedding is damaged") }
            return contents
        }
        throw SearchError.busy
    }

    /// The file of vectors, and a bit for each row whose event was asked for.
    private func open() throws -> (EventVectors, RowFilter) {
        var filter = RowFilter(count: 0, includesAll: false)
        let vectors = try reader.vectors(of: source, query) { row in
            while filter.count < row { filter.append(false) }
            filter.append(true)
        }
        guard filter.includedCount > 0 else { throw SearchError.nothingAsked(what: "the log in \(reader.folder)") }
        while filter.count < vectors.rowCount { filter.append(false) }
        return (vectors, filter)
    }

    private func embedding(_ elements: [Int16]) -> Embedding {
        Embedding(elements: elements, scale: embedder.scale, modelDigest: embedder.digest)
    }

    // MARK: Candidates

    /// Rows that are most similar, by codes where there are many.
    private func candidates(
        _ unit: UnitEmbedding, _ count: Int, _ vectors: EventVectors, _ filter: RowFilter, _ progress: (Int, Int) -> Void
    ) throws -> [Int] {
        var codedCount = 0
        var parts: [[Match]] = []
        if filter.includedCount > exactLimit, let codes = codes(vectors, progress) {
            codedCount = codes.rowCount
            do throws(LearningError) {
                parts.append(try codes.search(unit, count: count, filter: filter.prefix(codedCount)))
            } catch {
                // The query is the mean of all that was seen: nothing in the codes tells it from anything else.
                guard error == .zeroEmbedding else { throw error }
                codedCount = 0
            }
        }
        // Scores by codes and by vectors are of different units: both parts stay until they are compared by vectors.
        parts.append(try exact(unit, count, vectors, filter, from: codedCount))
        return parts.joined().map(\.row)
    }

    private func exact(_ unit: UnitEmbedding, _ count: Int, _ vectors: EventVectors, _ filter: RowFilter, from first: Int) throws -> [Match]
    {
        var matches: [Match] = []
        for row in first..<filter.count where filter[row] {
            // What is damaged is found out when the row is looked at again, or is unlike.
            guard let other = try? UnitEmbedding(embedding(vectors.file.vector(at: row))) else { continue }
            matches.append(Match(row: row, score: other.dot(unit)))
            if matches.count >= 4096 { matches = FlatSearch.merged([matches], count: count) }
        }
        return FlatSearch.merged([matches], count: count)
    }

    /// The codes of the vectors, made when they are missing, old or damaged; nil when they cannot be kept.
    private func codes(_ vectors: EventVectors, _ progress: (Int, Int) -> Void) -> CodeFile? {
        let key = CodeFile.Key(embedderDigest: source.digest, generation: vectors.generation, inputDimension: source.dimension)
        do throws(SearchError) {
            let codes = try CodeFile(vectors.codePath, key)
            if codes.rowCount <= vectors.rowCount, vectors.rowCount - codes.rowCount <= max(Self.tailLimit, vectors.rowCount / 4) {
                return codes
            }
        } catch {
            // Nothing is said of the first time.
            if FileManager.default.fileExists(atPath: vectors.codePath) { notify("the search index is made anew: \(error)") }
        }
        do {
            try CodeBuilder(vectors, key).write(progress)
            return try CodeFile(vectors.codePath, key)
        } catch {
            progress(0, 0)
            notify("the search index cannot be kept, every embedding is compared instead: \(error)")
            return nil
        }
    }
}
