package import Frames
package import Predictions
package import Settings

/// The frame that an operator works on: its place in the source, in time, and its extent.
package struct Moment: Sendable, Hashable {
    /// The frame's number in its source; gaps are frames that were lost.
    package let sequence: UInt64
    package let timestamp: Timestamp
    /// The frame's size in pixels, for limits in pixels and for aspect ratios.
    package let frameSize: Size

    package init(sequence: UInt64, timestamp: Timestamp, frameSize: Size) {
        self.sequence = sequence
        self.timestamp = timestamp
        self.frameSize = frameSize
    }
}

/// What a node gave out for one frame: predictions, and from which of the node's inputs each of them came.
///
/// Cleared and filled again for each frame, so that a frame in which nothing is seen allocates nothing.
package struct Lane: Sendable {
    package private(set) var predictions: [Prediction] = []
    /// For each prediction, the index of the input prediction that it was made from.
    package private(set) var origins: [Int32] = []

    package init() {}

    package var count: Int { predictions.count }
    package var isEmpty: Bool { predictions.isEmpty }

    package mutating func append(_ prediction: Prediction, from origin: Int) {
        predictions.append(prediction)
        origins.append(Int32(clamping: origin))
    }

    package mutating func removeAll() {
        guard !predictions.isEmpty else { return }
        predictions.removeAll(keepingCapacity: true)
        origins.removeAll(keepingCapacity: true)
    }
}

/// One rule that turns predictions into predictions: a value with the state that the rule needs, and no other effect.
///
/// The same inputs in the same order give the same outputs on every machine. `process` is called once for each frame in which at least one
/// of the node's inputs was evaluated, with nothing in it when nothing was seen (rules that count frames need to know). It is not called
/// for frames that a model skipped.
package protocol Operator: Sendable {
    /// The word after `type:` in the settings.
    static var typeName: String { get }
    /// What may flow in.
    static var accepts: [PortKind] { get }

    /// Reads the rule's keys; nil when one of them is wrong, with an issue. Does not finish the section.
    /// - Parameter vocabulary: the concepts that can arrive.
    init?(_ section: Section, _ vocabulary: Vocabulary)

    /// The rule in words, such as `person >= 0.60, others dropped`.
    var rule: String { get }

    /// What flows out when `input` flows in.
    func outputKind(from input: PortKind) -> PortKind

    /// The concepts that can leave when those of `input` can arrive.
    func outputVocabulary(from input: Vocabulary) -> Vocabulary

    /// - Parameter output: empty at the start; takes what passes.
    mutating func process(_ input: [Prediction], _ moment: Moment, into output: inout Lane)
}

extension Operator {
    package func outputKind(from input: PortKind) -> PortKind { input }

    package func outputVocabulary(from input: Vocabulary) -> Vocabulary { input }

    /// What passes, without its origins.
    package mutating func process(_ input: [Prediction], _ moment: Moment) -> [Prediction] {
        var lane = Lane()
        process(input, moment, into: &lane)
        return lane.predictions
    }
}

extension Prediction {
    /// The highest score; zero when there are no concepts.
    package var bestScore: Score { concepts.first?.score ?? .zero }
}
