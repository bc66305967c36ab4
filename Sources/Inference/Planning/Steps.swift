import ModelGraph
import Tensors

/// The layers of a plan in the making: one by one, or several together.
struct Steps {
    let graph: Graph
    let kernels: Kernels
    let map: MemoryMap
    let flipped: [Bool]
    let workerCount: Int
    private let memory: PackedMemory
    private(set) var prepared: [any PreparedLayer] = []
    /// Which layers of the graph each step computes.
    private(set) var ranges: [Range<Int>] = []
    /// Where the memory of all tensors and the scratch memory of all steps ends.
    private(set) var end: Int

    init(graph: Graph, kernels: Kernels, map: MemoryMap, flipped: [Bool], workerCount: Int) {
        self.graph = graph
        self.kernels = kernels
        self.map = map
        self.flipped = flipped
        self.workerCount = workerCount
        memory = PackedMemory(byteCount: graph.packedByteCountBound)
        end = map.byteCount
        prepared.reserveCapacity(graph.layers.count)
        ranges.reserveCapacity(graph.layers.count)
    }

    mutating func prepare(_ step: FusedBlocks.Step) throws(InferenceError) {
        var preparation = preparation(of: step.layers.lowerBound, in: step, regions: map.regions)
        if let shape = step.shape {
            // What goes from one to the next lies in scratch memory.
            var regions = map.regions
            for layer in step.layers.dropLast() {
                for tensor in graph.layers[layer].outputs { regions[tensor] = Region(byteOffset: 0, byteCount: 0) }
            }
            var members: [any PreparedLayer] = []
            for layer in step.layers {
                var preparation = self.preparation(of: layer, in: step, regions: regions)
                members.append(try preparation.prepare())
            }
            prepared.append(try preparation.fusedBlock(members, shape: shape))
        } else {
            prepared.append(try preparation.prepare())
        }
        ranges.append(step.layers)
        end = max(end, preparation.scratchOffset + ArenaPlanner.aligned(preparation.scratchByteCount))
    }

    private func preparation(of layer: Int, in step: FusedBlocks.Step, regions: [Region?]) -> Preparation {
        Preparation(
            graph: graph, layer: graph.layers[layer], kernels: kernels, regions: regions, flipped: flipped,
            scratchOffset: map.end(during: step.layers), workerCount: workerCount, memory: memory)
    }
}
