import Appliance
import ArgumentParser
import Learning
import Storage

struct BenchSearch: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Times visual search over int8 codes on one core.",
        discussion: """
            The rate of reading is what one core gets when it reads the same bytes and does nothing else, measured in turns with the search.
            """)

    @Option(help: "How many codes.")
    var vectors = 1_000_000

    @Option(help: "Elements of a code, one byte each.")
    var dimensions = 128

    @Option(name: .customShort("k"), help: "How many are found.")
    var count = 20

    @Option(help: "How often reading and searching take turns.")
    var rounds = 20

    @Option(help: "A file of int8 codes to search, instead of codes that are drawn.", completion: .file())
    var codes: String?

    @Flag(help: "One JSON object.")
    var json = false

    private struct Report: Encodable {
        let result: SearchBenchmark.Result
        let gigabytesPerSecond: Double
        let readGigabytesPerSecond: Double
        let shareOfReading: Double
    }

    func validate() throws {
        guard vectors >= 1, (1...2048).contains(dimensions), vectors <= SearchBenchmark.byteLimit / dimensions else {
            throw ValidationError(
                "--dimensions must be in 1...2048, and --vectors times that at most \(Text.bytes(SearchBenchmark.byteLimit))")
        }
        guard (1...1000).contains(count), (5...10_000).contains(rounds) else {
            throw ValidationError("-k must be in 1...1000 and --rounds in 5...10000")
        }
    }

    func run() throws {
        let benchmark = SearchBenchmark(vectors: vectors, dimensions: dimensions, k: count, rounds: rounds, codes: codes)
        do {
            let result = try reporting { try benchmark.run { Terminal.error.progress($0) } }
            Terminal.error.clearProgress()
            if json {
                Terminal.output.line(
                    Text.json(
                        Report(
                            result: result, gigabytesPerSecond: result.searchRate, readGigabytesPerSecond: result.readRate,
                            shareOfReading: result.share)))
            } else {
                show(result)
            }
            if !result.isExact { throw fail("the search did not find what a plain loop finds") }
        } catch let error as StorageError {
            throw fail(error.description)
        } catch let error as LearningError {
            throw fail(error.description)
        }
    }

    private func show(_ result: SearchBenchmark.Result) {
        let terminal = Terminal.output
        func line(_ name: String, _ text: String) {
            terminal.line("  " + terminal.styled(name, .dim) + String(repeating: " ", count: 8 - name.count) + text)
        }
        func number(_ value: Double) -> String { Text.number(value, decimals: 2) }
        terminal.line("\(terminal.styled("search", .bold))  \(result.vectors) x \(result.dimensions) int8, the best \(result.k), 1 thread")
        line("time", "min \(number(result.searchMilliseconds)) ms   median \(number(result.medianSearchMilliseconds)) ms")
        line(
            "speed",
            "\(number(result.searchRate)) GB/s, \(Text.number(result.share * 100, decimals: 0)) % of reading the same bytes"
                + " (\(number(result.readRate)) GB/s)")
        if let memory = result.memoryBytes { line("memory", "\(Text.bytes(memory)) of the whole process beyond the mapped file") }
        line("exact", result.isExact ? "\(result.queries.count) searches found what a plain loop finds" : "no")
    }
}
