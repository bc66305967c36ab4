import Frames
package import Predictions

/// One thing for the journal to write.
package enum JournalEntry: Sendable {
    /// Inserts the event or, if its key is known, brings it up to date.
    case event(Event)
    /// A clean frame (a whole JPEG image) that belongs to an event. `replacing` removes the event's earlier ones.
    case snapshot(eventKey: String, sequence: UInt64, wallNanoseconds: Int64, jpeg: [UInt8], replacing: Bool)
    /// An image for the review queue, with what the workflow said about it.
    case sample(ReviewSample)
    /// An output line changed its level.
    case edge(OutputEdge)
}

/// A clean frame and its labels, kept by a `sample-writer` for a person to look at, or to train with.
package struct ReviewSample: Sendable {
    /// Run, node and frame: unique.
    package let key: String
    package let node: String
    package let status: SampleWriterSettings.Status
    package let sequence: UInt64
    package let wallNanoseconds: Int64
    package let predictions: [Prediction]
    /// A whole JPEG image.
    package let jpeg: [UInt8]

    package init(
        key: String, node: String, status: SampleWriterSettings.Status, sequence: UInt64, wallNanoseconds: Int64, predictions: [Prediction],
        jpeg: [UInt8]
    ) {
        self.key = key
        self.node = node
        self.status = status
        self.sequence = sequence
        self.wallNanoseconds = wallNanoseconds
        self.predictions = predictions
        self.jpeg = jpeg
    }
}

/// A change of an output line, with its reason.
package struct OutputEdge: Sendable, Hashable {
    package let node: String
    /// For example `pinctrl-bcm2711:17`.
    package let line: String
    /// The logical level: whether the load is on.
    package let isActive: Bool
    package let reason: String
    package let moment: Event.Moment

    package init(node: String, line: String, isActive: Bool, reason: String, moment: Event.Moment) {
        self.node = node
        self.line = line
        self.isActive = isActive
        self.reason = reason
        self.moment = moment
    }
}

/// What every record of one run of the daemon has in common.
package struct RunFacts: Sendable, Hashable {
    package let bootID: String
    package let configurationDigest: String
    /// Node and digest, as `people=3f2a...`, joined by commas.
    package let modelDigests: String
    package let version: String
    package let start: Event.Moment

    package init(configurationDigest: String, modelDigests: String, version: String, start: Event.Moment) {
        self.bootID = Syscalls.bootID()
        self.configurationDigest = configurationDigest
        self.modelDigests = modelDigests
        self.version = version
        self.start = start
    }

    /// Unique to this run even when the database was replaced: for event keys and snapshot names.
    package var keyPrefix: String { "\(bootID.prefix(12))-\(start.monotonic.nanoseconds / 1_000_000)" }
}

/// What the journal wants a person or the daemon's log to know.
package enum JournalNotice: Sendable, Equatable, CustomStringConvertible {
    /// The database was damaged; it was kept under another name and a new one begun.
    case quarantined(keptAs: String, reason: String)
    /// Writing fails; entries wait in memory.
    case failing(reason: String, waiting: Int)
    case recovered(written: Int)
    /// Memory for waiting entries was full: the oldest went.
    case lost(count: Int)
    /// Events that waited while writing failed were written without their embeddings.
    case lostEmbeddings(count: Int)
    case deletedImages(count: Int, byteCount: Int64, reason: String)
    case deletedEvents(count: Int, reason: String)
    /// Embeddings of events that were not where the database says.
    case droppedEmbeddings(count: Int, reason: String)
    /// A file of embeddings was written anew without those of events that are gone.
    case compactedEmbeddings(live: Int, dead: Int)
    /// Events of an earlier run that had never been closed.
    case interruptedEvents(count: Int)

    package var description: String {
        switch self {
        case .quarantined(let name, let reason): "journal damaged (\(reason)); kept as \(name), a new one was begun"
        case .failing(let reason, let waiting): "journal cannot write: \(reason); \(Self.text(waiting, "entry", "entries")) in memory"
        case .recovered(let written): "journal writes again; \(Self.text(written, "entry", "entries")) had waited"
        case .lost(let count): "journal: memory for waiting entries was full, \(Self.text(count, "entry", "entries")) dropped"
        case .lostEmbeddings(let count): "journal: \(Self.text(count, "event was", "events were")) written without the embedding"
        case .deletedImages(let count, let bytes, let reason):
            "deleted \(Self.text(count, "image", "images")), oldest first, \(bytes) bytes: \(reason)"
        case .deletedEvents(let count, let reason): "deleted \(Self.text(count, "event", "events")), oldest first: \(reason)"
        case .droppedEmbeddings(let count, let reason): "dropped \(Self.text(count, "embedding", "embeddings")) of events: \(reason)"
        case .compactedEmbeddings(let live, let dead):
            "wrote \(Self.text(live, "embedding", "embeddings")) anew, without \(dead) of events that are gone"
        case .interruptedEvents(let count): "\(Self.text(count, "event", "events")) of an earlier run ended without a close"
        }
    }

    private static func text(_ count: Int, _ one: String, _ many: String) -> String { "\(count) \(count == 1 ? one : many)" }
}
