package import ModelGraph
import Synchronization
package import Tensors

/// What a plan may ask of the machine.
package struct PlanLimits: Sendable, Hashable {
    /// Working memory of one runner.
    package var arenaByteCount: Int
    /// Products of one run.
    package var multiplyAccumulateCount: Int
    /// Tensors of the graph; the planner's time grows with its square.
    package var tensorCount: Int
    /// Packed weights and tables, which all runners share: thin layers take up to 64 bytes for one of the file, and a
    /// file may use its weights often.
    package var packedByteCount: Int

    package init(
        arenaByteCount: Int = 256 << 20, multiplyAccumulateCount: Int = 50_000_000_000, tensorCount: Int = 8192,
        packedByteCount: Int = 256 << 20
    ) {
        self.arenaByteCount = arenaByteCount
        self.multiplyAccumulateCount = multiplyAccumulateCount
        self.tensorCount = tensorCount
        self.packedByteCount = packedByteCount
    }

    /// 256 MiB of working memory, 50 billion products, 8192 tensors, 256 MiB of packed weights.
    package static let `default` = PlanLimits()
}

/// A graph made ready to run on this machine: packed weights, multipliers, kernels chosen, memory laid out.
///
/// Shared by all threads. A `Runner` computes with it. What it computes and where never changes; how fast may: see `refine()`.
package final class Plan: Sendable {
    /// A tensor that goes in or comes out.
    package struct Endpoint: Sendable, Hashable {
        package let name: String
        package let elementType: ElementType
        package let shape: Shape
        package let quantization: Quantization?
        /// Where it lies in a runner's arena.
        package let region: Region
    }

    package let name: String
    /// The kernels in use.
    package let tier: Tier
    package let inputs: [Endpoint]
    package let outputs: [Endpoint]
    /// Working memory of one runner: constants that are read in place, activations, scratch.
    package let arenaByteCount: Int
    /// Packed weights and tables, shared by all runners.
    package let packedByteCount: Int
    /// Products in each layer; layers that are computed together count as one.
    package var multiplyAccumulateCounts: [Int] { layerOutlines.map(\.multiplyAccumulateCount) }
    /// What each layer is, for tables.
    package let layerOutlines: [LayerOutline]
    /// Where each tensor lies and when.
    package let memoryMap: MemoryMap

    /// Products of one run.
    package let multiplyAccumulateCount: Int

    /// How many threads a runner computes with, its own among them. The bits of the outputs do not depend on it.
    package let threadCount: Int
    /// Which layers all threads compute together; the runner's own thread computes the others.
    package var isSplit: [Bool] { plainLayers.all.indices.map { plainLayers.split(at: $0) != nil } }

    /// What computes, now: either set gives the same bits, in any mixture.
    var layers: PlanLayers { refinedLayers.load() ?? plainLayers }
    private let plainLayers: PlanLayers
    private let refinedLayers = AtomicLazyReference<PlanLayers>()
    let constants: [(region: Region, bytes: ArraySlice<UInt8>)]

    /// - Parameters:
    ///   - threadCount: 1 or more. More threads than CPUs cost time: `ThreadCount.suitable` says how many there are.
    ///   - splitThreshold: layers that one thread computes in less are not worth handing out to several.
    ///   - fusionThreshold: layers are computed together line by line where that saves a tensor of so many bytes between them.
    /// - Throws: `InferenceError` when a layer is not supported, or the graph needs more than the limits allow.
    package init(
        _ source: Graph, tier: Tier = .best, limits: PlanLimits = .default, threadCount: Int = 1,
        splitThreshold: Duration = .microseconds(5), fusionThreshold: Int = FusedBlocks.leastByteCount
    ) throws(InferenceError) {
        guard tier.isAvailable else { throw .tierNotAvailable(tier) }
        let graph = tier == .reference ? source : source.rewritten()
        guard graph.tensors.count <= limits.tensorCount else {
            throw .tooManyTensors(count: graph.tensors.count, limit: limits.tensorCount)
        }
        guard graph.multiplyAccumulateCount <= limits.multiplyAccumulateCount else {
            throw .tooMuchWork(multiplyAccumulateCount: graph.multiplyAccumulateCount, limit: limits.multiplyAccumulateCount)
        }
        let packed = graph.packedByteCountBound
        guard packed <= limits.packedByteCount else {
            throw .packedTooLarge(byteCount: packed, limit: limits.packedByteCount)
        }
        let flipped = tier == .reference ? [] : KernelForm.flippedTensors(of: graph)
        let threadCount = ThreadCount.allowed(threadCount)
        let kernels = Kernels(tier: tier)
        let fused = FusedBlocks(graph, flipped: flipped, kernels: kernels, workerCount: threadCount, leastByteCount: fusionThreshold)
        let map = MemoryMap(graph, flipped: flipped, blocks: fused.blocks.map(\.layers))
        guard map.byteCount <= limits.arenaByteCount else {
            throw .arenaTooLarge(byteCount: map.byteCount, limit: limits.arenaByteCount)
        }
        var steps = Steps(graph: graph, kernels: kernels, map: map, flipped: flipped, workerCount: threadCount)
        for step in fused.steps(layerCount: graph.layers.count) { try steps.prepare(step) }
        let arenaByteCount = steps.end
        guard arenaByteCount <= limits.arenaByteCount else {
            throw .arenaTooLarge(byteCount: arenaByteCount, limit: limits.arenaByteCount)
        }
        name = graph.name
        self.tier = tier
        inputs = try Self.endpoints(graph.inputs, graph: graph, map: map)
        outputs = try Self.endpoints(graph.outputs, graph: graph, map: map)
        self.arenaByteCount = arenaByteCount
        packedByteCount = steps.prepared.reduce(0) { $0 + $1.packedByteCount }
        multiplyAccumulateCount = graph.multiplyAccumulateCount
        layerOutlines = steps.ranges.map { graph.outline(of: graph.layers[$0]) }
        memoryMap = map
        self.threadCount = threadCount
        var split: [(any SplitLayer)?] = []
        if threadCount > 1 {
            split = zip(steps.ranges, steps.prepared).map { range, prepared in
                guard let split = prepared as? any SplitLayer, split.partCount > 1 else { return nil }
                let duration = graph.layers[range].reduce(Duration.zero) { $0 + graph.estimatedDuration(of: $1, tier: tier) }
                return duration >= splitThreshold ? split : nil
            }
        }
        plainLayers = PlanLayers(all: steps.prepared, split: split)
        constants = map.constants.compactMap { tensor in
            guard let region = map.regions[tensor], let bytes = graph.tensors[tensor].constant else { return nil }
            return (region, bytes)
        }
        for constant in constants where constant.bytes.count != constant.region.byteCount { throw .constantOfWrongLength(graph: name) }
    }

    /// Proves what makes the layers faster, up to a third of the time to load; a runner does so before its second run, so that the first
    /// result does not wait. Once is enough. On any thread, while others compute.
    package func refine() {
        guard refinedLayers.load() == nil else { return }
        // Of two threads that come here together one works for nothing.
        _ = refinedLayers.storeIfNil(plainLayers.refined)
    }

    private static func endpoints(_ tensors: [Int], graph: Graph, map: MemoryMap) throws(InferenceError) -> [Endpoint] {
        var endpoints: [Endpoint] = []
        for index in tensors {
            let tensor = graph.tensors[index]
            guard let region = map.regions[index] else { throw .endpointWithoutMemory(name: tensor.name) }
            endpoints.append(
                Endpoint(
                    name: tensor.name, elementType: tensor.elementType, shape: tensor.shape, quantization: tensor.quantization,
                    region: region))
        }
        return endpoints
    }
}

/// The layers of a plan, in order.
final class PlanLayers: Sendable {
    let all: [any PreparedLayer]
    /// Empty for a plan of one thread.
    private let split: [(any SplitLayer)?]

    init(all: [any PreparedLayer], split: [(any SplitLayer)?]) {
        self.all = all
        self.split = split
    }

    /// The layer if all threads compute it together.
    func split(at index: Int) -> (any SplitLayer)? { index < split.count ? split[index] : nil }

    var hasSplits: Bool { split.contains { $0 != nil } }

    var refined: PlanLayers {
        let refined = all.map { $0.refined }
        return PlanLayers(all: refined, split: zip(refined, split).map { layer, split in split == nil ? nil : layer as? any SplitLayer })
    }
}
