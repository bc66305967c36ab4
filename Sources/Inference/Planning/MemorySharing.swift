import ModelGraph
import Tensors

/// Which tensors of a graph lie in the memory of others, decided before any of them has a place.
///
/// A block is memory for one or more tensors; it has the size of the tensor that owns it, and lives from the first use of any tensor in it
/// to the last. Tensors come to share a block in three ways:
/// - a view has the same bytes as a part of its source: RESHAPE, and SPLIT, UNPACK and slices along the outermost axis that counts;
/// - an output in place takes the bytes of an input that nobody needs any more, where each element depends on that element only;
/// - parts of a CONCATENATION or PACK along the outermost axis that counts are computed where the whole will be.
///
/// Only the second overwrites anything, and looks at all tensors of the block that overlap: that is why the others are always sound.
struct MemorySharing {
    /// Where a tensor lies.
    struct Place {
        /// The tensor that has the size of the block.
        var owner: Int
        var byteOffset: Int
    }

    /// One a tensor.
    private(set) var places: [Place]
    /// Steps from the first use to the last; nil for tensors that need no memory.
    let uses: [ClosedRange<Int>?]
    private let graph: Graph
    private let flipped: [Bool]
    private let isInput: [Bool]
    private let isOutput: [Bool]
    /// The tensors in the block of each owner.
    private var members: [[Int]]

    /// - Parameters:
    ///   - flipped: see `KernelForm`.
    ///   - gathers: which layers have their parts computed in place.
    init(_ graph: Graph, uses: [ClosedRange<Int>?], flipped: [Bool], gathers: (_ layer: Int) -> Bool) {
        self.graph = graph
        self.uses = uses
        self.flipped = flipped
        isInput = Self.marks(graph.inputs, count: graph.tensors.count)
        isOutput = Self.marks(graph.outputs, count: graph.tensors.count)
        places = graph.tensors.indices.map { Place(owner: $0, byteOffset: 0) }
        members = graph.tensors.indices.map { [$0] }
        for (index, layer) in graph.layers.enumerated() { share(layer, gathers: gathers(index)) }
    }

    /// Layers whose parts may be computed where the whole will be.
    static func gatheringLayers(of graph: Graph) -> [Int] {
        graph.layers.indices.filter { !graph.gatheredParts(of: graph.layers[$0]).isEmpty }
    }

    /// The steps in which a block is in use, for each tensor that owns one.
    func lifetimes() -> [ClosedRange<Int>?] {
        members.map { members in
            let known = members.compactMap { uses[$0] }
            guard let first = known.map(\.lowerBound).min(), let last = known.map(\.upperBound).max() else { return nil }
            return first...last
        }
    }

    private mutating func share(_ layer: Layer, gathers: Bool) {
        // Within a fused block nothing has a place.
        guard (layer.inputs.compactMap { $0 } + layer.outputs).allSatisfy({ uses[$0] != nil }) else { return }
        for view in graph.views(of: layer, flipped: flipped) { placeView(view.target, in: view.source, at: view.byteOffset) }
        if layer.kind.isElementByElement, let target = layer.outputs.first, places[target].owner == target {
            for source in layer.inputs { if let source, placeInPlace(target, of: source, layer) { break } }
        }
        if gathers, let target = layer.outputs.first {
            for part in graph.gatheredParts(of: layer) { placePart(part.source, in: target, at: part.byteOffset) }
        }
    }

    /// Not when a graph output would lie in a graph input or a constant: the caller writes the first, and expects to own the second.
    private mutating func placeView(_ target: Int, in source: Int, at byteOffset: Int) {
        let place = places[source]
        guard target != source, graph.tensors[target].constant == nil, !isInput[target], places[target].owner == target,
            members[target].count == 1, !isOutput[target] || !belongsToOthers(place.owner)
        else { return }
        put(target, at: Place(owner: place.owner, byteOffset: place.byteOffset + byteOffset))
    }

    /// Whether the layer may write its output over this input.
    private mutating func placeInPlace(_ target: Int, of source: Int, _ layer: Layer) -> Bool {
        let (x, y, place) = (graph.tensors[source], graph.tensors[target], places[source])
        guard target != source, y.constant == nil, !isInput[target], x.shape.elementCount == y.shape.elementCount,
            x.elementType.byteCount == y.elementType.byteCount, graph.tensors[place.owner].constant == nil,
            !isOutput[target] || !belongsToOthers(place.owner), let step = uses[target]?.lowerBound
        else { return false }
        let range = place.byteOffset..<place.byteOffset + x.byteCount
        for member in members[place.owner] where member != source {
            guard bytes(of: member).overlaps(range) else { continue }
            // Somebody reads it later, or this layer reads its elements in another order.
            if (uses[member]?.upperBound ?? 0) > step || layer.inputs.contains(member) && bytes(of: member) != range { return false }
        }
        guard let last = uses[source]?.upperBound, last <= step else { return false }
        put(target, at: place)
        return true
    }

    /// A part that has a block for itself, or for itself and others of its size, goes to the block of the whole.
    private mutating func placePart(_ part: Int, in whole: Int, at byteOffset: Int) {
        let (place, target) = (places[part], places[whole])
        let block = members[place.owner]
        guard place.owner != target.owner, place.byteOffset == 0, graph.tensors[place.owner].byteCount == graph.tensors[part].byteCount,
            !belongsToOthers(place.owner), !block.contains(where: { isOutput[$0] })
        else { return }
        for member in block {
            put(member, at: Place(owner: target.owner, byteOffset: target.byteOffset + byteOffset + places[member].byteOffset))
        }
    }

    private mutating func put(_ tensor: Int, at place: Place) {
        members[places[tensor].owner].removeAll { $0 == tensor }
        places[tensor] = place
        members[place.owner].append(tensor)
    }

    private func bytes(of tensor: Int) -> Range<Int> {
        places[tensor].byteOffset..<places[tensor].byteOffset + graph.tensors[tensor].byteCount
    }

    /// Whether the block holds a graph input or a constant.
    private func belongsToOthers(_ owner: Int) -> Bool {
        members[owner].contains { isInput[$0] || graph.tensors[$0].constant != nil }
    }

    private static func marks(_ tensors: [Int], count: Int) -> [Bool] {
        var marks = [Bool](repeating: false, count: count)
        for tensor in tensors { marks[tensor] = true }
        return marks
    }
}

extension LayerKind {
    /// Whether each element of the output depends on the elements at the same place of the inputs of its shape, and the layers say that
    /// they run in place.
    fileprivate var isElementByElement: Bool {
        switch self {
        case .elementwise, .unary, .gate, .quantize: true
        default: false
        }
    }
}
