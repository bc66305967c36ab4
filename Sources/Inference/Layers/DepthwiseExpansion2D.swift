import Tensors

/// DEPTHWISE_CONV_2D with several output channels for each input channel; rare.
///
/// x [N,H,W,I], weights [1,KH,KW,O] with O = I * depthMultiplier, y [N,OH,OW,O]; uint8 or int8.
struct PreparedDepthwiseExpansion2D: SplitLayer {
    let window: Window2D
    let bytes: ByteMeaning
    let stage: OutputStage
    /// [KH,KW,O]
    let weights: [Int16]
    /// [O] input channels.
    let channelMap: [Int32]
    let kernels: Kernels
    let input: Region
    let output: Region

    /// Lines of the output.
    var partCount: Int { window.batches * window.outputHeight }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        var out = arena.mutableSpan(output, of: UInt8.self)
        kernels.depthwiseExpansion(
            window, x: arena.span(input, of: UInt8.self), bytes: bytes, weights: weights.span, channelMap: channelMap.span, stage: stage,
            out: &out, range: parts)
    }

    var packedByteCount: Int { 2 * weights.count + 4 * (channelMap.count + stage.numbers.count) }
}
