package import ModelGraph
package import Tensors

/// Where each tensor of a graph lies in the arena: constants that are read in place first, then the activations, which share memory as
/// their lifetimes allow. Scratch memory follows at the end.
///
/// The output of a reshape lies where its input lies. Graph inputs live from the start to their last use (a run may overwrite them
/// then), graph outputs to the end.
package struct MemoryMap: Sendable, CustomStringConvertible {
    /// One a tensor; nil for packed constants and for tensors that no layer touches.
    package let regions: [Region?]
    /// Tensors whose bytes are copied into the arena once.
    package let constants: [Int]
    /// Steps in which the tensor's memory is its own; nil where it has no region. Step 0 is before the first layer, layer i is step i + 1.
    package let lifetimes: [ClosedRange<Int>?]
    /// All of the above together.
    package let byteCount: Int
    private let names: [String]

    package init(_ graph: Graph) {
        let lastStep = graph.layers.count + 1
        var root = Array(graph.tensors.indices)
        var lifetimes = [ClosedRange<Int>?](repeating: nil, count: graph.tensors.count)
        var isPlacedConstant = [Bool](repeating: false, count: graph.tensors.count)

        func use(_ tensor: Int, at step: Int) {
            let owner = root[tensor]
            if graph.tensors[owner].constant != nil {
                isPlacedConstant[owner] = true
                lifetimes[owner] = 0...lastStep
            } else if let known = lifetimes[owner] {
                lifetimes[owner] = min(known.lowerBound, step)...max(known.upperBound, step)
            } else {
                lifetimes[owner] = step...step
            }
        }
        for tensor in graph.inputs { use(tensor, at: 0) }
        for (index, layer) in graph.layers.enumerated() {
            for (position, tensor) in layer.inputs.enumerated() {
                guard let tensor, !(graph.tensors[tensor].constant != nil && layer.kind.packsInput(position)) else { continue }
                use(tensor, at: index + 1)
            }
            if case .reshape = layer.kind, let source = layer.inputs.first ?? nil, let target = layer.outputs.first,
                Self.mayShare(root[source], target, graph: graph)
            {
                root[target] = root[source]
            }
            for tensor in layer.outputs { use(tensor, at: index + 1) }
        }
        for tensor in graph.outputs { use(tensor, at: lastStep) }

        var placed = [Region?](repeating: nil, count: graph.tensors.count)
        var constants: [Int] = []
        var offset = 0
        for tensor in graph.tensors.indices where isPlacedConstant[tensor] {
            placed[tensor] = Region(byteOffset: offset, byteCount: graph.tensors[tensor].byteCount)
            constants.append(tensor)
            offset += ArenaPlanner.aligned(graph.tensors[tensor].byteCount)
        }
        let activations = graph.tensors.indices.filter { root[$0] == $0 && !isPlacedConstant[$0] && lifetimes[$0] != nil }
        let layout = ArenaPlanner.layout(
            activations.map { ArenaPlanner.Block(byteCount: graph.tensors[$0].byteCount, lifetime: lifetimes[$0] ?? 0...0) })
        for (tensor, relative) in zip(activations, layout.offsets) {
            placed[tensor] = Region(byteOffset: offset + relative, byteCount: graph.tensors[tensor].byteCount)
        }
        regions = graph.tensors.indices.map { placed[root[$0]] }
        self.lifetimes = graph.tensors.indices.map { lifetimes[root[$0]] }
        self.constants = constants
        byteCount = offset + layout.byteCount
        names = graph.tensors.map(\.name)
    }

    /// Whether the output of a reshape may lie in its input's place: nothing writes there until both are dead.
    ///
    /// Not when a graph output would lie in a graph input or a constant: the caller writes the first, and expects to own the second.
    private static func mayShare(_ source: Int, _ target: Int, graph: Graph) -> Bool {
        let (x, y) = (graph.tensors[source], graph.tensors[target])
        return x.elementType == y.elementType && x.shape.elementCount == y.shape.elementCount && y.constant == nil && source != target
            && !graph.inputs.contains(target) && !(graph.outputs.contains(target) && (x.constant != nil || graph.inputs.contains(source)))
    }

    /// A line a tensor, by offset.
    package var description: String {
        regions.indices
            .compactMap { tensor in regions[tensor].map { (tensor, $0) } }
            .sorted { ($0.1.byteOffset, $0.0) < ($1.1.byteOffset, $1.0) }
            .map { (tensor, region) in
                let steps = lifetimes[tensor].map { "\($0.lowerBound)-\($0.upperBound)" } ?? "-"
                return "\(region.byteOffset)..<\(region.byteOffset + region.byteCount)  steps \(steps)  \(names[tensor])"
            }
            .joined(separator: "\n")
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
