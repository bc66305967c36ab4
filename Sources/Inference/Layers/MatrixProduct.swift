import ModelGraph
import Tensors

/// A convolution, a transposed one or a fully-connected layer as a matrix product: rows of the inputs under the window of each output
/// pixel, times the weights.
///
/// x [N,H,W,I], weights [O,KH,KW,I], y [N,OH,OW,O]; uint8 or int8. Pixels do not depend on each other, and neither do panels of channels:
/// any split of either is sound.
struct PreparedMatrixProduct: PreparedLayer {
    /// How the kernels come by their rows.
    enum Rows: Sendable {
        /// A pixel is a row.
        case pixels
        /// Tap by tap from the image.
        case window
        /// Copied together block by block: [rowsPerBlock, rowByteCount] in scratch memory.
        case packed(Region)
    }

    let window: Window2D
    let isTransposed: Bool
    let bytes: ByteMeaning
    let stage: OutputStage
    let weights: ProductWeights
    let kernels: Kernels
    let rows: Rows
    let input: Region
    let output: Region
    /// Zero points in the kernels' form.
    let outside: [UInt8]
    /// Tiles that use a panel of weights before the next one comes.
    let blockTiles: Int
    let pointers: Region

    private var rowsPerBlock: Int { blockTiles * kernels.tileRows }

    func run(_ arena: borrowing Arena) {
        let x = arena.span(input, of: UInt8.self)
        var out = arena.mutableSpan(output, of: UInt8.self)
        var pointers = arena.mutableSpan(pointers, of: UInt.self)
        var part = ProductPart(rows: 0..<window.outputPixelCount, panels: 0..<weights.panelCount, blockTiles: blockTiles)
        switch rows {
        case .pixels:
            kernels.product(
                .contiguous(byteCount: window.inputChannels), x: x, outside: outside.span, weights: weights, stage: stage, part: part,
                pointers: &pointers, out: &out, outOffset: 0)
        case .window:
            kernels.product(
                .window(window), x: x, outside: outside.span, weights: weights, stage: stage, part: part, pointers: &pointers, out: &out,
                outOffset: 0)
        case .packed(let region):
            var scratch = arena.mutableSpan(region, of: UInt8.self)
            var first = 0
            while first < window.outputPixelCount {
                let end = min(first + rowsPerBlock, window.outputPixelCount)
                kernels.packRows(
                    window, transposed: isTransposed, x: x, bytes: bytes, rows: &scratch, rowByteCount: weights.depth, range: first..<end)
                part.rows = 0..<end - first
                kernels.product(
                    .contiguous(byteCount: weights.depth), x: scratch.span, outside: outside.span, weights: weights, stage: stage,
                    part: part, pointers: &pointers, out: &out, outOffset: first * window.outputChannels)
                first = end
            }
        }
    }

    var packedByteCount: Int { weights.byteCount + 4 * (stage.numbers.count + stage.floats.count) + outside.count }
}

extension Preparation {
    /// - Parameter constants: weights [O, window.depth].
    mutating func matrixProduct(
        _ window: Window2D, isTransposed: Bool, constants: QuantizedWeights
    ) throws(InferenceError) -> any PreparedLayer {
        let kernels = Kernels(tier: tier)
        let layout = kernels.weightLayout
        let isPixel = window.kernelHeight == 1 && window.kernelWidth == 1 && window.strideHeight == 1 && window.strideWidth == 1
        // A kernel reads whole groups of a tap. Taps of a few bytes are faster when copied together.
        let readsTaps =
            !isTransposed && !constants.input.needsFlip && window.inputChannels % layout.group == 0
            && (isPixel || window.inputChannels >= Self.smallestTap)
        let taps = readsTaps ? window.kernelHeight * window.kernelWidth : 1
        let packed = PackedWeights(
            constants.values.span, channelCount: window.outputChannels, taps: taps, depth: window.depth / taps, layout: layout)
        let weights = ProductWeights(packed, channelCount: window.outputChannels)
        let rowByteCount = weights.taps * weights.depth
        let tiles = (window.outputPixelCount + kernels.tileRows - 1) / kernels.tileRows
        let blockTiles = min(tiles, Kernels.maximumBlockTiles, max(1, Self.blockByteCount / (kernels.tileRows * rowByteCount)))
        let pointers = scratch(byteCount: blockTiles * kernels.tileRows * taps * MemoryLayout<UInt>.stride)
        let rows: PreparedMatrixProduct.Rows =
            readsTaps
            ? (isPixel ? .pixels : .window)
            : .packed(scratch(after: pointers, byteCount: blockTiles * kernels.tileRows * rowByteCount + Kernels.packingRoom))
        return PreparedMatrixProduct(
            window: window, isTransposed: isTransposed, bytes: constants.input,
            stage: constants.stage.folding(
                weightSums: Self.channelSums(constants.values, channels: window.outputChannels), inputZero: constants.input.kernelZero),
            weights: weights, kernels: kernels, rows: rows, input: try inputRegion(0), output: try outputRegion(),
            outside: [UInt8](repeating: UInt8(truncatingIfNeeded: constants.input.kernelZero), count: window.kernelWidth * weights.depth),
            blockTiles: blockTiles, pointers: pointers)
    }

    /// What a block of rows may take of the second-level cache.
    private static let blockByteCount = 128 * 1024
    private static let smallestTap = 16

    /// The sums of the weights [channels, depth] of each channel; they fit Int32 since the products do.
    private static func channelSums(_ values: [Int16], channels: Int) -> [Int32] {
        let depth = values.count / channels
        let span = values.span
        return (0..<channels).map { channel in
            var sum: Int32 = 0
            for index in channel * depth..<(channel + 1) * depth { sum += Int32(span[index]) }
            return sum
        }
    }
}
