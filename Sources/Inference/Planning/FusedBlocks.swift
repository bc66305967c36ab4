import ModelGraph
import Tensors

/// Which neighbouring layers of a graph are computed together, line by line.
package struct FusedBlocks {
    struct Block {
        let layers: Range<Int>
        let shape: FusedBlockShape
    }

    /// A layer, or a block.
    struct Step {
        let layers: Range<Int>
        /// Of a block.
        let shape: FusedBlockShape?
    }

    /// In the graph's order; they do not overlap.
    let blocks: [Block]

    /// All layers, in order.
    func steps(layerCount: Int) -> [Step] {
        var (steps, next) = ([Step](), 0)
        for block in blocks {
            steps += (next..<block.layers.lowerBound).map { Step(layers: $0..<$0 + 1, shape: nil) }
            steps.append(Step(layers: block.layers, shape: block.shape))
            next = block.layers.upperBound
        }
        return steps + (next..<layerCount).map { Step(layers: $0..<$0 + 1, shape: nil) }
    }

    /// What is smaller fits the second-level cache as a whole: fused, such layers were as fast, or 1 % slower.
    package static let leastByteCount = 256 * 1024

    /// - Parameters:
    ///   - flipped: see `KernelForm`.
    ///   - leastByteCount: blocks that save less memory between their layers are not fused.
    init(_ graph: Graph, flipped: [Bool], kernels: Kernels, workerCount: Int, leastByteCount: Int) {
        guard kernels.tier != .reference else {
            blocks = []
            return
        }
        let search = Search(graph: graph, flipped: flipped, kernels: kernels, rewriting: Rewriting(graph))
        // Where a layer could end one block or begin the next, the larger tensor decides.
        let candidates = graph.layers.indices.compactMap { index in search.expandedByteCount(before: index).map { (index, $0) } }
            .filter { $0.1 >= leastByteCount }
            .sorted { ($0.1, $1.0) > ($1.1, $0.0) }
        var taken = [Bool](repeating: false, count: graph.layers.count)
        var found: [Block] = []
        for (index, _) in candidates where !taken[index] && !taken[index - 1] {
            guard let window = search.window(of: index) else { continue }
            let projects = index + 1 < graph.layers.count && !taken[index + 1] && search.isProjection(index + 1)
            guard let shape = FusedBlockShape(window, projects: projects, workerCount: workerCount) else { continue }
            let layers = index - 1..<index + (projects ? 2 : 1)
            for layer in layers { taken[layer] = true }
            found.append(Block(layers: layers, shape: shape))
        }
        blocks = found.sorted { $0.layers.lowerBound < $1.layers.lowerBound }
    }
}

private struct Search {
    let graph: Graph
    let flipped: [Bool]
    let kernels: Kernels
    let rewriting: Rewriting

    /// Bytes between the depthwise layer and the convolution before it, when the two can be computed together; else nil.
    func expandedByteCount(before index: Int) -> Int? {
        guard index > 0, isDepthwise(index), follows(index), isExpansion(index - 1) else { return nil }
        return graph.tensors[graph.layers[index].inputs[0] ?? 0].byteCount
    }

    /// The depthwise layer's; nil when it cannot be prepared.
    func window(of index: Int) -> Window2D? {
        let layer = graph.layers[index]
        guard case .depthwiseConvolution2D(let convolution, _) = layer.kind, let x = layer.inputs[0], let w = layer.inputs[1],
            graph.tensors[w].shape.rank == 4
        else { return nil }
        let weights = graph.tensors[w].shape
        return try? Window2D(
            x: graph.tensors[x].shape, y: graph.tensors[layer.outputs[0]].shape, kernelHeight: weights[1], kernelWidth: weights[2],
            convolution: convolution, transposed: false)
    }

    /// Whether the layer is a convolution of single pixels and reads only what the layer before it leaves for it alone.
    func isProjection(_ index: Int) -> Bool {
        guard follows(index), let convolution = pixelConvolution(index), let x = graph.layers[index].inputs[0] else { return false }
        return convolution.margins == nil && isInKernelForm(x)
            && kernels.readsTaps(channelCount: graph.tensors[x].shape[3], isPixel: true)
    }

    private func isDepthwise(_ index: Int) -> Bool {
        guard case .depthwiseConvolution2D(_, depthMultiplier: 1) = graph.layers[index].kind, isImage(index) else { return false }
        return true
    }

    /// Whether the kernels take the layer's rows from pixels, or pack them.
    private func isExpansion(_ index: Int) -> Bool {
        let layer = graph.layers[index]
        guard case .convolution2D = layer.kind, isImage(index), let x = layer.inputs[0] else { return false }
        if let convolution = pixelConvolution(index) { return convolution.margins == nil }
        return !isInKernelForm(x) || !kernels.readsTaps(channelCount: graph.tensors[x].shape[3], isPixel: false)
    }

    /// A convolution by 1 x 1 windows at every pixel.
    private func pixelConvolution(_ index: Int) -> Convolution2D? {
        let layer = graph.layers[index]
        guard case .convolution2D(let convolution) = layer.kind, isImage(index), let w = layer.inputs[1],
            graph.tensors[w].shape.rank == 4, graph.tensors[w].shape[1] == 1, graph.tensors[w].shape[2] == 1,
            convolution.strideHeight == 1, convolution.strideWidth == 1
        else { return nil }
        return convolution
    }

    /// Whether the layer's first input is all that the layer before it computes, and nobody else's.
    private func follows(_ index: Int) -> Bool {
        guard index > 0, graph.layers[index - 1].outputs.count == 1, let x = graph.layers[index - 1].outputs.first else { return false }
        return graph.layers[index].inputs.first == x && !graph.layers[index].inputs.dropFirst().contains(x)
            && rewriting.isPrivate(x, to: [index])
    }

    /// One image of 8-bit elements, constant weights.
    private func isImage(_ index: Int) -> Bool {
        let layer = graph.layers[index]
        guard layer.inputs.count >= 2, let x = layer.inputs[0], let w = layer.inputs[1], let y = layer.outputs.first else { return false }
        return graph.tensors[x].shape.rank == 4 && graph.tensors[x].shape[0] == 1 && graph.tensors[x].elementType.eightBitRange != nil
            && graph.tensors[y].shape.rank == 4 && graph.tensors[w].constant != nil && graph.tensors[x].constant == nil
    }

    private func isInKernelForm(_ tensor: Int) -> Bool {
        let isSigned = (graph.tensors[tensor].elementType == .int8) != (tensor < flipped.count && flipped[tensor])
        return isSigned == Kernels.readsSigned
    }
}
