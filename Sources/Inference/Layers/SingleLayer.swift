package import ModelGraph
import Tensors

/// Runs one layer of a graph by itself, without a plan: for tests that compare single layers with golden vectors.
///
/// All tensors have a place of their own; scratch memory lies behind them. Not for use in the appliance: it allocates on each call.
package enum SingleLayer {
    /// - Parameters:
    ///   - values: the bytes of each tensor that the layer reads and that is no constant, by index.
    ///   - workerCount: with more than one the parts of the layer are computed one by one from the last to the first, by each worker in
    ///     turn: a layer whose parts depend on each other shows.
    /// - Returns: the bytes of the layer's outputs. Memory that the layer has not written holds 0xA5.
    /// - Throws: `InferenceError` when the layer cannot be prepared.
    package static func run(
        _ graph: Graph, layer index: Int = 0, values: [Int: [UInt8]], tier: Tier = .reference, workerCount: Int = 1
    ) throws(InferenceError) -> [[UInt8]] {
        var end = 0
        let regions = graph.tensors.map { tensor -> Region? in
            defer { end += ArenaPlanner.aligned(tensor.byteCount) }
            return Region(byteOffset: end, byteCount: tensor.byteCount)
        }
        var preparation = Preparation(
            graph: graph, layer: graph.layers[index], kernels: Kernels(tier: tier), regions: regions, scratchOffset: end,
            workerCount: workerCount)
        let prepared = try preparation.prepare().refined
        let arena = Arena(byteCount: end + preparation.scratchByteCount)
        var all = arena.mutableSpan(Region(byteOffset: 0, byteCount: arena.byteCount), of: UInt8.self)
        all.update(repeating: 0xA5)
        for (tensor, region) in zip(graph.tensors.indices, regions) {
            guard let region, let bytes = graph.tensors[tensor].constant.map(Array.init) ?? values[tensor] else { continue }
            precondition(bytes.count == region.byteCount, "tensor \(tensor) has \(region.byteCount) bytes")
            var target = arena.mutableSpan(region, of: UInt8.self)
            for offset in bytes.indices { target[offset] = bytes[offset] }
        }
        if workerCount > 1, let split = prepared as? any SplitLayer {
            for part in (0..<split.partCount).reversed() {
                split.run(arena, parts: part..<part + 1, worker: part % workerCount)
            }
        } else {
            prepared.run(arena)
        }
        return graph.layers[index].outputs.map { output in
            guard let region = regions[output] else { return [] }
            let span = arena.span(region, of: UInt8.self)
            return span.indices.map { span[$0] }
        }
    }
}
