import ModelGraph
import Tensors

/// DEPTHWISE_CONV_2D: every output channel sees one input channel.
///
/// x [N,H,W,I], weights [1,KH,KW,O] with O = I * depthMultiplier, y [N,OH,OW,O]; uint8 or int8.
struct PreparedDepthwiseConvolution2D: PreparedLayer {
    let window: Window2D
    let bytes: ByteMeaning
    let stage: OutputStage
    /// [KH,KW,O]
    let weights: [Int16]
    /// [O] input channels, or empty when O = I.
    let channelMap: [Int32]
    let kernels: Kernels
    let input: Region
    let output: Region

    /// Lines of the output.
    var partCount: Int { window.batches * window.outputHeight }

    func run(_ arena: borrowing Arena) { run(arena, parts: 0..<partCount, worker: 0) }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        var out = arena.mutableSpan(output, of: UInt8.self)
        kernels.depthwise(
            window, x: arena.span(input, of: UInt8.self), bytes: bytes, weights: weights.span, channelMap: channelMap.span, stage: stage,
            out: &out, range: parts)
    }

    var packedByteCount: Int { 2 * weights.count + 4 * (channelMap.count + stage.numbers.count) }
}

extension Preparation {
    /// Inputs x [N,H,W,I], weights [1,KH,KW,O] constant, bias [O] int32 constant or absent.
    mutating func prepareDepthwiseConvolution2D(
        _ convolution: Convolution2D, depthMultiplier: Int
    ) throws(InferenceError) -> any PreparedLayer {
        let (x, w, y) = (try input(0), try input(1), try output())
        guard w.shape.rank == 4, x.shape.rank == 4, y.shape.rank == 4, w.shape[0] == 1, w.shape[3] == y.shape[3], depthMultiplier >= 1,
            y.shape[3] % depthMultiplier == 0, y.shape[3] / depthMultiplier == x.shape[3]
        else { throw unsupported("weights of \(w.shape) with multiplier \(depthMultiplier) from \(x.shape) to \(y.shape)") }
        let window: Window2D
        do {
            window = try Window2D(
                x: x.shape, y: y.shape, kernelHeight: w.shape[1], kernelWidth: w.shape[2], convolution: convolution, transposed: false)
        } catch { throw unsupported(error.reason) }
        let constants = try quantizedWeights(channelAxis: 3, activation: convolution.activation) { isSigned, _ in
            isSigned ? .double : .single
        }
        if tier == .reference {
            return ReferenceDepthwiseConvolution2D(
                window: window, depthMultiplier: depthMultiplier, constants: constants, input: try inputRegion(0),
                output: try outputRegion())
        }
        return PreparedDepthwiseConvolution2D(
            window: window, bytes: constants.input, stage: constants.stage, weights: constants.values,
            channelMap: depthMultiplier == 1 ? [] : (0..<y.shape[3]).map { Int32($0 / depthMultiplier) }, kernels: Kernels(tier: tier),
            input: try inputRegion(0), output: try outputRegion())
    }
}
