import ModelGraph
import Tensors

/// ARG_MAX along one axis.
struct PreparedArgMax: SplitLayer {
    let inputType: ElementType
    let outputType: ElementType
    let outerCount: Int
    let extent: Int
    let innerCount: Int
    /// Nil on the reference tier and where the kernels have no such search.
    let kernels: Kernels?
    /// Positions on their way to a wider type.
    let positions: WorkerScratch
    let input: Region
    let output: Region

    /// Rows whose positions are found before they are stored in a wider type.
    static let rowsAtOnce = 256

    /// Elements of the output where a scalar loop finds them.
    private var searches: ElementParts {
        ElementParts(count: outerCount * innerCount, partSize: ElementParts.scalarPartSize / max(extent, 1))
    }

    /// Some rows, where they are found before they are stored.
    var partCount: Int {
        guard kernels != nil else { return searches.partCount }
        return outputType == .int64 ? max(1, (outerCount + Self.rowsAtOnce - 1) / Self.rowsAtOnce) : 1
    }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        if let kernels {
            search(arena, kernels, parts, positions.region(of: worker))
            return
        }
        let range = searches.elements(of: parts)
        switch inputType {
        case .uint8: find(arena, range, UInt8.self)
        case .int8: find(arena, range, Int8.self)
        case .int32: find(arena, range, Int32.self)
        default: find(arena, range, Float.self)
        }
    }

    /// Bytes along the innermost axis.
    private func search(_ arena: borrowing Arena, _ kernels: Kernels, _ parts: Range<Int>, _ positions: Region) {
        let (x, isSigned) = (arena.span(input, of: UInt8.self), inputType == .int8)
        if outputType == .int32 {
            var target = arena.mutableSpan(output, of: Int32.self)
            kernels.argMax(
                x, isSigned: isSigned, offset: 0, step: extent, rowCount: outerCount, count: extent, positions: &target)
            return
        }
        var target = arena.mutableSpan(output, of: Int64.self)
        var found = arena.mutableSpan(positions, of: Int32.self)
        let end = min(parts.upperBound * Self.rowsAtOnce, outerCount)
        for start in stride(from: parts.lowerBound * Self.rowsAtOnce, to: end, by: Self.rowsAtOnce) {
            let count = min(Self.rowsAtOnce, outerCount - start)
            kernels.argMax(
                x, isSigned: isSigned, offset: start * extent, step: extent, rowCount: count, count: extent, positions: &found)
            for index in 0..<count { target[start + index] = Int64(found[index]) }
        }
    }

    @inline(__always)
    private func find<T: Comparable & BitwiseCopyable>(_ arena: borrowing Arena, _ range: Range<Int>, _ type: T.Type) {
        if outputType == .int32 {
            var target = arena.mutableSpan(output, of: Int32.self)
            ArgMaxReference.find(self, range, arena.span(input, of: T.self), to: &target)
        } else {
            var target = arena.mutableSpan(output, of: Int64.self)
            ArgMaxReference.find(self, range, arena.span(input, of: T.self), to: &target)
        }
    }
}

extension Preparation {
    /// Input uint8, int8, int32 or float32; output int32 or int64 of the input's shape without `axis`.
    mutating func prepareArgMax(axis: Int) throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try input(0), try output())
        guard axis < x.shape.rank, x.shape.elementCount == y.shape.elementCount * x.shape[axis] else {
            throw unsupported("the largest of \(x.shape) along axis \(axis) to \(y.shape)")
        }
        switch (x.elementType, y.elementType) {
        case (.uint8, .int32), (.int8, .int32), (.int32, .int32), (.float32, .int32), (.uint8, .int64), (.int8, .int64), (.int32, .int64),
            (.float32, .int64):
            break
        default: throw unsupported("the position of the largest \(x.elementType) as \(y.elementType)")
        }
        let innerCount = x.shape.strides[axis]
        let isSearched = x.elementType.eightBitRange != nil && innerCount == 1
        return PreparedArgMax(
            inputType: x.elementType, outputType: y.elementType, outerCount: x.shape.elementCount / (innerCount * x.shape[axis]),
            extent: x.shape[axis], innerCount: innerCount, kernels: isSearched ? fastKernels : nil,
            positions: workerScratch(byteCount: PreparedArgMax.rowsAtOnce * MemoryLayout<Int32>.stride), input: try inputRegion(0),
            output: try outputRegion())
    }
}
