import FoundationEssentials
import Inference
import ModelGraph
import TFLite
import Tensors
import Testing

/// Prints a table; runs only when asked for with PICKET_BENCH=1, alone (`--filter ZooTimings`).
@Suite(.serialized) struct ZooTimings {
    @Test(.enabled(if: ProcessInfo.processInfo.environment["PICKET_BENCH"] != nil), arguments: Zoo.models)
    func table(model: String) throws {
        let manifest = try Zoo.manifest(model)
        let file = try ModelFileReader.read(try Zoo.modelBytes(manifest), name: model)
        for tier in Tier.available {
            let plan: Plan
            let clock = ContinuousClock()
            var planning = Duration.seconds(1000)
            do {
                plan = try Plan(file.graph, tier: tier)
                for _ in 0..<(tier == .reference ? 1 : 3) {
                    planning = min(planning, try clock.measure { _ = try Plan(file.graph, tier: tier) })
                }
            } catch {
                print("\(model): \(error)")
                return
            }
            var runner = Runner(plan)
            var best = Duration.seconds(1000)
            var layers = [Duration](repeating: .seconds(1000), count: plan.layerOutlines.count)
            for _ in 0..<(tier == .reference ? 1 : 10) {
                let start = clock.now
                var last = start
                runner.run { layer in
                    let now = clock.now
                    layers[layer] = min(layers[layer], now - last)
                    last = now
                }
                best = min(best, last - start)
            }
            var kinds: [String: Duration] = [:]
            for (name, duration) in zip(plan.layerOutlines.map(\.name), layers) { kinds[name, default: .zero] += duration }
            let slowest = kinds.sorted { $0.value > $1.value }.prefix(5).map { "\($0.key) \(milliseconds($0.value))" }
            print(
                "\(model) \(tier.rawValue): \(milliseconds(best)) ms, planned in \(milliseconds(planning)) ms, "
                    + "\(plan.multiplyAccumulateCount / 1_000_000) MMAC, arena \(plan.arenaByteCount), "
                    + "packed \(plan.packedByteCount); \(slowest.joined(separator: ", "))")
        }
    }

    private func milliseconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return (Double(seconds) * 1e5 + Double(attoseconds) / 1e13).rounded() / 100
    }
}
