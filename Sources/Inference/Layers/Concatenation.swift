import ModelGraph
import Tensors

/// CONCATENATION of 8-bit tensors of which some have another scale or zero point than the output: each input has its own table.
struct PreparedRescalingConcatenation: PreparedLayer {
    struct Part: Sendable {
        let table: LookupTable
        let input: Region
        /// Consecutive elements of the input and of one run of the output.
        let runCount: Int
        /// Where the first run starts in the output.
        let outputOffset: Int
    }

    let parts: [Part]
    /// Nil on the reference tier.
    let kernels: Kernels?
    let output: Region
    let outerCount: Int
    /// Elements of the output between two runs of a part.
    let outputStep: Int

    func run(_ arena: borrowing Arena) {
        var target = arena.mutableSpan(output, of: UInt8.self)
        for part in parts {
            if let kernels {
                kernels.lookUp(
                    arena.span(part.input), in: part.table, rowCount: outerCount, count: part.runCount, out: &target,
                    outputOffset: part.outputOffset, outputStep: outputStep)
                continue
            }
            ConcatenationReference.scatter(
                arena.span(part.input), through: part.table.entries.span, runCount: part.runCount, outerCount: outerCount,
                to: &target, offset: part.outputOffset, step: outputStep)
        }
    }
}

extension Preparation {
    /// Inputs of any one type whose shapes differ along `axis` only; output of the sum of their extents.
    ///
    /// As in TFLite's reference kernels uint8 inputs of another quantisation are rescaled (in single precision), int8 ones are refused, and
    /// so is an activation.
    mutating func prepareConcatenation(axis: Int, activation: Activation) throws(InferenceError) -> any PreparedLayer {
        guard activation == .none else { throw unsupported("a concatenation with activation \(activation.rawValue)") }
        let y = try output()
        guard axis < y.shape.rank else { throw unsupported("axis \(axis) of \(y.shape)") }
        let innerCount = y.shape.strides[axis]
        let outerCount = y.shape.elementCount / (innerCount * y.shape[axis])
        let outputStep = innerCount * y.shape[axis]
        var (offset, rescales) = (0, false)
        var copies: [PreparedCopies.Part] = []
        for index in layer.inputs.indices {
            let x = try input(index)
            let runCount = x.shape.elementCount / outerCount
            guard x.shape.rank == y.shape.rank,
                (0..<x.shape.rank).allSatisfy({ $0 == axis || x.shape[$0] == y.shape[$0] })
            else { throw unsupported("\(x.shape) as a part of \(y.shape)") }
            rescales = rescales || (x.elementType.eightBitRange != nil && x.quantization != y.quantization)
            copies.append(
                try copyPart(
                    input: index, extents: [outerCount, runCount], sourceStrides: [runCount, 1], targetStrides: [outputStep, 1],
                    targetOffset: offset))
            offset += runCount
        }
        guard offset == outputStep else { throw unsupported("parts that do not add up to \(y.shape)") }
        guard rescales else { return PreparedCopies(parts: copies) }
        return PreparedRescalingConcatenation(
            parts: try rescalingParts(to: y, outerCount: outerCount), kernels: fastKernels, output: try outputRegion(),
            outerCount: outerCount, outputStep: outputStep)
    }

    private func rescalingParts(
        to y: Graph.Tensor, outerCount: Int
    ) throws(InferenceError) -> [PreparedRescalingConcatenation.Part] {
        guard y.elementType == .uint8 else { throw unsupported("a concatenation of int8 tensors of different quantisation") }
        let to = try perTensorQuantization(y)
        var parts: [PreparedRescalingConcatenation.Part] = []
        var offset = 0
        for index in layer.inputs.indices {
            let x = try input(index)
            let from = try perTensorQuantization(x)
            guard
                let table = LookupTable(
                    from: .uint8, to: .uint8, { ConcatenationReference.rescale($0, from: from, to: to) })
            else { throw unsupported("a concatenation of \(x.elementType)") }
            let runCount = x.shape.elementCount / outerCount
            parts.append(.init(table: table, input: try inputRegion(index), runCount: runCount, outputOffset: offset))
            offset += runCount
        }
        return parts
    }
}
