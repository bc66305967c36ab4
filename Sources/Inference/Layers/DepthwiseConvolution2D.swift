import ModelGraph
import Tensors

/// DEPTHWISE_CONV_2D with one output channel for each input channel, by output lines.
///
/// x [N,H,W,C], weights [1,KH,KW,C], y [N,OH,OW,C]; uint8 or int8. Lines do not depend on each other: any split of them is sound.
struct PreparedDepthwiseConvolution2D: SplitLayer {
    let window: Window2D
    let bytes: ByteMeaning
    /// The input's zero point times the sums of weights is off its biases.
    private(set) var stage: OutputStage
    let weights: DepthwiseWeights
    let kernels: Kernels
    let input: Region
    let output: Region

    /// Of all images, one after the other.
    var lineCount: Int { window.batches * window.outputHeight }

    /// A part is a line, or as many as are worth a microsecond, but no more than an eighth of all.
    var partCount: Int { (lineCount + linesPerPart - 1) / linesPerPart }

    private var linesPerPart: Int {
        let products = window.outputLineByteCount * window.kernelHeight * window.kernelWidth
        return max(1, min((32 * 1024 + products - 1) / products, lineCount / 8))
    }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        run(arena, lines: parts.lowerBound * linesPerPart..<min(parts.upperBound * linesPerPart, lineCount))
    }

    /// Computes the output lines `range` of the N * OH.
    func run(_ arena: borrowing Arena, lines range: Range<Int>) {
        let x = arena.span(input, of: UInt8.self)
        var out = arena.mutableSpan(output, of: UInt8.self)
        var first = range.lowerBound
        while first < range.upperBound {
            let image = first / window.outputHeight
            let end = min(first + linesPerCall, range.upperBound, (image + 1) * window.outputHeight)
            let start = image * window.outputHeight
            kernels.depthwise(
                window, x: x, imageOffset: image * window.inputHeight * window.inputLineByteCount, ring: window.inputHeight, bytes: bytes,
                weights: weights, stage: stage, out: &out, outputOffset: first * window.outputLineByteCount,
                lines: first - start..<end - start)
            first = end
        }
    }

    /// Computes some output lines of one image whose input lines lie in a rolling buffer.
    ///
    /// - Parameters:
    ///   - x: `ring` lines of W * C bytes; line y of the image is the (y mod ring)th.
    ///   - out: the lines `range` follow each other from `outputOffset` on.
    @_lifetime(out: copy out)
    func run(
        x: borrowing Span<UInt8>, ring: Int, out: inout MutableSpan<UInt8>, outputOffset: Int, lines range: Range<Int>
    ) {
        kernels.depthwise(
            window, x: x, imageOffset: 0, ring: ring, bytes: bytes, weights: weights, stage: stage, out: &out, outputOffset: outputOffset,
            lines: range)
    }

    /// The kernels take the channels in blocks, each over all lines of a call: few enough lines for their inputs to stay in the
    /// second-level cache, many where lines are short.
    private var linesPerCall: Int { max(1, 128 * 1024 / (window.inputLineByteCount * window.strideHeight)) }

    var refined: Self {
        var refined = self
        refined.stage = stage.proven(kernels)
        return refined
    }

    var packedByteCount: Int { weights.byteCount + 4 * stage.numbers.count }
}

extension Preparation {
    /// Inputs x [N,H,W,I], weights [1,KH,KW,O] constant, bias [O] int32 constant or absent.
    mutating func prepareDepthwiseConvolution2D(
        _ convolution: Convolution2D, depthMultiplier: Int
    ) throws(InferenceError) -> any PreparedLayer {
        let (x, w, y) = (try fileInput(0), try fileInput(1), try fileOutput())
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
        let (input, output) = (try inputRegion(0), try outputRegion())
        if tier == .reference {
            return ReferenceDepthwiseConvolution2D(
                window: window, depthMultiplier: depthMultiplier, constants: constants, input: input, output: output)
        }
        if depthMultiplier > 1 {
            return PreparedDepthwiseExpansion2D(
                window: window, bytes: constants.input, stage: constants.stage, weights: constants.weights.values,
                channelMap: (0..<y.shape[3]).map { Int32($0 / depthMultiplier) }, kernels: kernels, input: input, output: output)
        }
        let weights = DepthwiseWeights(
            constants.weights.values, kernelHeight: window.kernelHeight, kernelWidth: window.kernelWidth, channels: window.inputChannels,
            packing: kernels.depthwisePacking)
        return PreparedDepthwiseConvolution2D(
            window: window, bytes: constants.input,
            stage: constants.stage(kernels, followingForms: kernels.depthwiseFollowsForms, pixelCount: window.outputPixelCount),
            weights: weights, kernels: kernels, input: input, output: output)
    }
}
