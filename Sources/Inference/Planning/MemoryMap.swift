package import ModelGraph
package import Tensors

/// Where each tensor of a graph lies in the arena: constants that are read in place first, then the activations, which share memory as
/// their lifetimes allow. Scratch memory of a layer lies behind those that live then.
///
/// Graph inputs live from the start to their last use (a run may overwrite them then), graph outputs to the end. Tensors may also lie in
/// others' places while these live: see `MemorySharing`.
package struct MemoryMap: Sendable, CustomStringConvertible {
    /// One a tensor; nil for packed constants and for tensors that no layer touches.
    package let regions: [Region?]
    /// Tensors whose bytes are copied into the arena once.
    package let constants: [Int]
    /// Steps in which the memory is kept for the tensor and for those that share it; nil where it has no region. Step 0 is before the first
    /// layer, layer i is step i + 1.
    package let lifetimes: [ClosedRange<Int>?]
    /// All of the above together.
    package let byteCount: Int
    /// What no layout of these tensors with these lifetimes can be smaller than.
    package let leastByteCount: Int
    private let names: [String]
    /// Where the memory ends that is in use at each step.
    private let ends: [Int]

    /// - Parameters:
    ///   - flipped: see `KernelForm`.
    ///   - blocks: layers that are computed together; what only they touch needs no memory.
    init(_ graph: Graph, flipped: [Bool], blocks: [Range<Int>] = []) {
        let uses = Self.uses(graph, blocks: blocks)
        let sharing = Self.bestSharing(graph, uses: uses, flipped: flipped)
        var lifetimes = sharing.lifetimes()
        var placed = [Region?](repeating: nil, count: graph.tensors.count)
        var constants: [Int] = []
        var offset = 0
        for tensor in graph.tensors.indices where lifetimes[tensor] != nil && graph.tensors[tensor].constant != nil {
            lifetimes[tensor] = 0...graph.layers.count + 1
            placed[tensor] = Region(byteOffset: offset, byteCount: graph.tensors[tensor].byteCount)
            constants.append(tensor)
            offset += ArenaPlanner.aligned(graph.tensors[tensor].byteCount)
        }
        let (owners, blocks) = Self.activations(graph, lifetimes)
        let layout = ArenaPlanner.layout(blocks)
        for (tensor, relative) in zip(owners, layout.offsets) {
            placed[tensor] = Region(byteOffset: offset + relative, byteCount: graph.tensors[tensor].byteCount)
        }
        var ends = [Int](repeating: offset, count: graph.layers.count + 2)
        for (block, start) in zip(blocks, layout.offsets) {
            let end = offset + start + ArenaPlanner.aligned(block.byteCount)
            for step in block.lifetime { ends[step] = max(ends[step], end) }
        }
        self.ends = ends
        regions = graph.tensors.indices.map { tensor in
            let place = sharing.places[tensor]
            return placed[place.owner].map {
                Region(byteOffset: $0.byteOffset + place.byteOffset, byteCount: graph.tensors[tensor].byteCount)
            }
        }
        self.lifetimes = sharing.places.map { lifetimes[$0.owner] }
        self.constants = constants
        byteCount = offset + layout.byteCount
        leastByteCount = offset + ArenaPlanner.lowerBound(blocks)
        names = graph.tensors.map(\.name)
    }

    /// The map of a graph whose tensors all lie as they are in the file.
    package init(_ graph: Graph) { self.init(graph, flipped: []) }

    /// From where on nothing is in use while some layers run: room for scratch memory.
    func end(during layers: Range<Int>) -> Int { ends[layers.lowerBound + 1...layers.upperBound].max() ?? byteCount }

    /// From the first step that touches a tensor to the last.
    private static func uses(_ graph: Graph, blocks: [Range<Int>]) -> [ClosedRange<Int>?] {
        var uses = [ClosedRange<Int>?](repeating: nil, count: graph.tensors.count)
        func use(_ tensor: Int, at steps: ClosedRange<Int>) {
            uses[tensor] = uses[tensor].map { min($0.lowerBound, steps.lowerBound)...max($0.upperBound, steps.upperBound) } ?? steps
        }
        var steps = graph.layers.indices.map { $0 + 1...$0 + 1 }
        var isInner = [Bool](repeating: false, count: graph.tensors.count)
        for block in blocks {
            for index in block { steps[index] = block.lowerBound + 1...block.upperBound }
            for index in block.dropLast() { for tensor in graph.layers[index].outputs { isInner[tensor] = true } }
        }
        for tensor in graph.inputs { use(tensor, at: 0...0) }
        for (index, layer) in graph.layers.enumerated() {
            for (position, tensor) in layer.inputs.enumerated() {
                guard let tensor, !isInner[tensor], !(graph.tensors[tensor].constant != nil && layer.kind.packsInput(position)) else {
                    continue
                }
                use(tensor, at: steps[index])
            }
            for tensor in layer.outputs where !isInner[tensor] { use(tensor, at: steps[index]) }
        }
        for tensor in graph.outputs { use(tensor, at: graph.layers.count + 1...graph.layers.count + 1) }
        return uses
    }

    /// Tensors that have memory of their own, and that memory.
    private static func activations(_ graph: Graph, _ lifetimes: [ClosedRange<Int>?]) -> (owners: [Int], blocks: [ArenaPlanner.Block]) {
        let owners = graph.tensors.indices.filter { lifetimes[$0] != nil && graph.tensors[$0].constant == nil }
        return (owners, owners.map { ArenaPlanner.Block(byteCount: graph.tensors[$0].byteCount, lifetime: lifetimes[$0] ?? 0...0) })
    }

    /// A tensor whose parts are computed in place needs its memory as early as the first of them: not where that costs memory in all.
    private static func bestSharing(_ graph: Graph, uses: [ClosedRange<Int>?], flipped: [Bool]) -> MemorySharing {
        func bound(_ sharing: MemorySharing) -> Int { ArenaPlanner.lowerBound(activations(graph, sharing.lifetimes()).blocks) }
        let gathering = MemorySharing.gatheringLayers(of: graph)
        var best = MemorySharing(graph, uses: uses, flipped: flipped) { _ in false }
        guard !gathering.isEmpty else { return best }
        var least = bound(best)
        let all = MemorySharing(graph, uses: uses, flipped: flipped) { _ in true }
        if bound(all) <= least { return all }
        var chosen: [Int] = []
        for layer in gathering.prefix(maximumTrialCount) {
            let trial = MemorySharing(graph, uses: uses, flipped: flipped) { $0 == layer || chosen.contains($0) }
            let needed = bound(trial)
            guard needed <= least else { continue }
            chosen.append(layer)
            (best, least) = (trial, needed)
        }
        return best
    }

    private static let maximumTrialCount = 32

    /// A line a tensor, by offset, then what it needs in all and how far from the least that is.
    package var description: String {
        let lines = regions.indices
            .compactMap { tensor in regions[tensor].map { (tensor, $0) } }
            .sorted { ($0.1.byteOffset, $0.0) < ($1.1.byteOffset, $1.0) }
            .map { (tensor, region) in
                let steps = lifetimes[tensor].map { "\($0.lowerBound)-\($0.upperBound)" } ?? "-"
                return "\(region.byteOffset)..<\(region.byteOffset + region.byteCount)  steps \(steps)  \(names[tensor])"
            }
        let verdict = byteCount == leastByteCount ? "no layout needs less" : "no layout needs less than \(leastByteCount)"
        return (lines + ["\(byteCount) bytes, \(verdict)"]).joined(separator: "\n")
    }
}

extension LayerKind {
    /// Whether a constant input at this position is packed by the layer instead of being read from the arena: weights and bias.
    fileprivate func packsInput(_ position: Int) -> Bool {
        switch self {
        case .convolution2D, .depthwiseConvolution2D, .transposeConvolution2D, .fullyConnected: position == 1 || position == 2
        default: false
        }
    }
}
