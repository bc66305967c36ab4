import ModelGraph
import Tensors

/// Layers that only move bytes, and need not where the bytes may stay.
extension Graph {
    /// A tensor that has the same bytes as a part of another one.
    struct View {
        let target: Int
        let source: Int
        let byteOffset: Int
    }

    /// The outputs that are a piece of the layer's input without gaps.
    /// - Parameter flipped: see `KernelForm`.
    func views(of layer: Layer, flipped: [Bool]) -> [View] {
        guard let source = layer.inputs.first ?? nil, let first = layer.outputs.first else { return [] }
        let x = tensors[source]
        let isWhole =
            switch layer.kind {
            case .reshape: true
            case .transpose(let permutation): Self.keepsOrder(permutation, x.shape)
            case .quantize: hasSameBytes(source, first, flipped: flipped)
            default: false
            }
        if isWhole { return pieces(layer.outputs, of: source, isQuantize: layer.kind == .quantize) }
        switch layer.kind {
        case .split(let axis) where x.shape.isOutermost(axis): return pieces(layer.outputs, of: source)
        case .unpack(let axis) where x.shape.isOutermost(axis): return pieces(layer.outputs, of: source)
        case .stridedSlice(let begins, let strides, let extents):
            guard let offset = x.shape.offset(ofBlock: extents, begins: begins, strides: strides) else { return [] }
            return pieces(layer.outputs, of: source, from: offset * x.elementType.byteCount)
        default: return []
        }
    }

    /// The inputs that are a piece of the layer's output without gaps, and may be computed there. None is a constant, or comes twice.
    func gatheredParts(of layer: Layer) -> [View] {
        guard let whole = layer.outputs.first, layer.outputs.count == 1 else { return [] }
        let y = tensors[whole]
        switch layer.kind {
        case .concatenation(let axis, .none) where y.shape.isOutermost(axis): break
        case .pack(let axis) where y.shape.isOutermost(axis): break
        default: return []
        }
        var (parts, offset) = ([View](), 0)
        for input in layer.inputs {
            guard let input, tensors[input].elementType == y.elementType, tensors[input].quantization == y.quantization else { return [] }
            if tensors[input].constant == nil, layer.inputs.count(where: { $0 == input }) == 1 {
                parts.append(View(target: whole, source: input, byteOffset: offset))
            }
            offset += tensors[input].byteCount
        }
        return offset == y.byteCount ? parts : []
    }

    /// Outputs that follow each other in the source.
    private func pieces(_ outputs: [Int], of source: Int, from start: Int = 0, isQuantize: Bool = false) -> [View] {
        let x = tensors[source]
        var (views, offset) = ([View](), start)
        for output in outputs {
            let y = tensors[output]
            guard y.elementType == x.elementType || isQuantize else { return [] }
            views.append(View(target: output, source: source, byteOffset: offset))
            offset += y.byteCount
        }
        return offset <= x.byteCount ? views : []
    }

    /// Whether QUANTIZE of one 8-bit tensor to another leaves all bytes as they are: the scale is the same, and the zero point moves as the
    /// type does.
    private func hasSameBytes(_ source: Int, _ target: Int, flipped: [Bool]) -> Bool {
        func meaning(_ tensor: Int) -> ByteMeaning? {
            let (type, quantization) = (tensors[tensor].elementType, tensors[tensor].quantization)
            guard type.eightBitRange != nil, let quantization, !quantization.isPerAxis else { return nil }
            guard tensor < flipped.count, flipped[tensor] else {
                return ByteMeaning(isSigned: type == .int8, zeroPoint: quantization.zeroPoint)
            }
            return ByteMeaning(isSigned: type != .int8, zeroPoint: quantization.zeroPoint + (type == .int8 ? 128 : -128))
        }
        guard let from = meaning(source), let to = meaning(target) else { return false }
        return from.isSigned == to.isSigned && from.zeroPoint == to.zeroPoint
            && tensors[source].quantization?.scale == tensors[target].quantization?.scale
    }

    /// Whether a transposition moves axes of extent 1 only.
    private static func keepsOrder(_ permutation: [Int], _ shape: Shape) -> Bool {
        let moved = permutation.filter { (0..<shape.rank).contains($0) && shape[$0] > 1 }
        return permutation.count == shape.rank && moved == moved.sorted()
    }
}

extension Shape {
    /// Whether slices along the axis follow each other in memory.
    fileprivate func isOutermost(_ axis: Int) -> Bool {
        axis < rank && (0..<axis).allSatisfy { self[$0] == 1 }
    }

    /// Where a block of elements starts that has no gaps; nil for blocks with gaps.
    fileprivate func offset(ofBlock extents: [Int], begins: [Int], strides steps: [Int]) -> Int? {
        guard extents.count == rank, begins.count == rank, steps.count == rank else { return nil }
        let outermost = extents.firstIndex { $0 > 1 } ?? rank
        for axis in outermost..<rank {
            guard steps[axis] == 1, axis == outermost || begins[axis] == 0 && extents[axis] == self[axis] else { return nil }
        }
        return zip(begins, strides).reduce(0) { $0 + $1.0 * $1.1 }
    }
}
