import ModelGraph
import Tensors

/// A layer ready to run: its bounds proven, its weights packed, its multipliers computed.
///
/// Immutable and shared by all runners of a plan. `prepare` functions make them, one file a layer in `Layers/`.
protocol PreparedLayer: Sendable {
    /// Computes the outputs from the inputs. Never throws, never allocates, trusts what `prepare` proved.
    func run(_ arena: borrowing Arena)

    /// Bytes of weights and tables that the layer holds besides the graph's own.
    var packedByteCount: Int { get }
}

extension PreparedLayer {
    var packedByteCount: Int { 0 }
}

/// What the `prepare` function of a layer knows and may ask for.
struct Preparation {
    let graph: Graph
    let layer: Layer
    /// Which kernels to use.
    let tier: Tier
    /// Where each tensor of the graph lies in the arena: activations, and the constants that layers read in place. Nil for constants that
    /// are packed (the weights and biases of convolutions and fully-connected layers).
    let regions: [Region?]
    /// Which tensors have the other sign in the arena than in the file; empty when none has.
    let flipped: [Bool]
    /// Where scratch memory starts; layers run one after the other, so they all use the same bytes.
    let scratchOffset: Int
    /// The largest request so far.
    private(set) var scratchByteCount = 0

    init(graph: Graph, layer: Layer, tier: Tier, regions: [Region?], flipped: [Bool] = [], scratchOffset: Int) {
        self.flipped = flipped
        self.graph = graph
        self.layer = layer
        self.tier = tier
        self.regions = regions
        self.scratchOffset = scratchOffset
    }

    /// Input `index` of the layer; the graph proved that required inputs are there.
    func input(_ index: Int) throws(InferenceError) -> Graph.Tensor {
        guard index < layer.inputs.count, let tensor = layer.inputs[index] else { throw unsupported("input \(index) is absent") }
        return graph.tensors[tensor]
    }

    func optionalInput(_ index: Int) -> Graph.Tensor? {
        index < layer.inputs.count ? layer.inputs[index].map { graph.tensors[$0] } : nil
    }

    func output(_ index: Int = 0) throws(InferenceError) -> Graph.Tensor {
        guard index < layer.outputs.count else { throw unsupported("output \(index) is absent") }
        return graph.tensors[layer.outputs[index]]
    }

    /// Where input `index` lies in the arena.
    func inputRegion(_ index: Int) throws(InferenceError) -> Region {
        guard index < layer.inputs.count, let tensor = layer.inputs[index], let region = regions[tensor] else {
            throw unsupported("input \(index) has no place in the arena")
        }
        return region
    }

    func outputRegion(_ index: Int = 0) throws(InferenceError) -> Region {
        guard index < layer.outputs.count, let region = regions[layer.outputs[index]] else {
            throw unsupported("output \(index) has no place in the arena")
        }
        return region
    }

    /// What the bytes of input `index` in the arena stand for.
    func inputBytes(_ index: Int) throws(InferenceError) -> ByteMeaning {
        let tensor = try input(index)
        return bytes(of: tensor, try quantization(tensor), isFlipped: index < layer.inputs.count ? isFlipped(layer.inputs[index]) : false)
    }

    /// What the bytes of output `index` in the arena stand for.
    func outputBytes(_ index: Int = 0) throws(InferenceError) -> ByteMeaning {
        let tensor = try output(index)
        return bytes(of: tensor, try quantization(tensor), isFlipped: isFlipped(layer.outputs[index]))
    }

    private func isFlipped(_ tensor: Int?) -> Bool {
        guard let tensor, tensor < flipped.count else { return false }
        return flipped[tensor]
    }

    private func bytes(of tensor: Graph.Tensor, _ quantization: Quantization, isFlipped: Bool) -> ByteMeaning {
        let isSigned = tensor.elementType == .int8
        guard isFlipped else { return ByteMeaning(isSigned: isSigned, zeroPoint: quantization.zeroPoint) }
        return ByteMeaning(isSigned: !isSigned, zeroPoint: quantization.zeroPoint + (isSigned ? 128 : -128))
    }

    /// The layer's own quantisation of a tensor, or an error that names it.
    func quantization(_ tensor: Graph.Tensor) throws(InferenceError) -> Quantization {
        guard let quantization = tensor.quantization else { throw unsupported("tensor '\(tensor.name)' has no quantisation") }
        return quantization
    }

    /// Memory that the layer may use while it runs; its contents do not last from one layer to the next.
    mutating func scratch(byteCount: Int) -> Region {
        scratchByteCount = max(scratchByteCount, byteCount)
        return Region(byteOffset: scratchOffset, byteCount: byteCount)
    }

    /// The same behind memory that this layer uses already.
    mutating func scratch(after region: Region, byteCount: Int) -> Region {
        let offset = ArenaPlanner.aligned(region.byteOffset + region.byteCount)
        scratchByteCount = max(scratchByteCount, offset - scratchOffset + byteCount)
        return Region(byteOffset: offset, byteCount: byteCount)
    }

    func unsupported(_ reason: String) -> InferenceError { .unsupported(layer: layer.sourceIndex, reason: reason) }
    func outOfRange(_ reason: String) -> InferenceError { .outOfRange(layer: layer.sourceIndex, reason: reason) }
}
