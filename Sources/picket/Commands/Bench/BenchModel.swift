import Appliance
import ArgumentParser
import Inference
import Models

struct BenchModel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Times a model on this machine, and shows where the time goes.",
        discussion: """
            The peak is what one core multiplies with the same instructions when it does nothing else, measured here and now.
            Memory is the process's resident memory. Times of layers are the shortest of all runs.
            """)

    @OptionGroup var options: ModelOptions

    @OptionGroup var threading: ThreadOptions

    @Option(help: "How long to measure, in seconds.")
    var seconds = 3.0

    @Option(help: "Measures the first so many runs instead; 1 shows what a cold start costs.")
    var runs: Int?

    @Flag(help: "Shows a table of the layers.")
    var layers = false

    @Option(help: "Only the layers that take longest, so many.")
    var top: Int?

    @Option(help: "Draws the time of each layer into a file, .svg or .png.", completion: .file(extensions: ["svg", "png"]))
    var chart: String?

    @Flag(help: "One JSON object; the layers are in it with --layers.")
    var json = false

    func validate() throws {
        guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds must be above 0, and 3600 at most") }
        if let runs, !(1...1_000_000).contains(runs) { throw ValidationError("--runs must be in 1...1000000") }
        if let top, top < 1 { throw ValidationError("--top must be 1 or more") }
        if top != nil, !layers { throw ValidationError("--top goes with --layers") }
    }

    func run() throws {
        let extent: Benchmark.Extent = runs.map { .runs($0) } ?? .duration(.seconds(seconds))
        let benchmark = Benchmark(
            path: options.model, tier: try options.tier(), threadCount: threading.threads, extent: extent,
            timesLayers: layers || chart != nil)
        let progress = json ? nil : Terminal.error
        do {
            let file = try chart.map { path throws(ApplianceError) in try ChartFile(path) }
            let result = try benchmark.run { count in progress?.progress("  \(Text.count(count, "run"))") }
            progress?.clearProgress()
            try file?.write(result)
            if json {
                Terminal.output.line(Text.json(layers ? result : result.withoutLayers))
            } else {
                show(result)
            }
        } catch let error as ModelError {
            throw fail(error.description, .badInput)
        } catch let error as ApplianceError {
            throw fail(error.description)
        }
    }

    private func show(_ result: BenchmarkResult) {
        let terminal = Terminal.output
        let limit = threading.threads > result.threadCount ? " (no CPU for more)" : ""
        terminal.line(
            "\(terminal.styled(result.model, .bold))  \(result.tier.rawValue), \(Text.count(result.threadCount, "thread"))\(limit), "
                + Text.count(result.runCount, "run"))
        for fact in result.facts {
            terminal.line("  " + terminal.styled(fact.name, .dim) + String(repeating: " ", count: 8 - fact.name.count) + fact.text)
        }
        if layers {
            terminal.line()
            for line in LayerTable(result, top: top).lines(width: terminal.showsBlocks ? terminal.width : nil) {
                switch line.ink {
                case .header, .total: terminal.line(terminal.styled(line.text, .bold))
                case .note: terminal.line(terminal.styled(line.text, .dim))
                case .row: terminal.line(line.text)
                }
            }
        }
        if let chart { terminal.line("  " + terminal.styled("chart", .dim) + "   " + chart) }
    }
}
