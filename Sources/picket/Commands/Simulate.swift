import Actions
import Appliance
import ArgumentParser
import Capture
import Frames
import Predictions

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Plays a clip through a workflow: every pin edge and event, each with its reason. The same bits each time.")

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "The clip, instead of camera.device: file:clip.mjpeg, file:images/ ...")
    var source: String?

    @Option(help: "Draws what was seen into JPEG files of this folder.", completion: .directory)
    var annotate: String?

    @Option(help: "With --annotate: only every so many frames.")
    var every = 25

    @Option(help: "Which kernels to use instead of the best: reference, baseline ...")
    var cpu: String?

    @Flag(help: "One JSON object a line.")
    var json = false

    func run() throws {
        let configuration = try options.load(source: source, tier: cpu)
        var timeline = Timeline(isJSON: json)
        let album = try annotate.map { try Album(folder: $0, every: every, masks: configuration.camera) }
        do {
            var simulation = try Simulation(configuration)
            while let step = simulation.next() {
                for entry in step.entries { timeline.print(entry) }
                try album?.add(step)
                timeline.progress(simulation.summary, step.levels.filter(\.self).count)
            }
            for entry in simulation.finish() { timeline.print(entry) }
            timeline.end(simulation.summary)
            if simulation.summary.frameCount == 0 { throw fail("no frame came from \(configuration.camera.device)", .badInput) }
        } catch let error as ApplianceError {
            throw fail(error.description)
        }
    }
}

/// Prints the lines of a simulation for people or for programs.
struct Timeline {
    let isJSON: Bool
    private let terminal = Terminal.output

    private struct Line: Encodable {
        var time: Double
        var sequence: UInt64
        var kind: String
        var node: String
        var active: Bool?
        var reason: String
        var concepts: [String: Double]?
    }

    init(isJSON: Bool) { self.isJSON = isJSON }

    func progress(_ summary: Simulation.Summary, _ activeCount: Int) {
        guard !isJSON, summary.frameCount % 5 == 0 else { return }
        terminal.progress(terminal.styled("  frame \(summary.frameCount)  \(Text.seconds(summary.duration)) s", .dim))
    }

    mutating func print(_ entry: Simulation.Entry) {
        if isJSON {
            terminal.line(Text.json(line(entry)))
            return
        }
        terminal.clearProgress()
        let line = line(entry)
        let time = Text.seconds(entry.time)
        let padded = String(repeating: " ", count: max(0, 9 - time.count)) + time
        let (mark, style): (String, Terminal.Style) =
            switch entry.kind {
            case .output(let event): event.edge.map { $0 ? ("on   ", .green) : ("off  ", .blue) } ?? ("kept ", .yellow)
            case .eventOpened: ("event", .cyan)
            case .eventClosed: ("ended", .dim)
            case .badFrame: ("bad  ", .red)
            }
        terminal.line("\(padded) s  \(terminal.styled(mark, style))  \(terminal.styled(line.node, .bold))  \(line.reason)")
    }

    func end(_ summary: Simulation.Summary) {
        terminal.clearProgress()
        guard !isJSON else { return }
        terminal.line(
            "\(summary.frameCount) frames, \(Text.seconds(summary.duration)) s, \(summary.edgeCount) edges, \(summary.eventCount) events"
                + (summary.badFrameCount > 0 ? ", \(summary.badFrameCount) damaged frames" : ""))
    }

    private func line(_ entry: Simulation.Entry) -> Line {
        let time = Double(entry.time.wholeNanoseconds) / 1e9
        switch entry.kind {
        case .output(let event):
            // `siren on: matched 3 of ...`: node and level stand in columns of their own.
            let spoken = event.edge.map { "\(event.output) \($0 ? "on" : "off"): " } ?? "\(event.output) "
            let text = event.description.hasPrefix(spoken) ? String(event.description.dropFirst(spoken.count)) : event.description
            return Line(time: time, sequence: entry.sequence, kind: "output", node: event.output, active: event.edge, reason: text)
        case .eventOpened(let event): return line(event, "opened", time, entry.sequence, Text.concepts(event.concepts))
        case .eventClosed(let event):
            let length = event.last.monotonic.since(event.first.monotonic)
            let text = "\(Text.concepts(event.concepts)), \(event.frameCount) frames in \(Text.seconds(length)) s"
            return line(event, "closed", time, entry.sequence, text)
        case .badFrame(let reason):
            return Line(time: time, sequence: entry.sequence, kind: "bad-frame", node: "camera", active: nil, reason: reason)
        }
    }

    private func line(_ event: Event, _ kind: String, _ time: Double, _ sequence: UInt64, _ text: String) -> Line {
        let concepts = Dictionary(event.concepts.map { ($0.name, $0.score.value) }) { max($0, $1) }
        return Line(time: time, sequence: sequence, kind: "event-\(kind)", node: event.node, active: nil, reason: text, concepts: concepts)
    }
}
