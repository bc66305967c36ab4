import FoundationEssentials
import Inference
import ModelGraph
import TFLite
import Tensors

/// One damaged model: loaded, planned and run on several kernels, within limits that keep each step short.
struct HostileTrial {
    enum Outcome: Hashable {
        /// By the loader, with its words.
        case refused(String)
        /// By the planner, with its words.
        case unplanned(String)
        case ran(products: Int)
    }

    /// Above this many products a run the scalar norm is left out.
    static let referenceLimit = 20_000_000
    static let modelLimits: ModelLimits = {
        var limits = ModelLimits()
        limits.workCount = 2_000_000_000
        return limits
    }()
    static let planLimits = PlanLimits(arenaByteCount: 64 << 20, multiplyAccumulateCount: 2_000_000_000)

    let outcome: Outcome
    /// Where two kernels, or two orders of the same inputs, gave different bits; nil when all agree.
    let disagreement: String?
    let time: Duration

    /// - Parameter seed: of the inputs that are noise.
    init(_ bytes: [UInt8], seed: UInt64, includesReference: Bool) {
        let clock = ContinuousClock()
        let start = clock.now
        (outcome, disagreement) = Self.run(bytes, seed: seed, includesReference: includesReference)
        time = clock.now - start
    }

    private static func run(_ bytes: [UInt8], seed: UInt64, includesReference: Bool) -> (Outcome, String?) {
        let graph: Graph
        do {
            let file = try ModelFileReader.read(bytes, name: "mutant", limits: modelLimits)
            _ = file.metadata()
            graph = file.graph
        } catch {
            return (.refused(error.description), nil)
        }
        var tiers = Tier.available.filter { $0 != .reference }
        if includesReference, graph.multiplyAccumulateCount <= referenceLimit { tiers.append(.reference) }
        var first: (outcome: Outcome, outputs: [[UInt8]])?
        for (position, tier) in tiers.enumerated() {
            var (outcome, outputs): (Outcome, [[UInt8]]) = (.ran(products: graph.multiplyAccumulateCount), [])
            do {
                // The tiers take the inputs in turn in either order: what a run leaves behind must not show in the next.
                outputs = outputsOfRuns(of: try Plan(graph, tier: tier, limits: planLimits), seed: seed, noiseFirst: position % 2 == 1)
            } catch { outcome = .unplanned(error.description) }
            guard let known = first else {
                first = (outcome, outputs)
                continue
            }
            guard known.outcome == outcome else { return (outcome, "\(tiers[0]) \(known.outcome), \(tier) \(outcome)") }
            if let index = outputs.indices.first(where: { outputs[$0] != known.outputs[$0] }) {
                return (outcome, "output \(index) differs between \(tiers[0]) and \(tier)")
            }
        }
        return (first?.outcome ?? .unplanned("no tier"), nil)
    }

    /// The outputs for inputs at their zero points, then those for noise.
    private static func outputsOfRuns(of plan: Plan, seed: UInt64, noiseFirst: Bool) -> [[UInt8]] {
        var runner = Runner(plan)
        func outputs(isNoise: Bool) -> [[UInt8]] {
            for index in plan.inputs.indices {
                let bytes = isNoise ? noise(plan.inputs[index], seed: seed &+ UInt64(index)) : zeros(plan.inputs[index])
                runner.withMutableInput(index) { span in
                    for position in bytes.indices { span[position] = bytes[position] }
                }
            }
            runner.run()
            return plan.outputs.indices.map { index in runner.withOutput(index) { span in span.indices.map { span[$0] } } }
        }
        let early = outputs(isNoise: noiseFirst)
        let late = outputs(isNoise: !noiseFirst)
        return noiseFirst ? late + early : early + late
    }

    private static func zeros(_ input: Plan.Endpoint) -> [UInt8] {
        let zero = input.elementType.byteCount == 1 ? UInt8(truncatingIfNeeded: input.quantization?.zeroPoint ?? 0) : 0
        return [UInt8](repeating: zero, count: input.region.byteCount)
    }

    /// Any bytes; every second number of more than a byte is a small one, so that indices are often good and floats ordinary.
    private static func noise(_ input: Plan.Endpoint, seed: UInt64) -> [UInt8] {
        var state = seed
        var bytes: [UInt8] = []
        bytes.reserveCapacity(input.region.byteCount + 8)
        while bytes.count < input.region.byteCount {
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            let isTame = z >> 63 == 0
            switch input.elementType {
            case .float32:
                let tame = (Float(z & 0xFFFF) / 1_024 - 32).bitPattern
                append(UInt64(isTame ? tame : UInt32(truncatingIfNeeded: z)), byteCount: 4)
            case .int32, .int64: append(isTame ? z & 3 : z, byteCount: input.elementType.byteCount)
            default: append(z, byteCount: 8)
            }
        }
        return Array(bytes.prefix(input.region.byteCount))

        func append(_ value: UInt64, byteCount: Int) {
            for index in 0..<byteCount { bytes.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * index))) }
        }
    }

    /// The largest resident size of this process so far, in KB.
    static func peakMemory() -> Int {
        guard let data = FileManager.default.contents(atPath: "/proc/self/status") else { return 0 }
        let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
