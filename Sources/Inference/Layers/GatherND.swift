import ModelGraph
import Tensors

/// GATHER_ND: slices of a tensor at positions that are computed while the model runs.
struct PreparedGatherND: PreparedLayer {
    /// The extents that the indices address, outermost first, and the bytes between neighbours; `depth` of them are used.
    let extents: [6 of Int]
    let steps: [6 of Int]
    let depth: Int
    let sliceCount: Int
    let sliceByteCount: Int
    let indexType: ElementType
    /// What fills a slice whose position does not exist: the zero point of the tensor in each byte, or 0.
    let fillByte: UInt8
    let parameters: Region
    let indices: Region
    let output: Region

    func run(_ arena: borrowing Arena) {
        var target = arena.mutableSpan(output, of: UInt8.self)
        if indexType == .int32 {
            GatherReference.gather(self, arena.span(parameters), at: arena.span(indices, of: Int32.self), to: &target)
        } else {
            GatherReference.gather(self, arena.span(parameters), at: arena.span(indices, of: Int64.self), to: &target)
        }
    }
}

extension Preparation {
    /// Inputs parameters (any type) and indices [...,K] int32 or int64, K at most the parameters' rank; output [...] + the remaining
    /// extents.
    ///
    /// An index out of range, on which the reference stops, gives a slice of real zeros.
    mutating func prepareGatherND() throws(InferenceError) -> any PreparedLayer {
        let (x, positions, y) = (try input(0), try input(1), try output())
        try requireSameType(x, y)
        guard positions.elementType == .int32 || positions.elementType == .int64 else {
            throw unsupported("indices of \(positions.elementType)")
        }
        guard let depth = positions.shape.extents.last, depth <= x.shape.rank,
            y.shape.extents == Array(positions.shape.extents.dropLast() + x.shape.extents.dropFirst(depth))
        else { throw unsupported("slices of \(x.shape) at \(positions.shape) to \(y.shape)") }
        let (extents, strides, byteCount) = (x.shape.extents, x.shape.strides, x.elementType.byteCount)
        let sliceCount = positions.shape.elementCount / depth
        return PreparedGatherND(
            extents: [6 of Int] { $0 < depth ? extents[$0] : 1 }, steps: [6 of Int] { $0 < depth ? strides[$0] * byteCount : 0 },
            depth: depth, sliceCount: sliceCount, sliceByteCount: y.shape.elementCount / sliceCount * byteCount,
            indexType: positions.elementType,
            fillByte: x.elementType.eightBitRange == nil ? 0 : UInt8(truncatingIfNeeded: x.quantization?.zeroPoint ?? 0),
            parameters: try inputRegion(0), indices: try inputRegion(1), output: try outputRegion())
    }
}
