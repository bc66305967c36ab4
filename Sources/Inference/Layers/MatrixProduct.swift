import ModelGraph
import Tensors

/// A convolution, a transposed one or a fully-connected layer as a matrix product: rows of the inputs under the window of each output
/// pixel, times the weights.
///
/// x [N,H,W,I], weights [O,KH,KW,I], y [N,OH,OW,O]; uint8 or int8. Pixels do not depend on each other, and neither do panels of channels:
/// any split of either is sound.
struct PreparedMatrixProduct: SplitLayer {
    /// How the kernels come by their rows.
    enum Rows: Sendable {
        /// A pixel is a row.
        case pixels
        /// Tap by tap from the image.
        case window
        /// Copied together block by block.
        case packed
        /// Line by line from lines with margins, band by band.
        case lines
    }

    let window: Window2D
    let isTransposed: Bool
    let bytes: ByteMeaning
    private(set) var stage: OutputStage
    let weights: ProductWeights
    let kernels: Kernels
    let rows: Rows
    /// For `Rows.lines`.
    let lines: ImageLines?
    let input: Region
    let output: Region
    /// Zero points in the kernels' form.
    let outside: [UInt8]
    let tiling: ProductTiling
    let scratch: WorkerScratch

    var partCount: Int { tiling.rowPartCount * tiling.panelPartCount }

    /// Parts are numbered along the rows first, then along the panels.
    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        var first = parts.lowerBound
        while first < parts.upperBound {
            let (panelPart, rowPart) = first.quotientAndRemainder(dividingBy: tiling.rowPartCount)
            let count = min(tiling.rowPartCount - rowPart, parts.upperBound - first)
            let rows = rowPart * tiling.rowsPerPart..<min((rowPart + count) * tiling.rowsPerPart, window.outputPixelCount)
            run(
                arena, ProductPart(rows: rows, panels: tiling.panels(of: panelPart), blockTiles: tiling.blockTiles),
                scratch.region(of: worker))
            first += count
        }
    }

    private func run(_ arena: borrowing Arena, _ part: ProductPart, _ scratch: Region) {
        let x = arena.span(input, of: UInt8.self)
        var out = arena.mutableSpan(output, of: UInt8.self)
        guard rows == .window else {
            compute(arena, x, part, scratch, &out, outOffset: part.rows.lowerBound * window.outputChannels)
            return
        }
        var pointers = arena.mutableSpan(kernelScratch(scratch), of: UInt.self)
        kernels.product(
            .window(window), x: x, outside: outside.span, weights: weights, stage: stage, part: part, pointers: &pointers, out: &out,
            outOffset: 0)
    }

    /// Computes rows that are pixels of `x` or packed from it, to any place.
    ///
    /// - Parameters:
    ///   - x: the image; where a pixel is a row, as much of it as the part needs.
    ///   - scratch: as many bytes as `scratch` has for each worker.
    ///   - outOffset: where the first row of the part goes.
    @_lifetime(out: copy out)
    func compute(
        _ arena: borrowing Arena, _ x: borrowing Span<UInt8>, _ part: ProductPart, _ scratch: Region, _ out: inout MutableSpan<UInt8>,
        outOffset: Int
    ) {
        precondition(rows != .window)
        var pointers = arena.mutableSpan(kernelScratch(scratch), of: UInt.self)
        var block = part
        if rows == .pixels {
            block.rows = 0..<part.rows.count
            let bytes = part.rows.lowerBound * window.inputChannels..<part.rows.upperBound * window.inputChannels
            kernels.product(
                .contiguous(byteCount: window.inputChannels), x: x.extracting(bytes), outside: outside.span, weights: weights, stage: stage,
                part: block, pointers: &pointers, out: &out, outOffset: outOffset)
            return
        }
        let start = scratch.byteOffset + ArenaPlanner.aligned(tiling.scratchByteCount)
        var packed = arena.mutableSpan(
            Region(byteOffset: start, byteCount: scratch.byteOffset + scratch.byteCount - start), of: UInt8.self)
        if let lines {
            compute(x, lines, part, &packed, &pointers, &out, outOffset: outOffset)
            return
        }
        let blockRows = tiling.blockTiles * kernels.tileRows
        for first in stride(from: part.rows.lowerBound, to: part.rows.upperBound, by: blockRows) {
            let end = min(first + blockRows, part.rows.upperBound)
            kernels.packRows(
                window, transposed: isTransposed, x: x, bytes: bytes, rows: &packed, rowByteCount: weights.depth, range: first..<end)
            block.rows = 0..<end - first
            kernels.product(
                .contiguous(byteCount: weights.depth), x: packed.span, outside: outside.span, weights: weights, stage: stage,
                part: block, pointers: &pointers, out: &out,
                outOffset: outOffset + (first - part.rows.lowerBound) * window.outputChannels)
        }
    }

    /// Whole lines of the output, band by band.
    @_lifetime(packed: copy packed) @_lifetime(pointers: copy pointers) @_lifetime(out: copy out)
    private func compute(
        _ x: borrowing Span<UInt8>, _ lines: ImageLines, _ part: ProductPart, _ packed: inout MutableSpan<UInt8>,
        _ pointers: inout MutableSpan<UInt>, _ out: inout MutableSpan<UInt8>, outOffset: Int
    ) {
        let (width, height) = (window.outputWidth, window.outputHeight)
        precondition(part.rows.lowerBound % width == 0 && part.rows.upperBound % width == 0)
        var block = part
        var next = part.rows.lowerBound / width
        let end = part.rows.upperBound / width
        while next < end {
            let (image, line) = next.quotientAndRemainder(dividingBy: height)
            let count = min(lines.bandLineCount, height - line, end - next)
            kernels.packLines(lines, x: x, bytes: bytes, image: image, line: line, count: count, out: &packed)
            block.rows = 0..<count * width
            kernels.product(
                .lines(lines, outputLineCount: count), x: packed.span, outside: outside.span, weights: weights, stage: stage, part: block,
                pointers: &pointers, out: &out, outOffset: outOffset + (next * width - part.rows.lowerBound) * window.outputChannels)
            next += count
        }
    }

    private func kernelScratch(_ scratch: Region) -> Region {
        Region(byteOffset: scratch.byteOffset, byteCount: tiling.scratchByteCount)
    }

    var refined: Self {
        var refined = self
        refined.stage = stage.proven(kernels)
        return refined
    }

    var packedByteCount: Int { weights.byteCount + 4 * (stage.numbers.count + stage.floats.count) + outside.count }
}

extension Preparation {
    /// - Parameter constants: weights [O, window.depth].
    mutating func matrixProduct(
        _ window: Window2D, isTransposed: Bool, constants: QuantizedWeights
    ) throws(InferenceError) -> any PreparedLayer {
        let layout = kernels.weightLayout
        let isPixel = window.kernelHeight == 1 && window.kernelWidth == 1 && window.strideHeight == 1 && window.strideWidth == 1
        let readsTaps =
            !isTransposed && !constants.input.needsFlip && kernels.readsTaps(channelCount: window.inputChannels, isPixel: isPixel)
        let lines = readsTaps || isTransposed || isPixel ? nil : ImageLines(window, kernels: kernels)
        let taps = readsTaps ? window.kernelHeight * window.kernelWidth : lines == nil ? 1 : window.kernelHeight
        let packed = PackedWeights(
            constants.weights, channelCount: window.outputChannels, taps: taps, depth: window.depth / taps, layout: layout,
            in: memory)
        let weights = ProductWeights(packed, channelCount: window.outputChannels, kernels: kernels)
        let tiling = ProductTiling(
            rowCount: window.outputPixelCount, weights: weights, panelWidth: layout.panelWidth, kernels: kernels,
            workerCount: workerCount, rowUnit: lines == nil ? 1 : window.outputWidth, splitsPanels: readsTaps)
        let rowByteCount = readsTaps ? 0 : lines?.byteCount ?? tiling.blockTiles * kernels.tileRows * weights.depth + Kernels.packingRoom
        return PreparedMatrixProduct(
            window: window, isTransposed: isTransposed, bytes: constants.input,
            stage: constants.stage(kernels, followingForms: kernels.productFollowsForms, pixelCount: window.outputPixelCount),
            weights: weights, kernels: kernels,
            rows: readsTaps ? (isPixel ? .pixels : .window) : lines == nil ? .packed : .lines, lines: lines, input: try inputRegion(0),
            output: try outputRegion(),
            outside: [UInt8](repeating: UInt8(truncatingIfNeeded: constants.input.kernelZero), count: window.kernelWidth * weights.depth),
            tiling: tiling, scratch: workerScratch(byteCount: ArenaPlanner.aligned(tiling.scratchByteCount) + rowByteCount))
    }
}

extension Kernels {
    /// Whether a product reads the bytes of an image in the kernels' form as they lie, pixel by pixel or under a window.
    ///
    /// A kernel reads whole groups of a tap. Taps of a few bytes are faster when copied together.
    func readsTaps(channelCount: Int, isPixel: Bool) -> Bool {
        channelCount % weightLayout.group == 0 && (isPixel || channelCount >= Self.smallestTap)
    }

    private static let smallestTap = 16
}
