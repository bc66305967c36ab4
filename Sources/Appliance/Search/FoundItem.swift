import FoundationEssentials
package import Frames
package import Journal
package import Predictions
import Samples

/// Something that can be found: an event, a sample of a head, or a picture.
package struct FoundItem: Sendable, Hashable {
    package enum Origin: Sendable, Hashable {
        case event(Int64)
        case sample(Int64)
        case picture
    }

    package let origin: Origin
    /// For people: `event 17`, or a path.
    package let name: String
    /// The file that shows it; nil when none was kept.
    package let picturePath: String?
    /// The part of the picture.
    package let box: Box
    package let concepts: [ScoredConcept]
    package let wallNanoseconds: Int64?

    /// A picture, or a part of one.
    package init(picture path: String, box: Box = .wholeFrame) {
        origin = .picture
        name = path
        picturePath = path
        self.box = box
        concepts = []
        wallNanoseconds = nil
    }

    /// The picture that is there of an event.
    /// - Throws: `SearchError.eventWithoutSnapshot`.
    package static func picturePath(of record: JournalReader.Record, folder: String) throws(SearchError) -> String {
        let path = record.snapshots.last.map { folder + "/" + $0 }
        guard let path, FileManager.default.fileExists(atPath: path) else { throw .eventWithoutSnapshot(record.id, path: path) }
        return path
    }

    package init(_ record: JournalReader.Record, folder: String) {
        origin = .event(record.id)
        name = "event \(record.id)"
        picturePath = record.snapshots.last.map { folder + "/" + $0 }
        box = record.event.bestBox
        concepts = record.event.concepts
        wallNanoseconds = record.event.first.wallNanoseconds
    }

    init(_ sample: Sample) {
        origin = .sample(sample.id)
        name = sample.source
        picturePath = sample.source.hasPrefix("event ") ? nil : sample.source
        box = sample.box
        concepts = sample.concept.map { [ScoredConcept($0, .one)] } ?? []
        wallNanoseconds = sample.wallNanoseconds
    }
}

/// Something that was found, and how like it is to what was looked for.
package struct Likeness: Sendable, Hashable {
    package let item: FoundItem
    /// The cosine of the embeddings: 1 for equal ones.
    package let similarity: Score
}
