import ModelGraph
import Tensors

/// CONV_2D and TRANSPOSE_CONV as a matrix product: blocks of output pixels, each a row of the inputs under its window, times the weights.
///
/// x [N,H,W,I], weights [O,KH,KW,I], y [N,OH,OW,O]; uint8 or int8.
struct PreparedConvolution2D: PreparedLayer {
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
    let rows: Region
    let rowsPerBlock: Int

    func run(_ arena: borrowing Arena) {
        run(arena, rowRange: 0..<window.outputPixelCount)
    }

    /// Some of the N * OH * OW output pixels; ranges that do not overlap may run at the same time, each with its own scratch.
    func run(_ arena: borrowing Arena, rowRange: Range<Int>) {
        let x = arena.span(input, of: UInt8.self)
        var out = arena.mutableSpan(output, of: UInt8.self)
        var scratch = arena.mutableSpan(rows, of: Int16.self)
        var first = rowRange.lowerBound
        while first < rowRange.upperBound {
            let end = min(first + rowsPerBlock, rowRange.upperBound)
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
    /// Inputs x [N,H,W,I], weights [O,KH,KW,I] constant, bias [O] int32 constant or absent.
    mutating func prepareConvolution2D(_ convolution: Convolution2D) throws(InferenceError) -> any PreparedLayer {
        try prepareConvolution(convolution, transposed: false)
    }

    mutating func prepareConvolution(_ convolution: Convolution2D, transposed: Bool) throws(InferenceError) -> any PreparedLayer {
        let (x, w, y) = (try input(0), try input(1), try output())
        guard w.shape.rank == 4, x.shape.rank == 4, y.shape.rank == 4, w.shape[3] == x.shape[3], w.shape[0] == y.shape[3] else {
            throw unsupported("weights of \(w.shape) from \(x.shape) to \(y.shape)")
        }
        let window: Window2D
        do {
            window = try Window2D(
                x: x.shape, y: y.shape, kernelHeight: w.shape[1], kernelWidth: w.shape[2], convolution: convolution,
                transposed: transposed)
        } catch { throw unsupported(error.reason) }
        let constants = try quantizedWeights(channelAxis: 0) { isSigned, _ in isSigned ? .double : .single }
        if tier == .reference {
            return ReferenceConvolution2D(
                window: window, isTransposed: transposed, constants: constants, input: try inputRegion(0), output: try outputRegion())
        }
        let rowsPerBlock = Self.rowsPerBlock(depth: window.paddedDepth, rowCount: window.outputPixelCount)
        return PreparedConvolution2D(
            window: window, isTransposed: transposed, bytes: constants.input, stage: constants.stage,
            weights: Self.pack(constants.values, channels: w.shape[0], depth: window.depth, paddedDepth: window.paddedDepth),
            kernels: Kernels(tier: tier), input: try inputRegion(0), output: try outputRegion(),
            rows: scratch(byteCount: 2 * rowsPerBlock * window.paddedDepth), rowsPerBlock: rowsPerBlock)
    }

    /// Enough rows to reuse the weights, few enough to stay in the second-level cache; a multiple of the kernels' four where possible.
    static func rowsPerBlock(depth: Int, rowCount: Int) -> Int {
        let fitting = 64 * 1024 / (2 * depth) / 4 * 4
        return min(max(fitting, 4), rowCount)
    }

    /// [channels, depth] to [channels rounded up, paddedDepth], filled up with zeros.
    static func pack(_ values: [Int16], channels: Int, depth: Int, paddedDepth: Int) -> [Int16] {
        let paddedChannels = (channels + Kernels.channelMultiple - 1) / Kernels.channelMultiple * Kernels.channelMultiple
        var packed = [Int16](repeating: 0, count: paddedChannels * paddedDepth)
        for channel in 0..<channels {
            for k in 0..<depth { packed[channel * paddedDepth + k] = values[channel * depth + k] }
        }
        return packed
    }
}
