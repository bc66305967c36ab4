import ModelGraph
import Tensors

/// Which elements of the input a pooling window covers, along one axis.
struct PoolAxis: Sendable, Hashable {
    let inputExtent: Int
    let outputExtent: Int
    let window: Int
    let stride: Int
    /// Elements of padding in front.
    let padding: Int

    /// Nil when the window does not give the output's extent.
    init?(inputExtent: Int, outputExtent: Int, window: Int, stride: Int, padding: Padding) {
        guard (1...Shape.maximumExtent).contains(window), (1...Shape.maximumExtent).contains(stride) else { return nil }
        let expected = padding == .same ? (inputExtent + stride - 1) / stride : (inputExtent - window + stride) / stride
        guard outputExtent == expected, outputExtent >= 1, padding == .same || window <= inputExtent else { return nil }
        (self.inputExtent, self.outputExtent, self.window, self.stride) = (inputExtent, outputExtent, window, stride)
        self.padding = max(0, (outputExtent - 1) * stride + window - inputExtent) / 2
    }

    /// The part of the window of an output element that lies in the input; never empty.
    @inline(__always)
    func covered(_ index: Int) -> Range<Int> {
        let origin = index * stride - padding
        return max(0, origin)..<min(inputExtent, origin + window)
    }
}

/// AVERAGE_POOL_2D and MAX_POOL_2D.
struct PreparedPool2D: SplitLayer {
    enum Kind: Sendable { case average, maximum }

    let kind: Kind
    /// Nil on the reference tier and where the kernels have no such pool.
    let kernels: Kernels?
    let elementType: ElementType
    let batchCount: Int
    let rows: PoolAxis
    let columns: PoolAxis
    let channelCount: Int
    /// Of quantised outputs.
    let range: OutputRange
    /// Of float32 outputs.
    let floatRange: FloatRange
    let input: Region
    let output: Region
    /// One Int32 or float for each channel, for averages.
    let sums: Region

    /// Lines of the output.
    private var lines: ElementParts {
        let elementCount = columns.outputExtent * channelCount * rows.window * columns.window
        return ElementParts(count: batchCount * rows.outputExtent, partSize: ElementParts.kernelPartSize / max(elementCount, 1))
    }

    /// Some lines, where kernels compute them.
    var partCount: Int { kernels == nil ? 1 : lines.partCount }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        if let kernels {
            var target = arena.mutableSpan(output, of: UInt8.self)
            kernels.pool(self, arena.span(input), to: &target, lines: lines.elements(of: parts))
            return
        }
        switch (kind, elementType) {
        case (.average, .uint8): average(arena, UInt8.self)
        case (.average, .int8): average(arena, Int8.self)
        case (.average, _):
            var target = arena.mutableSpan(output, of: Float.self)
            var accumulators = arena.mutableSpan(sums, of: Float.self)
            PoolReference.average(self, arena.span(input), to: &target, sums: &accumulators)
        case (.maximum, .uint8):
            maximum(arena, lower: UInt8(truncatingIfNeeded: range.lower), upper: UInt8(truncatingIfNeeded: range.upper))
        case (.maximum, .int8): maximum(arena, lower: Int8(truncatingIfNeeded: range.lower), upper: Int8(truncatingIfNeeded: range.upper))
        case (.maximum, _): maximum(arena, lower: floatRange.lower, upper: floatRange.upper)
        }
    }

    @inline(__always)
    private func average<T: FixedWidthInteger & BitwiseCopyable>(_ arena: borrowing Arena, _ type: T.Type) {
        var target = arena.mutableSpan(output, of: T.self)
        var accumulators = arena.mutableSpan(sums, of: Int32.self)
        PoolReference.average(self, arena.span(input), to: &target, sums: &accumulators)
    }

    @inline(__always)
    private func maximum<T: Comparable & BitwiseCopyable>(_ arena: borrowing Arena, lower: T, upper: T) {
        var target = arena.mutableSpan(output, of: T.self)
        PoolReference.maximum(self, arena.span(input), to: &target, lower: lower, upper: upper)
    }
}

extension Preparation {
    /// Input [N,H,W,C], output [N,H',W',C], both uint8, int8 or float32; padding does not count in the average.
    mutating func prepareAveragePool2D(_ pool: Pool2D) throws(InferenceError) -> any PreparedLayer { try preparePool(.average, pool) }

    /// Input [N,H,W,C], output [N,H',W',C], both uint8, int8 or float32.
    mutating func prepareMaximumPool2D(_ pool: Pool2D) throws(InferenceError) -> any PreparedLayer { try preparePool(.maximum, pool) }

    /// Stored values are averaged and compared as they are: input and output have the same quantisation.
    private mutating func preparePool(_ kind: PreparedPool2D.Kind, _ pool: Pool2D) throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try input(0), try output())
        try requireSameType(x, y)
        let (from, to) = (x.shape.extents, y.shape.extents)
        guard from.count == 4, to.count == 4, from[0] == to[0], from[3] == to[3],
            let rows = PoolAxis(
                inputExtent: from[1], outputExtent: to[1], window: pool.windowHeight, stride: pool.strideHeight, padding: pool.padding),
            let columns = PoolAxis(
                inputExtent: from[2], outputExtent: to[2], window: pool.windowWidth, stride: pool.strideWidth, padding: pool.padding)
        else { throw unsupported("pooling of \(x.shape) to \(y.shape)") }
        var range = OutputRange(lower: 0, upper: 0)
        if x.elementType != .float32 {
            let (a, b) = (try perTensorQuantization(x), try perTensorQuantization(y))
            guard abs(a.scale - b.scale) <= 1e-6, a.zeroPoint == b.zeroPoint else {
                throw unsupported("pooling between different quantisations")
            }
            range = try outputRange(pool.activation, of: y)
        }
        // The sum of a window stays below 2^31.
        guard min(pool.windowHeight, from[1]) * min(pool.windowWidth, from[2]) <= 1 << 23 else {
            throw outOfRange("a pooling window of \(pool.windowHeight) x \(pool.windowWidth)")
        }
        // Kernels divide in single precision, which is exact for windows of this size; an absurd zero point can leave an empty range.
        let isFast =
            x.elementType != .float32 && pool.windowHeight * pool.windowWidth <= 1 << 15 && range.lower <= range.upper
            && range.lower >= (x.elementType.eightBitRange?.lower ?? 0) && range.upper <= (x.elementType.eightBitRange?.upper ?? 0)
        return PreparedPool2D(
            kind: kind, kernels: isFast ? fastKernels : nil, elementType: x.elementType, batchCount: from[0], rows: rows, columns: columns,
            channelCount: from[3],
            range: range, floatRange: FloatRange(pool.activation), input: try inputRegion(0), output: try outputRegion(),
            sums: scratch(byteCount: kind == .average ? from[3] * 4 : 0))
    }
}
