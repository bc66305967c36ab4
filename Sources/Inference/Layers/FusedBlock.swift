import ModelGraph
import Tensors

/// A convolution, a depthwise convolution, and perhaps a convolution of single pixels, computed together a few lines at a time: what goes
/// from one to the next lies in a rolling buffer and stays in the caches, never in the arena as a whole.
///
/// One image. Parts are bands of output lines; each range of them computes the lines of the expansion that it needs, so that where two
/// ranges meet some lines are computed twice.
struct PreparedFusedBlock: SplitLayer {
    private(set) var expansion: PreparedMatrixProduct
    private(set) var depthwise: PreparedDepthwiseConvolution2D
    /// Its rows are pixels.
    private(set) var projection: PreparedMatrixProduct?
    let shape: FusedBlockShape
    /// The products' scratch memory (one of them runs at a time), the expanded lines, the depthwise layer's lines.
    let scratch: WorkerScratch
    let productByteCount: Int

    var partCount: Int { shape.partCount }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        let whole = scratch.region(of: worker)
        let product = Region(byteOffset: whole.byteOffset, byteCount: productByteCount)
        let ring = Region(byteOffset: whole.byteOffset + productByteCount, byteCount: shape.ringByteCount)
        let lines = Region(byteOffset: ring.byteOffset + ArenaPlanner.aligned(ring.byteCount), byteCount: shape.lineByteCount)
        let range = shape.lines(of: parts)
        var next = 0
        for first in stride(from: range.lowerBound, to: range.upperBound, by: shape.linesPerStep) {
            let step = first..<min(first + shape.linesPerStep, range.upperBound)
            let needed = shape.expandedLines(for: step)
            next = max(next, needed.lowerBound)
            expand(arena, next..<max(next, needed.upperBound), product, ring)
            next = max(next, needed.upperBound)
            if let projection {
                run(arena, step, ring, to: lines, at: 0)
                project(arena, projection, step, product, lines)
            } else {
                run(arena, step, ring, to: depthwise.output, at: step.lowerBound * depthwise.window.outputLineByteCount)
            }
        }
    }

    /// Expanded lines into the rolling buffer.
    private func expand(_ arena: borrowing Arena, _ lines: Range<Int>, _ product: Region, _ ring: Region) {
        let (x, window) = (arena.span(expansion.input, of: UInt8.self), expansion.window)
        var out = arena.mutableSpan(ring, of: UInt8.self)
        var next = lines.lowerBound
        while next < lines.upperBound {
            let slot = next % shape.ringLineCount
            let end = min(lines.upperBound, next + shape.ringLineCount - slot)
            expansion.compute(
                arena, x, expansion.part(rows: next * window.outputWidth..<end * window.outputWidth), product, &out,
                outOffset: slot * window.outputLineByteCount)
            next = end
        }
    }

    private func run(_ arena: borrowing Arena, _ lines: Range<Int>, _ ring: Region, to output: Region, at offset: Int) {
        var out = arena.mutableSpan(output, of: UInt8.self)
        depthwise.run(
            x: arena.span(ring, of: UInt8.self), ring: shape.ringLineCount, out: &out, outputOffset: offset, lines: lines)
    }

    private func project(
        _ arena: borrowing Arena, _ projection: PreparedMatrixProduct, _ step: Range<Int>, _ product: Region, _ lines: Region
    ) {
        let window = projection.window
        var out = arena.mutableSpan(projection.output, of: UInt8.self)
        projection.compute(
            arena, arena.span(lines, of: UInt8.self), projection.part(rows: 0..<step.count * window.outputWidth), product, &out,
            outOffset: step.lowerBound * window.outputLineByteCount)
    }

    var refined: Self {
        var refined = self
        refined.expansion = expansion.refined
        refined.depthwise = depthwise.refined
        refined.projection = projection?.refined
        return refined
    }

    var packedByteCount: Int { expansion.packedByteCount + depthwise.packedByteCount + (projection?.packedByteCount ?? 0) }
}

extension PreparedMatrixProduct {
    /// All channels of some rows.
    fileprivate func part(rows: Range<Int>) -> ProductPart {
        ProductPart(rows: rows, panels: 0..<weights.panelCount, blockTiles: tiling.blockTiles)
    }
}

extension Preparation {
    /// - Parameters:
    ///   - layers: the prepared layers of the block, in order.
    mutating func fusedBlock(_ layers: [any PreparedLayer], shape: FusedBlockShape) throws(InferenceError) -> any PreparedLayer {
        guard layers.count == 2 || layers.count == 3, let expansion = layers[0] as? PreparedMatrixProduct, expansion.rows != .window,
            let depthwise = layers[1] as? PreparedDepthwiseConvolution2D
        else { throw unsupported("a block of \(layers.count) layers") }
        var projection: PreparedMatrixProduct?
        if layers.count == 3 {
            guard let last = layers[2] as? PreparedMatrixProduct, last.rows == .pixels else { throw unsupported("a block") }
            projection = last
        }
        let product = ArenaPlanner.aligned(max(expansion.scratch.first.byteCount, projection?.scratch.first.byteCount ?? 0))
        let scratch = workerScratch(byteCount: product + ArenaPlanner.aligned(shape.ringByteCount) + shape.lineByteCount)
        return PreparedFusedBlock(
            expansion: expansion, depthwise: depthwise, projection: projection, shape: shape, scratch: scratch, productByteCount: product)
    }
}
