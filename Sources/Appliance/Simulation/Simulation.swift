package import Actions
import Capture
package import Frames
import Imaging
import Journal
import Models
package import Predictions

/// Plays a clip through a workflow in the clip's own time: every pin edge and event, each with its reason. The same clip, workflow and models
/// give the same timeline, bit for bit, on every machine.
package struct Simulation: ~Copyable {
    /// One line of the timeline.
    package struct Entry: Sendable, Hashable {
        package enum Kind: Sendable, Hashable {
            case output(OutputEvent)
            case eventOpened(Event)
            case eventClosed(Event)
            /// A frame that could not be used.
            case badFrame(reason: String)
        }

        /// Since the first frame.
        package let time: Duration
        package let sequence: UInt64
        package let kind: Kind
    }

    package struct Summary: Sendable, Hashable {
        package var frameCount = 0
        package var badFrameCount = 0
        package var edgeCount = 0
        package var eventCount = 0
        /// The clip's time from the first to the last frame.
        package var duration = Duration.zero
    }

    /// A frame with everything that the workflow said about it, for drawing and progress.
    package struct Step: Sendable {
        package let frame: Frame
        package let predictions: [Prediction]
        /// Each output's level after the frame.
        package let levels: [Bool]
        package let entries: [Entry]
    }

    private let configuration: Configuration
    private var pipeline: Pipeline
    private var rehearsal: OutputRehearsal
    private let source: any FrameSource
    private var first: Timestamp?
    private var last: Frame?
    /// What came after the last frame.
    private var leftover: [Entry] = []
    /// Frames of a pipe bear the time of their arrival, which says nothing here; they get that of a clip.
    private let pipeRate: FrameRate?
    package private(set) var summary = Summary()

    /// - Throws: `ApplianceError.notAFile` for a camera, which has no end; `ApplianceError.model`.
    package init(_ configuration: Configuration) throws(ApplianceError) {
        switch configuration.camera.device {
        case .file, .standardInput: break
        default: throw .notAFile(device: configuration.camera.device.description)
        }
        // What can fail comes before the first property: Swift 6.2 loses count of those that are set when a typed error leaves here.
        self.init(configuration, try Self.pipeline(configuration))
    }

    private init(_ configuration: Configuration, _ pipeline: consuming Pipeline) {
        self.configuration = configuration
        self.pipeline = pipeline
        rehearsal = OutputRehearsal(configuration.outputs.map(\.settings))
        pipeRate = configuration.camera.device == .standardInput ? configuration.camera.rate ?? FrameRate(perSecond: 25) : nil
        var camera = configuration.camera
        camera.loops = false
        source = CaptureSource.make(camera, clock: StillClock(), pace: false)
    }

    private static func pipeline(_ configuration: Configuration) throws(ApplianceError) -> Pipeline {
        do {
            return try Pipeline(configuration, keyPrefix: "simulation")
        } catch {
            throw .model(error.description)
        }
    }

    /// The next frame's step; nil at the end, after which `finish` gives the last entries.
    package mutating func next() -> Step? {
        var storage: [UInt8] = []
        var entries: [Entry] = []
        while true {
            switch source.next(timeout: .seconds(5), storage: &storage) {
            case .ended:
                leftover += entries
                return nil
            case .state(.lost(let reason)): entries.append(bad(reason, at: last))
            case .state, .idle, .dropped: continue
            case .corrupt(let reason): entries.append(bad(reason, at: last))
            case .frame(var frame):
                if let pipeRate { frame.timestamp = Timestamp(nanoseconds: 0).advanced(by: pipeRate.time(ofFrame: frame.sequence)) }
                entries += process(frame)
                return Step(frame: frame, predictions: predictions, levels: rehearsal.levels, entries: entries)
            }
        }
    }

    /// The latest frame's predictions.
    private var predictions: [Prediction] = []

    private mutating func process(_ frame: Frame) -> [Entry] {
        if first == nil { first = frame.timestamp }
        last = frame
        summary.frameCount += 1
        summary.duration = frame.timestamp.since(first ?? frame.timestamp)
        do {
            let result = try pipeline.process(frame)
            predictions = result.predictions
            let events = rehearsal.frame(taken: frame.timestamp, verdicts: result.verdicts)
            return entries(events, result.changes, frame)
        } catch {
            predictions = []
            let verdicts = [Bool?](repeating: nil, count: configuration.outputs.count)
            return [bad("\(error)", at: frame)] + entries(rehearsal.frame(taken: frame.timestamp, verdicts: verdicts), [], frame)
        }
    }

    /// Ends the recording: open events close, outputs go to their safe level.
    package mutating func finish() -> [Entry] {
        defer { leftover = [] }
        guard let last else { return leftover }
        return leftover + entries(rehearsal.finish(at: last.timestamp), pipeline.closeAllEvents(), last)
    }

    private mutating func entries(_ events: [OutputEvent], _ changes: [EventTracker.Change], _ frame: Frame) -> [Entry] {
        let start = first ?? frame.timestamp
        var entries = events.map { event in
            Entry(time: event.at.since(start), sequence: frame.sequence, kind: .output(event))
        }
        for change in changes {
            switch change {
            case .opened(let event): entries.append(Entry(time: summary.duration, sequence: frame.sequence, kind: .eventOpened(event)))
            case .closed(let event): entries.append(Entry(time: summary.duration, sequence: frame.sequence, kind: .eventClosed(event)))
            case .updated, .snapshot: break
            }
        }
        summary.edgeCount += events.filter { $0.edge != nil }.count
        summary.eventCount += changes.filter { if case .opened = $0 { true } else { false } }.count
        return entries
    }

    private mutating func bad(_ reason: String, at frame: Frame?) -> Entry {
        summary.badFrameCount += 1
        return Entry(time: summary.duration, sequence: frame?.sequence ?? 0, kind: .badFrame(reason: reason))
    }
}

/// A clock that always shows the same moment, so that a recording's time stamps depend on nothing but the recording.
private struct StillClock: Frames.Clock {
    var now: Timestamp { Timestamp(nanoseconds: 0) }
    var wallNanoseconds: Int64 { 0 }
}
