import FixedPoint
import ModelGraph
import Tensors

/// SOFTMAX over the last axis.
struct PreparedSoftmax: SplitLayer {
    enum Kind: Sendable {
        /// exp(-d * scale * beta) in Q0.31 for each difference d of 0...255 to the largest element of the row; 0 where the reference skips
        /// the element.
        case quantized([Int32])
        /// The same for the kernels, with the exponentials in Q12.19, as they are added.
        case kernels(Kernels, exponentials: [Int32], addends: [Int32])
        case float32(beta: Float)
    }

    let kind: Kind
    let elementType: ElementType
    let rowCount: Int
    let depth: Int
    let input: Region
    let output: Region

    /// Elements of a part, about.
    private static let partElementCount = 4096

    private var rowsPerPart: Int { max(1, Self.partElementCount / depth) }

    /// Some rows, where kernels compute them.
    var partCount: Int { if case .kernels = kind { max(1, (rowCount + rowsPerPart - 1) / rowsPerPart) } else { 1 } }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        switch (kind, elementType) {
        case (.quantized(let exponentials), .int8): quantized(arena, exponentials.span, Int8.self)
        case (.quantized(let exponentials), _): quantized(arena, exponentials.span, UInt8.self)
        case (.kernels(let kernels, let exponentials, let addends), _):
            var target = arena.mutableSpan(output, of: UInt8.self)
            kernels.softmax(
                arena.span(input), isSigned: elementType == .int8, exponentials: exponentials.span, addends: addends.span,
                rows: parts.lowerBound * rowsPerPart..<min(parts.upperBound * rowsPerPart, rowCount), count: depth, out: &target)
        case (.float32(let beta), _):
            var target = arena.mutableSpan(output, of: Float.self)
            SoftmaxReference.float32(arena.span(input), to: &target, rowCount: rowCount, depth: depth, beta: beta)
        }
    }

    @inline(__always)
    private func quantized<T: FixedWidthInteger & BitwiseCopyable>(
        _ arena: borrowing Arena, _ exponentials: Span<Int32>, _ type: T.Type
    ) {
        var target = arena.mutableSpan(output, of: T.self)
        SoftmaxReference.quantized(arena.span(input), exponentials, to: &target, rowCount: rowCount, depth: depth)
    }
}

extension Preparation {
    /// Input and output of one shape, both uint8, int8 or float32. Quantised outputs have scale 1/256 and the lowest stored value as zero
    /// point.
    mutating func prepareSoftmax(beta: Float) throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try input(0), try output())
        try requireSameType(x, y)
        guard x.shape == y.shape, let depth = x.shape.extents.last else { throw unsupported("a softmax of \(x.shape) to \(y.shape)") }
        return PreparedSoftmax(
            kind: x.elementType == .float32 ? .float32(beta: beta) : softmaxKind(try softmaxTable(x, y, beta: beta)),
            elementType: x.elementType, rowCount: x.shape.elementCount / depth, depth: depth, input: try inputRegion(0),
            output: try outputRegion())
    }

    private func softmaxKind(_ exponentials: [Int32]) -> PreparedSoftmax.Kind {
        guard let kernels = fastKernels else { return .quantized(exponentials) }
        let addends = exponentials.map {
            FixedPoint.roundingDivideByPowerOfTwo($0, exponent: SoftmaxReference.sumIntegerBits)
        }
        return .kernels(kernels, exponentials: exponentials, addends: addends)
    }

    private func softmaxTable(_ x: Graph.Tensor, _ y: Graph.Tensor, beta: Float) throws(InferenceError) -> [Int32] {
        let (from, to) = (try perTensorQuantization(x), try perTensorQuantization(y))
        guard let range = y.elementType.eightBitRange else { throw unsupported("a softmax of \(x.elementType)") }
        guard to.zeroPoint == range.lower, abs(to.scale * 256 - 1) <= 0.001 else {
            throw unsupported("a softmax to scale \(to.scale) and zero point \(to.zeroPoint)")
        }
        // Differences become Q5.26.
        let factor = min(Double(beta) * Double(from.scale) * Double(1 << 26), Double(Int32.max))
        guard factor > 1 else { throw outOfRange("the softmax factor \(beta) for scale \(from.scale)") }
        guard let table = SoftmaxReference.table(factor: factor) else { throw outOfRange("the softmax factor \(beta)") }
        return table
    }
}
