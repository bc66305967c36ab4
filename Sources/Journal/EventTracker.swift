package import Frames
package import Predictions

/// Decides when an event opens, updates and closes. Pure: all times come in with the frames and ticks. One for each `event-log` node.
package struct EventTracker: Sendable {
    /// What is to be done about the journal after a frame or a tick.
    package enum Change: Sendable, Hashable {
        case opened(Event)
        /// At most once a second for one event.
        case updated(Event)
        case closed(Event)
        /// The frame at hand should be kept for this event; a later request replaces an earlier one unless `snapshot: all` was asked for.
        case snapshot(Event)
    }

    private let node: String
    private let keyPrefix: String
    private let settings: EventLogSettings
    /// The last frames' matches, newest in bit 0.
    private var history: UInt64 = 0
    private var current: Event?
    private var lastWritten: Timestamp?
    private var bestWritten = Score.zero

    /// - Parameter keyPrefix: boot id and run, which make an event's key unique.
    package init(node: String, keyPrefix: String, settings: EventLogSettings) {
        self.node = node
        self.keyPrefix = keyPrefix
        self.settings = settings
    }

    package var openEvent: Event? { current }

    /// Takes what reached the node in one frame.
    /// - Parameter explanation: asked for only when an event opens.
    package mutating func process(
        _ predictions: [Prediction], sequence: UInt64, moment: Event.Moment, explanation: () -> String
    ) -> [Change] {
        var changes = close(ifOverAt: moment.monotonic)
        let matched = !predictions.isEmpty
        history = history << 1 | (matched ? 1 : 0)
        guard matched else { return changes }
        if current != nil {
            changes += update(predictions, sequence: sequence, moment: moment)
        } else {
            let window = settings.startWindow >= 64 ? UInt64.max : (1 << UInt64(settings.startWindow)) - 1
            if (history & window).nonzeroBitCount >= settings.startCount {
                changes += open(predictions, sequence: sequence, moment: moment, explanation: explanation())
            }
        }
        return changes
    }

    /// Closes the event when nothing matched for long enough; to be called also when no frame comes.
    package mutating func close(ifOverAt now: Timestamp) -> [Change] {
        guard let event = current, now.since(event.last.monotonic) >= settings.endAfter else { return [] }
        return finish(event)
    }

    /// Closes the event now: the source was lost or the daemon stops.
    package mutating func closeNow() -> [Change] { current.map { finish($0) } ?? [] }

    private mutating func finish(_ event: Event) -> [Change] {
        var event = event
        event.state = .closed
        current = nil
        history = 0
        return [.closed(event)]
    }

    private mutating func open(_ predictions: [Prediction], sequence: UInt64, moment: Event.Moment, explanation: String) -> [Change] {
        var event = Event(
            key: "\(keyPrefix)/\(node)/\(sequence)", node: node, state: .open, firstSequence: sequence, lastSequence: sequence,
            frameCount: 0,
            first: moment, last: moment, concepts: [], bestBox: .wholeFrame, bestSequence: sequence, explanation: explanation)
        add(predictions, to: &event, sequence: sequence, moment: moment, isFirst: true)
        current = event
        lastWritten = moment.monotonic
        bestWritten = event.bestScore
        return settings.snapshot == .none ? [.opened(event)] : [.opened(event), .snapshot(event)]
    }

    private mutating func update(_ predictions: [Prediction], sequence: UInt64, moment: Event.Moment) -> [Change] {
        guard var event = current else { return [] }
        add(predictions, to: &event, sequence: sequence, moment: moment, isFirst: false)
        current = event
        var changes: [Change] = []
        if lastWritten.map({ moment.monotonic.since($0) >= .seconds(1) }) ?? true {
            changes.append(.updated(event))
            lastWritten = moment.monotonic
        }
        switch settings.snapshot {
        case .none, .first: break
        case .all: changes.append(.snapshot(event))
        case .best:
            // A better frame must be better by a hundredth, so that a slow rise does not write a file a frame.
            if event.bestSequence == sequence, event.bestScore.units >= bestWritten.units + Score.unitsPerOne / 100 {
                bestWritten = event.bestScore
                changes.append(.snapshot(event))
            }
        }
        return changes
    }

    /// The embedding of a region: its own, or that of the crop which has most in common with it.
    private func look(at box: Box, among predictions: [Prediction]) -> Event.Look? {
        guard let embedder = settings.embedder else { return nil }
        var best: (embedding: Embedding, overlap: Double)?
        for prediction in predictions {
            guard let embedding = prediction.embedding, embedding.modelDigest == embedder.digest else { continue }
            let common = Double(box.intersection(prediction.box).area)
            let overlap = common / max(Double(box.area) + Double(prediction.box.area) - common, 1)
            if overlap > best?.overlap ?? 0 { best = (embedding, overlap) }
        }
        return best.map { Event.Look($0.embedding, embedderPath: embedder.path) }
    }

    private func add(_ predictions: [Prediction], to event: inout Event, sequence: UInt64, moment: Event.Moment, isFirst: Bool) {
        event.lastSequence = sequence
        event.last = moment
        event.frameCount += 1
        let bestBefore = isFirst ? Score(units: -1) : event.bestScore
        var best = bestBefore
        for prediction in predictions {
            for concept in prediction.concepts {
                if let index = event.concepts.firstIndex(where: { $0.name == concept.name }) {
                    if concept.score > event.concepts[index].score { event.concepts[index] = concept }
                } else {
                    event.concepts.append(concept)
                }
            }
            let score = prediction.concepts.map(\.score).max() ?? .zero
            if score > best {
                best = score
                event.bestBox = prediction.box
                event.bestSequence = sequence
            }
        }
        if best > bestBefore, let look = look(at: event.bestBox, among: predictions) { event.look = look }
        event.concepts.sort { ($1.score, $0.name) < ($0.score, $1.name) }
    }
}
