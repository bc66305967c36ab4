import Actions
import Appliance
import ArgumentParser
import FoundationEssentials
import Frames
import Journal
import Logging
import Predictions
import Settings
import Workflow

struct Demo: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs the main job on the project's own clip: a drone comes down over landing pads.",
        discussion: "Detector, crop, classifier, thresholds, router, a simulated pin and the log, in real time; about twenty seconds.")

    @Option(help: "The folder with demo.yaml, its clip and models.", completion: .directory)
    var folder: String?

    @Option(help: "Where log and pictures go.", completion: .directory)
    var output = "picket-demo"

    private var terminal: Terminal { .output }

    func run() throws {
        let path = try configurationPath()
        try? FileManager.default.removeItem(atPath: output + "/log")
        heading("1  The workflow, from \(path)")
        let configuration = try load(path)
        for line in configuration.definition.summary { terminal.line("   " + line) }

        heading("2  Running it on the clip, in real time, with a simulated pin")
        try runDaemon(path)

        heading("3  What the log says")
        let events = try showLog()

        heading("4  Why, and what it looked like")
        try explain(events)
        let pictures = try draw(configuration)
        for picture in pictures { terminal.line("   picture \(picture)") }

        heading("Summary")
        let edges = try reader().edges(limit: 1000)
        let onCount = edges.filter(\.isActive).count
        terminal.line("   \(events.count) events in the log, the landing light went on \(onCount) times and is off now")
        terminal.line("   log and pictures are in \(output); your own site: picket check site.yaml, then picket run site.yaml")
    }

    private func heading(_ text: String) { terminal.line("\n" + terminal.styled(text, .bold)) }

    /// Beside the working folder's checkout, or where the package puts it.
    private func configurationPath() throws -> String {
        let folders = folder.map { [$0] } ?? ["firmware-config/demo", "/usr/share/picket/demo"]
        for folder in folders where FileManager.default.fileExists(atPath: folder + "/demo.yaml") { return folder + "/demo.yaml" }
        throw fail("no demo.yaml in \(folders.joined(separator: " or ")); name its folder with --folder")
    }

    private func load(_ path: String) throws -> Configuration {
        do {
            return try ConfigurationFile.load(path, storage: output + "/log")
        } catch {
            ConfigurationOptions.report(error)
            throw ExitCode.badConfiguration
        }
    }

    private func runDaemon(_ path: String) throws {
        let signals = SignalQueue()
        var handler = ConsoleLogHandler(style: terminal.isInteractive ? .terminal : .plain)
        handler.logLevel = .notice
        var logger = Logger(label: "picket", factory: { [handler] _ in handler })
        logger.logLevel = .notice
        var options = Daemon.Options(configurationPath: path)
        options.storage = output + "/log"
        options.version = Picket.version
        let progress = Terminal.error
        let daemon = Daemon(options, signals: signals, logger: logger) { status in
            progress.progress("   frame \(status.processed)  \(status.text)")
        }
        do {
            try daemon.run()
        } catch {
            throw fail("\(error)")
        }
        progress.clearProgress()
    }

    private func reader() throws -> JournalReader {
        do {
            return try JournalReader(folder: output + "/log")
        } catch {
            throw fail("\(error)")
        }
    }

    private func showLog() throws -> [JournalReader.Record] {
        var query = JournalReader.Query()
        query.limit = 1000
        let records = try reader().events(query)
        for record in records {
            let length = record.event.last.monotonic.since(record.event.first.monotonic)
            terminal.line(
                "   event \(record.id)  frame \(record.event.firstSequence)  \(Text.number(Double(length.wholeNanoseconds) / 1e9, decimals: 1)) s"
                    + "  \(Text.concepts(record.event.concepts))")
        }
        return records
    }

    private func explain(_ records: [JournalReader.Record]) throws {
        guard let record = records.first else { return }
        terminal.line("   event \(record.id)")
        for line in record.event.explanation.split(separator: "\n") { terminal.line("     " + line) }
    }

    /// The first frame with the light on and the first frame of an event.
    private func draw(_ configuration: Configuration) throws -> [String] {
        let album = try Album(folder: output, every: 1, masks: configuration.camera)
        var written: [String] = []
        do {
            var simulation = try Simulation(configuration)
            var wantsLight = true
            var wantsEvent = true
            while wantsLight || wantsEvent, let step = simulation.next() {
                for entry in step.entries {
                    switch entry.kind {
                    case .output(let event) where event.edge == true && wantsLight:
                        wantsLight = false
                        written.append(output + "/light-on.jpg")
                    case .eventOpened where wantsEvent:
                        wantsEvent = false
                        written.append(output + "/event.jpg")
                    default: continue
                    }
                    if let path = written.last { try album.write(step.frame, step.predictions, to: path) }
                }
            }
        } catch let error as ApplianceError {
            throw fail(error.description)
        }
        return written
    }
}
