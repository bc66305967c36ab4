package import Frames

/// One thing that was seen for a while: it opens, updates and closes; not one row a frame.
package struct Event: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case open, closed
        /// The process ended before the event did; its end is the last update that was written.
        case interrupted
    }

    /// The same at every attempt to write it: boot id, run, node and first frame.
    package var key: String
    /// The `event-log` node.
    package var node: String
    package var state: State
    package var firstSequence: UInt64
    package var lastSequence: UInt64
    /// Frames in which it was seen.
    package var frameCount: Int
    package var first: Moment
    package var last: Moment
    /// Each concept's best score so far, highest first.
    package var concepts: [ScoredConcept]
    /// The region with the best score so far, and the frame in which it was.
    package var bestBox: Box
    package var bestSequence: UInt64
    /// Why the event exists: the chain of nodes with their rules and values at the frame that opened it, a line each.
    package var explanation: String
    /// The snapshot's file name, once it is on the disk.
    package var snapshot: String?
    /// What the region with the best score looks like; nil unless the log keeps embeddings.
    package var look: Look?

    /// An embedding and where the file of its embedder lay.
    package struct Look: Sendable, Hashable {
        package let embedding: Embedding
        package let embedderPath: String

        package init(_ embedding: Embedding, embedderPath: String) {
            self.embedding = embedding
            self.embedderPath = embedderPath
        }
    }

    /// A frame's time on both clocks.
    package struct Moment: Sendable, Hashable {
        package let monotonic: Timestamp
        package let wallNanoseconds: Int64

        package init(monotonic: Timestamp, wallNanoseconds: Int64) {
            self.monotonic = monotonic
            self.wallNanoseconds = wallNanoseconds
        }
    }

    package init(
        key: String, node: String, state: State, firstSequence: UInt64, lastSequence: UInt64, frameCount: Int, first: Moment, last: Moment,
        concepts: [ScoredConcept], bestBox: Box, bestSequence: UInt64, explanation: String, snapshot: String? = nil, look: Look? = nil
    ) {
        self.key = key
        self.node = node
        self.state = state
        self.firstSequence = firstSequence
        self.lastSequence = lastSequence
        self.frameCount = frameCount
        self.first = first
        self.last = last
        self.concepts = concepts
        self.bestBox = bestBox
        self.bestSequence = bestSequence
        self.explanation = explanation
        self.snapshot = snapshot
        self.look = look
    }

    package var bestScore: Score { concepts.first?.score ?? .zero }
}
