import Capture
import Frames
import Imaging
import Journal
import Models
import Operators
import Predictions
import Workflow

/// One workflow on one thread: takes a frame, says what each sink has to do. No clock, no thread, no output of its own, so that `run`,
/// `simulate` and the tests do exactly the same.
struct Pipeline: ~Copyable {
    /// What one frame led to.
    struct Result: Sendable {
        /// For each output whether the frame matched; nil when its branch did not judge the frame.
        var verdicts: [Bool?] = []
        /// What the first prediction at an output is, for a person; nil when nothing arrived.
        var matches: [Prediction?] = []
        var entries: [JournalEntry] = []
        /// Events that opened or closed, for a timeline.
        var changes: [EventTracker.Change] = []
        /// All items that reached any sink, for drawing.
        var predictions: [Prediction] = []
    }

    private var executor: Executor<WorkflowModels>
    private let models: WorkflowModels
    private let configuration: Configuration
    private var trackers: [EventTracker]
    private var lastSamples: [Timestamp?]
    private let deliveries: [Int: Int]
    private let isMasked: Bool
    private let keyPrefix: String

    /// - Parameter keyPrefix: of this run, for events' keys.
    init(_ configuration: Configuration, keyPrefix: String) throws(ModelError) {
        // What can fail comes before the first property: Swift 6.2 loses count of those that are set when a typed error leaves here.
        let models = try WorkflowModels(configuration)
        self.models = models
        self.configuration = configuration
        self.keyPrefix = keyPrefix
        executor = Executor(configuration.definition, runner: models)
        trackers = configuration.eventLogs.map { log in
            EventTracker(node: configuration.definition.nodes[log.node].id, keyPrefix: keyPrefix, settings: log.settings)
        }
        lastSamples = configuration.sampleWriters.map { _ in nil }
        var deliveries: [Int: Int] = [:]
        for (index, sink) in configuration.definition.sinks.enumerated() { deliveries[sink.node] = index }
        self.deliveries = deliveries
        isMasked = !configuration.camera.masks.isEmpty
    }

    /// Runs the workflow on one frame.
    /// - Throws: `ImagingError` when the frame cannot be decoded; the next one may be good.
    mutating func process(_ frame: Frame) throws(ImagingError) -> Result {
        // The frame's memory goes back to the camera, which can use it again only when nobody else holds it.
        defer { models.end() }
        let outcome = try executor.process(frame)
        var result = Result()
        for output in configuration.outputs {
            let delivery = delivery(to: output.node, outcome)
            let isMatch = delivery.map { !$0.predictions.isEmpty }
            result.verdicts.append(delivery?.isEvaluated == true ? isMatch : nil)
            result.matches.append(delivery?.predictions.first)
        }
        logEvents(frame, outcome, &result)
        writeSamples(frame, outcome, &result)
        for delivery in outcome.deliveries { result.predictions += delivery.predictions }
        return result
    }

    /// Closes events that are over although no frame comes.
    mutating func closeEvents(at now: Timestamp) -> [EventTracker.Change] {
        var changes: [EventTracker.Change] = []
        for index in trackers.indices { changes += trackers[index].close(ifOverAt: now) }
        return changes
    }

    /// Closes all open events: the source was lost, or the pipeline ends.
    mutating func closeAllEvents() -> [EventTracker.Change] {
        var changes: [EventTracker.Change] = []
        for index in trackers.indices { changes += trackers[index].closeNow() }
        return changes
    }

    /// What the journal writes of changes that came without a frame.
    static func entries(_ changes: [EventTracker.Change]) -> [JournalEntry] {
        changes.compactMap { change in
            switch change {
            case .opened(let event), .updated(let event), .closed(let event): .event(event)
            case .snapshot: nil
            }
        }
    }

    private func delivery(to node: Int, _ outcome: FrameOutcome) -> Delivery? { deliveries[node].map { outcome.deliveries[$0] } }

    private mutating func logEvents(_ frame: Frame, _ outcome: FrameOutcome, _ result: inout Result) {
        let moment = Event.Moment(monotonic: frame.timestamp, wallNanoseconds: frame.wallNanoseconds)
        for (index, log) in configuration.eventLogs.enumerated() {
            // First, so that an event that takes its place in this very frame is explained too.
            result.changes += trackers[index].close(ifOverAt: frame.timestamp)
            guard let delivery = delivery(to: log.node, outcome), delivery.isEvaluated else { continue }
            // Asked for only when an event can open: the words cost more than the rule.
            let best = trackers[index].openEvent == nil ? Self.best(delivery.predictions) : nil
            let explanation = best.map { executor.explanation(ofItem: $0, atSink: log.node, outcome.moment).description } ?? ""
            result.changes += trackers[index].process(
                delivery.predictions, sequence: frame.sequence, moment: moment, explanation: { explanation })
        }
        result.entries += Self.entries(result.changes)
        for change in result.changes {
            guard case .snapshot(let event) = change else { continue }
            let isAll = configuration.eventLogs.contains {
                configuration.definition.nodes[$0.node].id == event.node && $0.settings.snapshot == .all
            }
            // An event without its picture is worth more than none.
            guard let jpeg = try? models.snapshot(of: frame, isMasked: isMasked) else { continue }
            result.entries.append(
                .snapshot(
                    eventKey: event.key, sequence: frame.sequence, wallNanoseconds: frame.wallNanoseconds, jpeg: jpeg, replacing: !isAll))
        }
    }

    private mutating func writeSamples(_ frame: Frame, _ outcome: FrameOutcome, _ result: inout Result) {
        for (index, writer) in configuration.sampleWriters.enumerated() {
            guard let delivery = delivery(to: writer.node, outcome), !delivery.predictions.isEmpty else { continue }
            if let last = lastSamples[index], frame.timestamp.since(last) < writer.settings.interval { continue }
            guard let jpeg = try? models.snapshot(of: frame, isMasked: isMasked) else { continue }
            lastSamples[index] = frame.timestamp
            result.entries.append(
                .sample(
                    ReviewSample(
                        key: "\(keyPrefix)/\(configuration.definition.nodes[writer.node].id)",
                        node: configuration.definition.nodes[writer.node].id, status: writer.settings.status, sequence: frame.sequence,
                        wallNanoseconds: frame.wallNanoseconds, predictions: delivery.predictions, jpeg: jpeg)))
        }
    }

    /// The index of the prediction with the best score.
    private static func best(_ predictions: [Prediction]) -> Int? {
        predictions.indices.max { a, b in
            (predictions[a].concepts.first?.score ?? .zero, b) < (predictions[b].concepts.first?.score ?? .zero, a)
        }
    }
}
