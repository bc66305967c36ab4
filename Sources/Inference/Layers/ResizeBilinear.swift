import ModelGraph
import Tensors

/// The two neighbours of an output position along one axis, and the weight of the second.
struct BilinearSample<Weight: Sendable>: Sendable {
    let first: Int
    let second: Int
    let firstWeight: Weight
    let secondWeight: Weight
}

/// RESIZE_BILINEAR. uint8 and float32 interpolate in single precision, int8 with 10-bit fractions, each as its reference does.
struct PreparedResizeBilinear: SplitLayer {
    enum Samples: Sendable {
        case fractions(rows: [BilinearSample<Int32>], columns: [BilinearSample<Int32>])
        case floats(rows: [BilinearSample<Float>], columns: [BilinearSample<Float>])
    }

    let elementType: ElementType
    /// What the kernels need; nil on the reference tier and for float32.
    let fast: (kernels: Kernels, map: ResizeMap, scratch: WorkerScratch)?
    let samples: Samples
    let batchCount: Int
    let inputHeight: Int
    let inputWidth: Int
    let channelCount: Int
    let input: Region
    let output: Region

    /// Elements of a part of the output, about.
    private static let partElementCount = 16_384

    private var linesPerPart: Int {
        fast.map { max(1, Self.partElementCount / ($0.map.outputWidth * channelCount)) } ?? 1
    }

    /// Some lines of the output.
    var partCount: Int { fast.map { ($0.map.batchCount * $0.map.outputHeight + linesPerPart - 1) / linesPerPart } ?? 1 }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        if let fast {
            let end = min(parts.upperBound * linesPerPart, fast.map.batchCount * fast.map.outputHeight)
            runKernels(arena, fast.kernels, fast.map, fast.scratch.region(of: worker), lines: parts.lowerBound * linesPerPart..<end)
            return
        }
        switch samples {
        case .fractions(let rows, let columns):
            var target = arena.mutableSpan(output, of: Int8.self)
            ResizeReference.bilinear(self, rows.span, columns.span, arena.span(input, of: Int8.self), to: &target)
        case .floats(let rows, let columns):
            if elementType == .uint8 {
                var target = arena.mutableSpan(output, of: UInt8.self)
                ResizeReference.bilinear(self, rows.span, columns.span, arena.span(input, of: UInt8.self), to: &target)
            } else {
                var target = arena.mutableSpan(output, of: Float.self)
                ResizeReference.bilinear(self, rows.span, columns.span, arena.span(input, of: Float.self), to: &target)
            }
        }
    }

    private func runKernels(
        _ arena: borrowing Arena, _ kernels: Kernels, _ map: ResizeMap, _ scratch: Region, lines: Range<Int>
    ) {
        switch map.weights {
        case .short:
            var target = arena.mutableSpan(output, of: UInt8.self)
            var memory = arena.mutableSpan(scratch, of: UInt16.self)
            kernels.bilinearShort(map, arena.span(input), to: &target, lines: lines, scratch: &memory)
        case .fractions:
            var target = arena.mutableSpan(output, of: Int8.self)
            var memory = arena.mutableSpan(scratch, of: Int32.self)
            kernels.bilinearFractions(map, arena.span(input), to: &target, lines: lines, scratch: &memory)
        case .floats:
            var target = arena.mutableSpan(output, of: UInt8.self)
            var memory = arena.mutableSpan(scratch, of: Float.self)
            kernels.bilinearFloat(map, arena.span(input), to: &target, lines: lines, scratch: &memory)
        }
    }
}

extension Preparation {
    /// Input [N,H,W,C], output [N,H',W',C], both uint8, int8 or float32 of one quantisation.
    mutating func prepareResizeBilinear(alignsCorners: Bool, usesHalfPixelCenters: Bool) throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try input(0), try output())
        try requireResizable(x, y)
        guard !(alignsCorners && usesHalfPixelCenters) else { throw unsupported("aligned corners with half-pixel centres") }
        func samples<Weight>(
            _ axis: Int, _ sample: (Int, Int, Int, Bool, Bool) -> BilinearSample<Weight>
        ) -> [BilinearSample<Weight>] {
            (0..<y.shape[axis]).map { sample($0, x.shape[axis], y.shape[axis], alignsCorners, usesHalfPixelCenters) }
        }
        let all: PreparedResizeBilinear.Samples
        switch x.elementType {
        case .uint8, .float32:
            all = .floats(rows: samples(1, ResizeReference.floatSample), columns: samples(2, ResizeReference.floatSample))
        case .int8:
            // Extents keep 10-bit fractions of positions within Int32.
            guard max(x.shape[1], x.shape[2], y.shape[1], y.shape[2]) <= 1 << 15 else { throw outOfRange("\(x.shape) to \(y.shape)") }
            let rows = samples(1, ResizeReference.fractionSample)
            let columns = samples(2, ResizeReference.fractionSample)
            // The sum of four products of an int8 and two weights fits Int32.
            guard (rows + columns).allSatisfy({ abs($0.firstWeight) <= 1536 && abs($0.secondWeight) <= 1536 }) else {
                throw outOfRange("a resize from \(x.shape) to \(y.shape)")
            }
            all = .fractions(rows: rows, columns: columns)
        default: throw unsupported("resizing of \(x.elementType)")
        }
        var fast: (kernels: Kernels, map: ResizeMap, scratch: WorkerScratch)?
        if let kernels = fastKernels, let map = ResizeMap(all, x, y) {
            fast = (kernels, map, workerScratch(byteCount: map.scratchByteCount))
        }
        return PreparedResizeBilinear(
            elementType: x.elementType, fast: fast, samples: all, batchCount: x.shape[0], inputHeight: x.shape[1], inputWidth: x.shape[2],
            channelCount: x.shape[3], input: try inputRegion(0), output: try outputRegion())
    }

    /// Input [N,H,W,C] and output [N,H',W',C] of one type.
    func requireResizable(_ x: Graph.Tensor, _ y: Graph.Tensor) throws(InferenceError) {
        try requireSameType(x, y)
        guard x.shape.rank == 4, y.shape.rank == 4, x.shape[0] == y.shape[0], x.shape[3] == y.shape[3] else {
            throw unsupported("resizing of \(x.shape) to \(y.shape)")
        }
    }
}
