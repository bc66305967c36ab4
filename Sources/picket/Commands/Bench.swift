import ArgumentParser
import Frames
import Inference
import Models
import Tensors
import Threads

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Times a model on this machine.")

    @OptionGroup var options: ModelOptions

    @OptionGroup var threading: ThreadOptions

    @Option(help: "How long to measure, in seconds.")
    var seconds = 3.0

    @Flag(help: "One JSON object.")
    var json = false

    private struct Report: Encodable {
        let model: String
        let tier: String
        let threads: Int
        let runs: Int
        let minimum: Double
        let median: Double
        let percentile99: Double
        let rate: Double
        let load: Double
        let arenaByteCount: Int
        let packedByteCount: Int

        /// The names that programs which compare engines expect.
        enum CodingKeys: String, CodingKey {
            case model, tier, threads, runs
            case minimum = "min_ms"
            case median = "median_ms"
            case percentile99 = "p99_ms"
            case rate = "gmac_per_s"
            case load = "load_ms"
            case arenaByteCount = "arena_bytes"
            case packedByteCount = "packed_bytes"
        }
    }

    func run() throws {
        guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds must be in 0...3600") }
        let report = try measure()
        if json {
            Terminal.output.line(Text.json(report))
            return
        }
        let terminal = Terminal.output
        terminal.line(
            "\(terminal.styled(report.model, .bold))  \(report.tier), \(report.threads) thread\(report.threads == 1 ? "" : "s")"
                + (threading.threads > report.threads ? " (no CPU for more)" : ""))
        terminal.line(
            "  min \(Text.number(report.minimum, decimals: 3)) ms   median \(Text.number(report.median, decimals: 3)) ms"
                + "   p99 \(Text.number(report.percentile99, decimals: 3)) ms   \(report.runs) runs")
        terminal.line(
            "  \(Text.number(report.rate, decimals: 1)) GMAC/s   load \(Text.number(report.load, decimals: 1)) ms"
                + "   \(Text.bytes(report.arenaByteCount)) activations, \(Text.bytes(report.packedByteCount)) packed weights")
    }

    private func measure() throws -> Report {
        let clock = SystemClock()
        let start = clock.now
        let model: PlannedModel
        do {
            model = try PlannedModel(path: options.model, tier: try options.tier(), threadCount: threading.threads)
        } catch let error as ModelError {
            throw fail(error.description, .badInput)
        }
        var runner = Runner(model.plan)
        let loaded = clock.now
        var random = UInt32(1)
        for (index, facts) in model.plan.inputs.enumerated() where facts.elementType.byteCount == 1 {
            runner.withMutableInput(index) { bytes in
                for position in bytes.indices {
                    // A linear congruential generator (Numerical Recipes): any bytes do, the same each time.
                    random =
                        random.multipliedReportingOverflow(by: 1_664_525).partialValue.addingReportingOverflow(1_013_904_223).partialValue
                    bytes[position] = UInt8(truncatingIfNeeded: random >> 24)
                }
            }
        }
        for _ in 0..<3 { runner.run() }
        var times: [Double] = []
        let end = clock.now.advanced(by: .milliseconds(Int(seconds * 1000)))
        let progress = json ? nil : Terminal.error
        while clock.now < end || times.count < 5 {
            let before = clock.now
            runner.run()
            times.append(Double(clock.now.since(before).wholeNanoseconds) / 1e6)
            if times.count % 64 == 0 { progress?.progress("  \(times.count) runs") }
        }
        progress?.clearProgress()
        times.sort()
        return Report(
            model: options.model, tier: model.plan.tier.rawValue, threads: model.plan.threadCount, runs: times.count, minimum: times[0],
            median: times[times.count / 2], percentile99: times[min(times.count - 1, times.count * 99 / 100)],
            rate: Double(model.plan.multiplyAccumulateCount) / times[0] / 1e6,
            load: Double(loaded.since(start).wholeNanoseconds) / 1e6, arenaByteCount: model.plan.arenaByteCount,
            packedByteCount: model.plan.packedByteCount)
    }
}
