import FoundationEssentials
import Frames
package import Journal
import Models
import Predictions
package import Samples
import Storage

/// The groups of the latest `picket cluster`, kept so that one of them can be given a name.
package struct KeptGroups: Codable, Sendable, Hashable {
    package struct Member: Codable, Sendable, Hashable {
        package let name: String
        /// Nil for a picture.
        let event: Int64?
        let picturePath: String?
        /// Left, top, right, bottom as `Box` has them.
        let box: [Int32]
    }

    /// Where the events lie; nil for pictures.
    package let journalFolder: String?
    let embedderDigest: String
    package let embedderPath: String
    package let groups: [[Member]]

    private static let fileName = "clusters.json"
    private static let maximumByteCount = 64 << 20

    package init(_ grouping: Grouping, of contents: GalleryContents, _ embedder: GalleryEmbedder, journalFolder: String?) {
        self.journalFolder = journalFolder.map(PictureEmbedder.absolute)
        embedderDigest = embedder.digest
        embedderPath = embedder.path
        groups = grouping.groups.map { group in
            group.map { index in
                let item = contents.items[index]
                let event: Int64? = if case .event(let id) = item.origin { id } else { nil }
                return Member(
                    name: item.name, event: event, picturePath: item.picturePath.map(PictureEmbedder.absolute),
                    box: [item.box.left, item.box.top, item.box.right, item.box.bottom])
            }
        }
    }

    /// Keeps them in a folder, in the place of the ones before.
    /// - Throws: `SearchError.clusters`.
    package func write(to folder: String) throws(SearchError) {
        let path = folder + "/" + Self.fileName
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try DurableFile.write(Array(try JSONEncoder().encode(self)), folder: folder, name: Self.fileName)
        } catch {
            throw .clusters(path: path, reason: "\(error)")
        }
    }

    /// - Throws: `SearchError.noClusters`, `.clusters`.
    package init(in folder: String) throws(SearchError) {
        let path = folder + "/" + Self.fileName
        let bytes: [UInt8]
        do {
            bytes = try RegularFile.bytes(path, limit: Self.maximumByteCount)
        } catch {
            if case .missing = error { throw .noClusters(path: path) }
            throw .clusters(path: path, reason: error.description)
        }
        do {
            self = try JSONDecoder().decode(KeptGroups.self, from: Data(bytes))
        } catch {
            throw .clusters(path: path, reason: "it is damaged")
        }
    }

    /// The members of a group.
    /// - Parameter number: counts from 1.
    /// - Throws: `SearchError.noSuchCluster`.
    package func members(of number: Int) throws(SearchError) -> [Member] {
        guard (1...max(groups.count, 1)).contains(number), number <= groups.count else {
            throw .noSuchCluster(number, count: groups.count)
        }
        return groups[number - 1]
    }

    /// A member as a sample: an event with the embedding that was logged, a picture with one made now.
    /// - Parameters:
    ///   - reader: of the journal; nil for pictures.
    ///   - embedder: runs the embedder when it is needed.
    /// - Throws: `TeachingError`, `JournalError`, `SearchError.eventWithoutEmbedding`, `.otherEmbedder`.
    package func sample(
        of member: Member, concept: String, _ reader: JournalReader?, embedder: () throws -> PictureEmbedder
    ) throws -> NewSample {
        let box =
            member.box.count == 4 ? Box(left: member.box[0], top: member.box[1], right: member.box[2], bottom: member.box[3]) : .wholeFrame
        if let event = member.event, let reader {
            guard let found = try reader.embedding(ofEvent: event) else { throw SearchError.eventWithoutEmbedding(event) }
            try check(found.embedder.digest, found.embedder.path)
            // The snapshot's digest where there is one, so that the same event added by hand is known.
            let file = try? member.picturePath.map { (path) throws(TeachingError) in try PictureEmbedder.file(path) }
            let shown = try file ?? Array(reader.event(id: event).event.key.utf8)
            return NewSample(
                concept: concept, pictureDigest: ContentDigest.sha256(shown), box: box, source: member.name, embedding: found.embedding)
        }
        let embedder = try embedder()
        try check(embedder.model.digest, embedder.model.path)
        return try embedder.sample(
            PictureEmbedder.file(member.picturePath ?? member.name), concept: concept, region: box, source: member.name)
    }

    private func check(_ digest: String, _ path: String) throws(SearchError) {
        guard digest == embedderDigest else {
            throw .otherEmbedder(digest: embedderDigest, path: embedderPath, givenDigest: digest, givenPath: path)
        }
    }

    /// The head of that name, begun for the groups' embedder when it is new.
    /// - Throws: `SampleError.otherEmbedder`.
    package func head(_ name: String, in library: SampleLibrary, like sample: NewSample) throws(SampleError) -> HeadRecord {
        try library.head(
            name, embedderDigest: embedderDigest, path: embedderPath, dimension: sample.embedding.elements.count,
            scale: sample.embedding.scale)
    }
}
