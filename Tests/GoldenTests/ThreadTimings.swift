import FoundationEssentials
import Inference
import ModelGraph
import TFLite
import Testing

/// Prints what a second thread brings and costs; runs only when asked for with PICKET_BENCH=1, alone (`--filter ThreadTimings`).
@Suite(.serialized) struct ThreadTimings {
    /// The best of many runs in turns, so that what else the machine does hits both alike.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["PICKET_BENCH"] != nil), arguments: Zoo.models)
    func twoThreadsAgainstOne(model: String) throws {
        let file = try ModelFileReader.read(try Zoo.modelBytes(try Zoo.manifest(model)), name: model)
        let plan = try Plan(file.graph, threadCount: 2)
        var one = Runner(try Plan(file.graph))
        var two = Runner(plan)
        var all = Runner(try Plan(file.graph, threadCount: 2, splitThreshold: .zero))
        var best = [Duration](repeating: .seconds(1000), count: 3)
        let end = ContinuousClock.now + .seconds(4)
        while ContinuousClock.now < end {
            for _ in 0..<3 { best[0] = min(best[0], time { one.run() }) }
            for _ in 0..<3 { best[1] = min(best[1], time { two.run() }) }
            for _ in 0..<3 { best[2] = min(best[2], time { all.run() }) }
        }
        let (single, double) = (best[0] / .milliseconds(1), best[1] / .milliseconds(1))
        print(
            "\(model): 1 thread \(text(single)) ms, 2 threads \(text(double)) ms, \(text(single / double)) times as fast,"
                + " \(plan.isSplit.count { $0 }) of \(plan.isSplit.count) layers split;"
                + " all split \(text(best[2] / .milliseconds(1))) ms")
    }

    private func time(_ body: () -> Void) -> Duration {
        let start = ContinuousClock.now
        body()
        return ContinuousClock.now - start
    }

    private func text(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
}
