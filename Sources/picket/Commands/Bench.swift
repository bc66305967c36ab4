import ArgumentParser
import Frames
import Inference
import Models
import Tensors
import Threads

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Times a model on this machine.")

    @OptionGroup var options: ModelOptions

    @Option(help: "Threads; this version runs a model on one.")
    var threads = 1

    @Option(help: "How long to measure, in seconds.")
    var seconds = 3.0

    @Flag(help: "One JSON object.")
    var json = false

    private struct Report: Encodable {
        let model: String
        let tier: String
        let threads: Int
        let runs: Int
        let min_ms: Double
        let median_ms: Double
        let p99_ms: Double
        let gmac_per_s: Double
        let load_ms: Double
        let arena_bytes: Int
        let packed_bytes: Int
    }

    func run() throws {
        guard threads >= 1 else { throw ValidationError("--threads must be 1 or more") }
        guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds must be in 0...3600") }
        let report = try measure()
        if json {
            Terminal.output.line(Text.json(report))
            return
        }
        let terminal = Terminal.output
        terminal.line(
            "\(terminal.styled(report.model, .bold))  \(report.tier), \(report.threads) thread\(report.threads == 1 ? "" : "s")"
                + (threads > 1 ? " (this version runs a model on one)" : ""))
        terminal.line(
            "  min \(Text.number(report.min_ms, decimals: 3)) ms   median \(Text.number(report.median_ms, decimals: 3)) ms"
                + "   p99 \(Text.number(report.p99_ms, decimals: 3)) ms   \(report.runs) runs")
        terminal.line(
            "  \(Text.number(report.gmac_per_s, decimals: 1)) GMAC/s   load \(Text.number(report.load_ms, decimals: 1)) ms"
                + "   \(Text.bytes(report.arena_bytes)) activations, \(Text.bytes(report.packed_bytes)) packed weights")
    }

    private func measure() throws -> Report {
        let clock = SystemClock()
        let start = clock.now
        let model: PlannedModel
        do {
            model = try PlannedModel(path: options.model, tier: try options.tier())
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
            model: options.model, tier: model.plan.tier.rawValue, threads: 1, runs: times.count, min_ms: times[0],
            median_ms: times[times.count / 2], p99_ms: times[min(times.count - 1, times.count * 99 / 100)],
            gmac_per_s: Double(model.plan.multiplyAccumulateCount) / times[0] / 1e6,
            load_ms: Double(loaded.since(start).wholeNanoseconds) / 1e6, arena_bytes: model.plan.arenaByteCount,
            packed_bytes: model.plan.packedByteCount)
    }
}
