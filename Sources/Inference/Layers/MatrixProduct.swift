import ModelGraph
import Tensors

/// A convolution, a transposed one or a fully-connected layer as a matrix product: blocks of output pixels, each a row of the inputs
/// under its window, times the weights.
///
/// x [N,H,W,I], weights [O,KH,KW,I], y [N,OH,OW,O]; uint8 or int8. Pixels do not depend on each other: any split of the rows is sound.
struct PreparedMatrixProduct: PreparedLayer {
    let window: Window2D
    let isTransposed: Bool
    let bytes: ByteMeaning
    let stage: OutputStage
    /// [O rounded up, paddedDepth]
    let weights: [Int16]
    let kernels: Kernels
    let input: Region
    let output: Region
    /// [rowsPerBlock, paddedDepth] int16
    let rows: WorkerScratch
    let rowsPerBlock: Int

    /// Few enough that the workers end together, a multiple of the kernels' four.
    private static let rowsPerPart = 8

    var partCount: Int { (window.outputPixelCount + Self.rowsPerPart - 1) / Self.rowsPerPart }

    func run(_ arena: borrowing Arena) { run(arena, parts: 0..<partCount, worker: 0) }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        let x = arena.span(input, of: UInt8.self)
        var out = arena.mutableSpan(output, of: UInt8.self)
        var scratch = arena.mutableSpan(rows.region(of: worker), of: Int16.self)
        let rowCount = min(parts.upperBound * Self.rowsPerPart, window.outputPixelCount)
        var first = parts.lowerBound * Self.rowsPerPart
        while first < rowCount {
            let end = min(first + rowsPerBlock, rowCount)
            kernels.packRows(window, transposed: isTransposed, x: x, bytes: bytes, rows: &scratch, range: first..<end)
            kernels.gemm(
                rows: scratch.span, rowCount: end - first, weights: weights.span, depth: window.paddedDepth, stage: stage, out: &out,
                outputOffset: first * window.outputChannels)
            first = end
        }
    }

    var packedByteCount: Int { 2 * weights.count + 4 * stage.numbers.count }
}

extension Preparation {
    /// - Parameter constants: weights [O, window.depth].
    mutating func matrixProduct(
        _ window: Window2D, isTransposed: Bool, constants: QuantizedWeights
    ) throws(InferenceError) -> any PreparedLayer {
        let rowsPerBlock = Self.rowsPerBlock(depth: window.paddedDepth, rowCount: window.outputPixelCount)
        return PreparedMatrixProduct(
            window: window, isTransposed: isTransposed, bytes: constants.input, stage: constants.stage,
            weights: Self.pack(constants.values, channels: window.outputChannels, depth: window.depth, paddedDepth: window.paddedDepth),
            kernels: Kernels(tier: tier), input: try inputRegion(0), output: try outputRegion(),
            rows: workerScratch(byteCount: 2 * rowsPerBlock * window.paddedDepth), rowsPerBlock: rowsPerBlock)
    }

    /// Enough rows to reuse the weights, few enough to stay in the second-level cache; a multiple of the kernels' four where possible.
    private static func rowsPerBlock(depth: Int, rowCount: Int) -> Int {
        let fitting = 64 * 1024 / (2 * depth) / 4 * 4
        return min(max(fitting, 4), rowCount)
    }

    /// [channels, depth] to [channels rounded up, paddedDepth], filled up with zeros.
    private static func pack(_ values: [Int16], channels: Int, depth: Int, paddedDepth: Int) -> [Int16] {
        let paddedChannels = (channels + Kernels.channelMultiple - 1) / Kernels.channelMultiple * Kernels.channelMultiple
        var packed = [Int16](repeating: 0, count: paddedChannels * paddedDepth)
        for channel in 0..<channels {
            for k in 0..<depth { packed[channel * paddedDepth + k] = values[channel * depth + k] }
        }
        return packed
    }
}
