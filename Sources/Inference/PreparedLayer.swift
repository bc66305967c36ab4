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

    /// The same layer with the same bits, made faster by proofs that take too long while somebody waits for the first result. It shares
    /// the weights, and has the same regions and parts.
    var refined: Self { get }
}

extension PreparedLayer {
    var packedByteCount: Int { 0 }
    var refined: Self { self }
}

/// A layer whose work falls into parts that do not depend on each other (lines, blocks of rows, ranges of elements), so that several
/// workers at a time may compute it. It says how many parts there are and computes any range of them; to run it is to compute all.
///
/// Ranges come in any order, at the same time, on any thread, each part in exactly one of them, and a layer must give the same bits
/// however its parts are grouped. So a part
/// - writes bytes of the outputs that no other part writes, or else reads (a layer that runs in place reads what it overwrites itself, and
///   nothing else of that tensor); neighbouring parts may share a cache line, but that costs time: better not in their inner loops;
/// - takes scratch memory by `Preparation.workerScratch`, in the region of the worker that runs it, and finds nothing in it;
/// - is worth about a microsecond or more: ranges shrink down to single parts at the end of a layer, so that all workers end together.
///
/// Whether a layer is worth being split is the plan's business (`Plan.isSplit`): parts are no promise of work.
protocol SplitLayer: PreparedLayer {
    /// Into how many parts the work falls; 1 or more, below 2^32.
    var partCount: Int { get }

    /// Computes some of the parts. As `run`, and several threads may be in here with different parts and workers.
    /// - Parameters:
    ///   - parts: within 0..<partCount.
    ///   - worker: within 0..<the plan's thread count; no two threads have the same at a time.
    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int)
}

extension SplitLayer {
    func run(_ arena: borrowing Arena) { run(arena, parts: 0..<partCount, worker: 0) }
}

/// Scratch memory of which each worker has its own.
struct WorkerScratch: Sendable {
    /// Of worker 0.
    let first: Region

    /// The others' follow, each on cache lines of its own.
    func region(of worker: Int) -> Region {
        Region(byteOffset: first.byteOffset + worker * ArenaPlanner.aligned(first.byteCount), byteCount: first.byteCount)
    }
}

/// What the `prepare` function of a layer knows and may ask for.
struct Preparation {
    let graph: Graph
    let layer: Layer
    /// What computes; all layers of a plan share them.
    let kernels: Kernels
    /// Where each tensor of the graph lies in the arena: activations, and the constants that layers read in place. Nil for constants that
    /// are packed (the weights and biases of convolutions and fully-connected layers).
    let regions: [Region?]
    /// Which tensors have the other sign in the arena than in the file; empty when none has.
    let flipped: [Bool]
    /// Where scratch memory starts: behind all tensors that live while the layer runs.
    let scratchOffset: Int
    /// How many threads may compute parts of the layer at a time.
    let workerCount: Int
    /// Where packed weights go; nil for memory of their own.
    let memory: PackedMemory?
    /// The largest request so far.
    private(set) var scratchByteCount = 0

    init(
        graph: Graph, layer: Layer, kernels: Kernels, regions: [Region?], flipped: [Bool] = [], scratchOffset: Int, workerCount: Int = 1,
        memory: PackedMemory? = nil
    ) {
        self.flipped = flipped
        self.graph = graph
        self.layer = layer
        self.kernels = kernels
        self.regions = regions
        self.scratchOffset = scratchOffset
        self.workerCount = workerCount
        self.memory = memory
    }

    /// Input `index` of the layer as it lies in the arena; the graph proved that required inputs are there.
    func input(_ index: Int) throws(InferenceError) -> Graph.Tensor {
        let tensor = try fileInput(index)
        return isFlipped(layer.inputs[index]) ? Self.flip(tensor) : tensor
    }

    /// Output `index` of the layer as it lies in the arena.
    func output(_ index: Int = 0) throws(InferenceError) -> Graph.Tensor {
        let tensor = try fileOutput(index)
        return isFlipped(layer.outputs[index]) ? Self.flip(tensor) : tensor
    }

    /// Input `index` as the file has it, for layers whose arithmetic depends on the element type.
    func fileInput(_ index: Int) throws(InferenceError) -> Graph.Tensor {
        guard index < layer.inputs.count, let tensor = layer.inputs[index] else { throw unsupported("input \(index) is absent") }
        return graph.tensors[tensor]
    }

    func optionalInput(_ index: Int) -> Graph.Tensor? {
        index < layer.inputs.count ? layer.inputs[index].map { graph.tensors[$0] } : nil
    }

    /// Output `index` as the file has it.
    func fileOutput(_ index: Int = 0) throws(InferenceError) -> Graph.Tensor {
        guard index < layer.outputs.count else { throw unsupported("output \(index) is absent") }
        return graph.tensors[layer.outputs[index]]
    }

    /// What the bytes of input `index` in the arena stand for.
    func inputBytes(_ index: Int) throws(InferenceError) -> ByteMeaning { try bytes(of: try input(index)) }

    /// What the bytes of output `index` in the arena stand for.
    func outputBytes(_ index: Int = 0) throws(InferenceError) -> ByteMeaning { try bytes(of: try output(index)) }

    private func bytes(of tensor: Graph.Tensor) throws(InferenceError) -> ByteMeaning {
        ByteMeaning(isSigned: tensor.elementType == .int8, zeroPoint: try quantization(tensor).zeroPoint)
    }

    private func isFlipped(_ tensor: Int?) -> Bool {
        guard let tensor, tensor < flipped.count else { return false }
        return flipped[tensor]
    }

    /// The same numbers in bytes of the other sign.
    private static func flip(_ tensor: Graph.Tensor) -> Graph.Tensor {
        let isSigned = tensor.elementType == .int8
        var flipped = tensor
        flipped.elementType = isSigned ? .uint8 : .int8
        flipped.quantization = tensor.quantization.flatMap {
            Quantization(scales: $0.scales, zeroPoints: $0.zeroPoints.map { $0 + (isSigned ? 128 : -128) }, axis: $0.axis)
        }
        return flipped
    }

    /// A layer that maps each byte of input 0 by itself, from a table for the bytes of the file.
    func lookup(_ fileTable: LookupTable, input index: Int = 0, count: Int) throws(InferenceError) -> any PreparedLayer {
        let (input, output) = (try inputRegion(index), try outputRegion())
        let table = fileTable.forBytes(flippingInput: isFlipped(layer.inputs[index]), output: isFlipped(layer.outputs.first))
        if table.isIdentity, input == output { return PreparedCopies(parts: []) }
        return PreparedLookup(table: table, kernels: fastKernels, input: input, output: output, count: count)
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

    /// The layer's own quantisation of a tensor, or an error that names it.
    func quantization(_ tensor: Graph.Tensor) throws(InferenceError) -> Quantization {
        guard let quantization = tensor.quantization else { throw unsupported("tensor '\(tensor.name)' has no quantisation") }
        return quantization
    }

    /// Memory that the layer may use while it runs; its contents do not last from one layer to the next. For layers of one part.
    mutating func scratch(byteCount: Int) -> Region {
        scratchByteCount = max(scratchByteCount, byteCount)
        return Region(byteOffset: scratchOffset, byteCount: byteCount)
    }

    /// The same for layers of several parts: as much for each worker.
    mutating func workerScratch(byteCount: Int) -> WorkerScratch {
        scratchByteCount = max(scratchByteCount, (workerCount - 1) * ArenaPlanner.aligned(byteCount) + byteCount)
        return WorkerScratch(first: Region(byteOffset: scratchOffset, byteCount: byteCount))
    }

    /// The tier's kernels; nil on the reference tier, for layers that have a scalar twin.
    var fastKernels: Kernels? { tier == .reference ? nil : kernels }

    /// Which kernels to use.
    var tier: Tier { kernels.tier }

    func unsupported(_ reason: String) -> InferenceError { .unsupported(layer: layer.sourceIndex, reason: reason) }
    func outOfRange(_ reason: String) -> InferenceError { .outOfRange(layer: layer.sourceIndex, reason: reason) }
}
