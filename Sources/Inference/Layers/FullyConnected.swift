import ModelGraph
import Tensors

/// FULLY_CONNECTED as a matrix product: x [N,I] with all leading extents in N, weights [O,I], y [N,O]; uint8 or int8.
struct PreparedFullyConnected: PreparedLayer {
    /// One pixel a row, one by one window: packing removes the zero point and fills up the depth.
    let window: Window2D
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
        let x = arena.span(input, of: UInt8.self)
        var out = arena.mutableSpan(output, of: UInt8.self)
        var scratch = arena.mutableSpan(rows, of: Int16.self)
        var first = 0
        while first < window.outputPixelCount {
            let end = min(first + rowsPerBlock, window.outputPixelCount)
            kernels.packRows(window, transposed: false, x: x, bytes: bytes, rows: &scratch, range: first..<end)
            kernels.gemm(
                rows: scratch.span, rowCount: end - first, weights: weights.span, depth: window.paddedDepth, stage: stage, out: &out,
                outputOffset: first * window.outputChannels)
            first = end
        }
    }

    var packedByteCount: Int { 2 * weights.count + 4 * stage.numbers.count }
}

extension Preparation {
    /// Inputs x [...,I] or any shape whose elements fill rows of I, weights [O,I] constant, bias [O] int32 constant or absent.
    mutating func prepareFullyConnected(activation: Activation) throws(InferenceError) -> any PreparedLayer {
        let (x, w, y) = (try input(0), try input(1), try output())
        guard w.shape.rank == 2, x.shape.elementCount % w.shape[1] == 0,
            x.shape.elementCount / w.shape[1] == y.shape.elementCount / w.shape[0], y.shape.elementCount % w.shape[0] == 0,
            let rowShape = Shape([1, x.shape.elementCount / w.shape[1], 1, w.shape[1]]),
            let outputShape = Shape([1, x.shape.elementCount / w.shape[1], 1, w.shape[0]])
        else { throw unsupported("weights of \(w.shape) from \(x.shape) to \(y.shape)") }
        let window: Window2D
        do {
            window = try Window2D(
                x: rowShape, y: outputShape, kernelHeight: 1, kernelWidth: 1,
                convolution: Convolution2D(strideHeight: 1, strideWidth: 1, padding: .valid, activation: activation), transposed: false)
        } catch { throw unsupported(error.reason) }
        // Unlike convolutions, the reference forms the product of int8 layers with one scale in float32 too, and keeps their zero point.
        let constants = try quantizedWeights(channelAxis: 0, allowsSignedZeroPoint: true) { _, isPerChannel in
            isPerChannel ? .double : .single
        }
        if tier == .reference {
            return ReferenceFullyConnected(
                rowCount: window.outputPixelCount, depth: window.depth, constants: constants, input: try inputRegion(0),
                output: try outputRegion())
        }
        let rowsPerBlock = Self.rowsPerBlock(depth: window.paddedDepth, rowCount: window.outputPixelCount)
        return PreparedFullyConnected(
            window: window, bytes: constants.input, stage: constants.stage,
            weights: Self.pack(constants.values, channels: w.shape[0], depth: window.depth, paddedDepth: window.paddedDepth),
            kernels: Kernels(tier: tier), input: try inputRegion(0), output: try outputRegion(),
            rows: scratch(byteCount: 2 * rowsPerBlock * window.paddedDepth), rowsPerBlock: rowsPerBlock)
    }
}
