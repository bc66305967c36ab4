import FixedPoint
import ModelGraph
import Tensors

/// MEAN over any axes: sums in scratch memory, then one rescaling an output.
struct PreparedMean: PreparedLayer {
    /// Axes of the input from the outermost, neighbours of the same kind merged, and the steps in the output (0 for a reduced axis).
    struct Axis: Sendable, Hashable {
        var extent: Int
        var outputStep: Int
    }

    let elementType: ElementType
    /// Nil on the reference tier and where the kernels have no such sum.
    let kernels: Kernels?
    let axes: [Axis]
    let reducedCount: Int
    let outputCount: Int
    /// Nil for float32.
    let facts: MeanFacts?
    let input: Region
    let output: Region
    /// One Int32 or float for each element of the output.
    let sums: Region

    func run(_ arena: borrowing Arena) {
        if let facts {
            if elementType == .int8 { quantized(arena, facts, Int8.self) } else { quantized(arena, facts, UInt8.self) }
        } else {
            var target = arena.mutableSpan(output, of: Float.self)
            var accumulators = arena.mutableSpan(sums, of: Float.self)
            MeanReference.sum(self, arena.span(input, of: Float.self), to: &accumulators) { $0 + $1 }
            for index in 0..<outputCount { target[index] = accumulators[index] / Float(reducedCount) }
        }
    }

    @inline(__always)
    private func quantized<T: FixedWidthInteger & BitwiseCopyable>(_ arena: borrowing Arena, _ facts: MeanFacts, _ type: T.Type) {
        var target = arena.mutableSpan(output, of: T.self)
        var accumulators = arena.mutableSpan(sums, of: Int32.self)
        if let kernels {
            let (rows, channels) = (axes[axes.count - 2].extent, axes[axes.count - 1].extent)
            for batch in 0..<outputCount / channels {
                kernels.sumRows(
                    arena.span(input), isSigned: T.isSigned, offset: batch * rows * channels, rowCount: rows, count: channels,
                    sums: &accumulators, sumOffset: batch * channels)
            }
            MeanReference.rescale(
                facts.ofBytes(isSigned: T.isSigned, count: reducedCount), accumulators.span, to: &target, count: outputCount)
            return
        }
        // Bound: prepare proved that fewer than 2^23 elements of a magnitude of at most 255 are added.
        MeanReference.sum(self, arena.span(input, of: T.self), to: &accumulators) { $0 &+ Int32(truncatingIfNeeded: $1) }
        MeanReference.rescale(facts, accumulators.span, to: &target, count: outputCount)
    }
}

/// What a quantised MEAN needs.
struct MeanFacts: Sendable {
    /// Input zero point times the number of elements of a sum.
    let zeroPointSum: Int32
    /// Of the scale ratio divided by the number of elements.
    let multiplier: QuantizedMultiplier
    let outputZeroPoint: Int32
    let range: OutputRange

    /// The same for sums in the uint8 domain, where each int8 is 128 more.
    func ofBytes(isSigned: Bool, count: Int) -> MeanFacts {
        MeanFacts(
            zeroPointSum: zeroPointSum + (isSigned ? 128 * Int32(count) : 0), multiplier: multiplier, outputZeroPoint: outputZeroPoint,
            range: range)
    }
}

extension Preparation {
    /// Input and output both uint8, int8 or float32; the output lacks the axes, or has extent 1 there.
    mutating func prepareMean(axes: [Int], keepsAxes: Bool) throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try input(0), try output())
        try requireSameType(x, y)
        let extents = (0..<x.shape.rank).compactMap { axis -> Int? in
            axes.contains(axis) ? (keepsAxes ? 1 : nil) : x.shape[axis]
        }
        guard axes.allSatisfy((0..<x.shape.rank).contains), y.shape.extents == extents else {
            throw unsupported("a mean of \(x.shape) over \(axes) to \(y.shape)")
        }
        var merged: [PreparedMean.Axis] = []
        var step = 1
        for axis in (0..<x.shape.rank).reversed() where x.shape[axis] > 1 {
            let extent = x.shape[axis]
            let isReduced = axes.contains(axis)
            if let first = merged.first, (first.outputStep == 0) == isReduced {
                merged[0].extent *= extent
            } else {
                merged.insert(PreparedMean.Axis(extent: extent, outputStep: isReduced ? 0 : step), at: 0)
            }
            if !isReduced { step *= extent }
        }
        if merged.isEmpty { merged = [PreparedMean.Axis(extent: 1, outputStep: 1)] }
        let reducedCount = x.shape.elementCount / y.shape.elementCount
        // Rows of channels are added up, at most once more for each batch.
        let isSumOfRows =
            merged.count >= 2 && merged.count <= 3 && merged[merged.count - 1].outputStep == 1 && merged[merged.count - 2].outputStep == 0
        return PreparedMean(
            elementType: x.elementType, kernels: isSumOfRows && x.elementType != .float32 ? fastKernels : nil, axes: merged,
            reducedCount: reducedCount, outputCount: y.shape.elementCount,
            facts: x.elementType == .float32 ? nil : try meanFacts(x, y, count: reducedCount), input: try inputRegion(0),
            output: try outputRegion(), sums: scratch(byteCount: y.shape.elementCount * 4))
    }

    private func meanFacts(_ x: Graph.Tensor, _ y: Graph.Tensor, count: Int) throws(InferenceError) -> MeanFacts {
        let (from, to) = (try perTensorQuantization(x), try perTensorQuantization(y))
        try requireStoredZeroPoint(x, from)
        guard count < 1 << 23 else { throw outOfRange("a mean of \(count) elements") }
        let ratio = try quantizedMultiplier(Double(from.scale) / Double(to.scale))
        // The number of elements goes into the multiplier with as many bits as it has, rounded down; the exponent stays above -32.
        let shift = max(0, min(Int.bitWidth - 1 - count.leadingZeroBitCount, 31 + ratio.exponent))
        let divided = Int32(truncatingIfNeeded: (Int64(ratio.multiplier) << Int64(shift)) / Int64(count))
        guard let multiplier = QuantizedMultiplier(multiplier: divided, exponent: ratio.exponent - shift) else {
            throw outOfRange("the scale ratio of a mean")
        }
        return MeanFacts(
            zeroPointSum: from.zeroPoint * Int32(count), multiplier: multiplier, outputZeroPoint: to.zeroPoint,
            range: try outputRange(.none, of: y))
    }
}
