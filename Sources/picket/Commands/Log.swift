import Appliance
import ArgumentParser
import Frames
import Journal
import Predictions
import Settings
import Threads

/// Where the journal lies: beside a configuration, or in a folder.
struct JournalOptions: ParsableArguments {
    @Option(help: "The configuration whose storage.path holds the log.", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(help: "The folder of the log, instead of a configuration.", completion: .directory)
    var storage: String?

    func reader() throws -> JournalReader {
        let folder: String
        if let storage {
            folder = storage
        } else {
            do {
                folder = try ConfigurationFile.storage(config ?? ConfigurationOptions.defaultPath).path
            } catch {
                ConfigurationOptions.report(error)
                throw ExitCode.badConfiguration
            }
        }
        do {
            return try JournalReader(folder: folder)
        } catch {
            throw fail("\(error); has picket run with this storage yet?")
        }
    }

    /// The wall time so long ago.
    static func start(_ since: String) throws -> Int64 {
        guard let span = Quantity.duration(since) else { throw ValidationError("--since \(since): write for example 90s, 10m, 2h or 7d") }
        return SystemClock().wallNanoseconds - span.wholeNanoseconds
    }
}

struct Log: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows the detection log: events, or the edges of the outputs.")

    @OptionGroup var journal: JournalOptions

    @Option(help: "Only events of the last 90s, 10m, 2h, 7d ...")
    var since: String?

    @Option(help: "Only events with this concept.")
    var concept: String?

    @Option(help: "Only events of this event-log node.")
    var node: String?

    @Option(help: "How many, the newest ones.")
    var limit = 50

    @Flag(help: "Shows the edges of the outputs instead of the events.")
    var edges = false

    @Flag(name: .shortAndLong, help: "Goes on with new events as they come, until Ctrl-C.")
    var follow = false

    @Flag(help: "One JSON object a line.")
    var json = false

    func run() throws {
        let reader = try journal.reader()
        do {
            if edges {
                try printEdges(reader)
                return
            }
            var query = try query()
            let records = try reader.events(query)
            show(records, withHeader: true)
            guard follow else { return }
            // Open events change until they close, so only closed ones are told of; an event that was open at first comes when it closes.
            var seen = Set(records.filter { $0.event.state != .open }.map(\.id))
            query.limit = 200
            while true {
                SystemClock.pause(for: .milliseconds(500))
                let fresh = try reader.events(query).filter { $0.event.state != .open && !seen.contains($0.id) }
                seen.formUnion(fresh.map(\.id))
                show(fresh, withHeader: false)
            }
        } catch let error as JournalError {
            throw fail(error.description)
        }
    }

    private func query() throws -> JournalReader.Query {
        var query = JournalReader.Query()
        query.concept = concept
        query.node = node
        query.limit = max(limit, 1)
        query.sinceWallNanoseconds = try since.map(JournalOptions.start)
        return query
    }

    private func printEdges(_ reader: JournalReader) throws {
        var table = TextTable(["TIME", "LINE", "NODE", "LEVEL", "REASON"])
        for edge in try reader.edges(limit: max(limit, 1)) {
            if json {
                Terminal.output.line(Text.json(EdgeLine(edge)))
            } else {
                table.add([Text.wallTime(edge.moment.wallNanoseconds), edge.line, edge.node, edge.isActive ? "on" : "off", edge.reason])
            }
        }
        if !json { table.print(to: .output) }
    }

    private func show(_ records: [JournalReader.Record], withHeader: Bool) {
        if json {
            for record in records { Terminal.output.line(Text.json(EventLine(record))) }
            return
        }
        if records.isEmpty && withHeader { Terminal.output.line("no events yet") }
        guard !records.isEmpty else { return }
        var table = TextTable(["ID", "TIME", "LENGTH", "STATE", "NODE", "CONCEPTS", "SNAPSHOT"], right: [0, 2])
        for record in records {
            let event = record.event
            let length = event.last.monotonic.since(event.first.monotonic)
            table.add([
                "\(record.id)", Text.wallTime(event.first.wallNanoseconds) + (record.isWallSynchronized ? "" : "?"),
                Text.number(Double(length.wholeNanoseconds) / 1e9, decimals: 1) + " s", event.state.rawValue, event.node,
                Text.concepts(event.concepts), record.snapshots.last ?? "-",
            ])
        }
        table.print(to: .output)
    }
}

struct Explain: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says why an event is in the log: the way from the camera to it, with each rule and the values that met it.")

    @Argument(help: "The event's number, as `picket log` shows it.")
    var event: Int64

    @OptionGroup var journal: JournalOptions

    @Flag(help: "One JSON object.")
    var json = false

    func run() throws {
        let reader = try journal.reader()
        let record: JournalReader.Record
        do {
            record = try reader.event(id: event)
        } catch {
            throw fail("\(error)")
        }
        if json {
            Terminal.output.line(Text.json(EventLine(record), isPretty: true))
            return
        }
        let terminal = Terminal.output
        let seen = record.event
        let length = seen.last.monotonic.since(seen.first.monotonic)
        terminal.line(terminal.styled("event \(record.id)", .bold) + " of \(seen.node): \(Text.concepts(seen.concepts, limit: 8))")
        let clockNote = record.isWallSynchronized ? "" : " (the clock was not synchronised)"
        terminal.line("  began   \(Text.wallTime(seen.first.wallNanoseconds))\(clockNote), frame \(seen.firstSequence)")
        terminal.line("  ended   \(seen.state.rawValue), after \(Text.seconds(length)) s, seen in \(seen.frameCount) frames")
        terminal.line("  best    frame \(seen.bestSequence), at \(percent(seen.bestBox))")
        terminal.line("  why")
        for line in seen.explanation.split(separator: "\n") { terminal.line("    " + line) }
        terminal.line("  models  \(record.modelDigests.isEmpty ? "-" : record.modelDigests)")
        terminal.line("  config  \(record.configurationDigest.prefix(12)), boot \(record.bootID.prefix(12))")
        for snapshot in record.snapshots { terminal.line("  picture \(reader.folder)/\(snapshot)") }
    }

    private func percent(_ box: Box) -> String {
        func part(_ units: Int32) -> String { Text.number(Double(units) * 100 / Double(Box.unit), decimals: 0) + "%" }
        return "\(part(box.left)) \(part(box.top)) to \(part(box.right)) \(part(box.bottom)) of the frame"
    }
}

/// An event for programs.
private struct EventLine: Encodable {
    let id: Int64
    let key: String
    let node: String
    let state: String
    let firstSequence: UInt64
    let lastSequence: UInt64
    let frameCount: Int
    let firstWallNanoseconds: Int64
    let lastWallNanoseconds: Int64
    let firstMonotonicNanoseconds: Int64
    let lastMonotonicNanoseconds: Int64
    let isWallSynchronized: Bool
    let bootID: String
    let concepts: [String: Double]
    let bestBox: [Double]
    let bestSequence: UInt64
    let snapshots: [String]
    let configurationDigest: String
    let modelDigests: String
    let explanation: [String]

    init(_ record: JournalReader.Record) {
        let event = record.event
        id = record.id
        key = event.key
        node = event.node
        state = event.state.rawValue
        firstSequence = event.firstSequence
        lastSequence = event.lastSequence
        frameCount = event.frameCount
        firstWallNanoseconds = event.first.wallNanoseconds
        lastWallNanoseconds = event.last.wallNanoseconds
        firstMonotonicNanoseconds = event.first.monotonic.nanoseconds
        lastMonotonicNanoseconds = event.last.monotonic.nanoseconds
        isWallSynchronized = record.isWallSynchronized
        bootID = record.bootID
        concepts = Dictionary(event.concepts.map { ($0.name, $0.score.value) }) { max($0, $1) }
        bestBox = [event.bestBox.left, event.bestBox.top, event.bestBox.right, event.bestBox.bottom].map { Double($0) / Double(Box.unit) }
        bestSequence = event.bestSequence
        snapshots = record.snapshots
        configurationDigest = record.configurationDigest
        modelDigests = record.modelDigests
        explanation = event.explanation.split(separator: "\n").map(String.init)
    }
}

private struct EdgeLine: Encodable {
    let node: String
    let line: String
    let active: Bool
    let reason: String
    let wallNanoseconds: Int64
    let monotonicNanoseconds: Int64

    init(_ edge: OutputEdge) {
        node = edge.node
        line = edge.line
        active = edge.isActive
        reason = edge.reason
        wallNanoseconds = edge.moment.wallNanoseconds
        monotonicNanoseconds = edge.moment.monotonic.nanoseconds
    }
}
