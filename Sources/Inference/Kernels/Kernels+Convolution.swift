import CKernels

/// Where the rows of a product lie.
enum ProductRows: Sendable {
    /// One after the other, so many bytes each.
    case contiguous(byteCount: Int)
    /// Under a window in the image.
    case window(Window2D)
    /// Under a window in so many lines of output from packed lines.
    case lines(ImageLines, outputLineCount: Int)
}

/// A part of a product.
struct ProductPart: Sendable {
    var rows: Range<Int>
    var panels: Range<Int>
    /// Tiles of rows that use a panel before the next one comes.
    var blockTiles: Int
}

extension Kernels {
    /// How the product kernels of this tier want weights.
    var weightLayout: WeightLayout {
        let layout = convolution.value.layout
        return WeightLayout(
            panelWidth: Int(layout.panel), lastPanelWidth: layout.narrow_panel == 0 ? nil : Int(layout.narrow_panel),
            group: Int(layout.group), lowestWeight: Int8(layout.lowest))
    }

    /// Whether the product kernels requantise in single precision where that is proven.
    var productFollowsForms: Bool { convolution.value.layout.follows_forms != 0 }

    /// Most rows of a tile.
    var tileRows: Int { Int(convolution.value.layout.tile_rows) }

    /// Most tiles of a block.
    static let maximumBlockTiles = Int(PK_BLOCK_TILES)
    /// What kernels that pack rows may write behind the last one.
    static let packingRoom = 32

    /// Rows `range` of the product's left side for a convolution, or for a transposed one, in the kernels' form.
    ///
    /// - Parameter rows: [range.count, rowByteCount] and `packingRoom` bytes, written from its start.
    @_lifetime(rows: copy rows)
    func packRows(
        _ window: Window2D, transposed: Bool, x: borrowing Span<UInt8>, bytes: ByteMeaning, rows: inout MutableSpan<UInt8>,
        rowByteCount: Int, range: Range<Int>
    ) {
        precondition(x.count >= window.inputByteCount && range.lowerBound >= 0 && range.upperBound <= window.outputPixelCount)
        precondition(rowByteCount >= window.depth && rows.count >= range.count * rowByteCount + Self.packingRoom)
        var cWindow = window.cValue(zero: bytes.kernelZero, flip: bytes.needsFlip)
        let function = transposed ? unsafe convolution.value.pack_transposed_rows : unsafe convolution.value.pack_rows
        // SAFETY: the preconditions above cover every byte that the kernel reads and writes; Window2D's init proved its fields.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe rows.withUnsafeMutableBufferPointer { rows in
                unsafe function?(
                    &cWindow, x.baseAddress, window.inputByteCount, rows.baseAddress, rowByteCount, range.lowerBound, range.upperBound)
            }
        }
    }

    /// Whether windows of few channels are better read line by line.
    var readsLines: Bool { convolution.value.layout.reads_lines != 0 }

    /// The lines of image `image` under `count` lines of the output from `line` on.
    ///
    /// - Parameter out: written from its start.
    @_lifetime(out: copy out)
    func packLines(
        _ lines: ImageLines, x: borrowing Span<UInt8>, bytes: ByteMeaning, image: Int, line: Int, count: Int,
        out: inout MutableSpan<UInt8>
    ) {
        let window = lines.window
        let (lineCount, imageByteCount) = (lines.inputLineCount(count), window.inputHeight * window.inputLineByteCount)
        precondition(count >= 1 && line >= 0 && line + count <= window.outputHeight && image >= 0)
        precondition(x.count >= (image + 1) * imageByteCount && out.count >= lineCount * lines.lineByteCount)
        var cWindow = window.cValue(zero: bytes.kernelZero, flip: bytes.needsFlip)
        // SAFETY: the preconditions above cover every byte that the kernel reads and writes; Window2D's init proved its fields.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe out.withUnsafeMutableBufferPointer { out in
                unsafe convolution.value.pack_lines?(
                    &cWindow, x.baseAddress.map { unsafe $0 + image * imageByteCount }, out.baseAddress, lines.lineByteCount,
                    Int32(line * window.strideHeight - window.padTop), lineCount)
            }
        }
    }

    /// Scratch memory of a product with blocks of so many tiles: a pointer to each tap of a row, and copies of the rows; whole pointers.
    func scratchByteCount(blockTiles: Int, weights: ProductWeights) -> Int {
        let (taps, pointer) = (blockTiles * tileRows * weights.taps, MemoryLayout<UInt>.stride)
        return taps * pointer + (taps * weights.depth * weights.copies + pointer - 1) / pointer * pointer
    }

    /// out[outOffset + r * channelCount + o] for the rows and panels of a part.
    ///
    /// - Parameters:
    ///   - x: in the kernels' form. `rows` says where in it each row lies; row 0 of contiguous rows is the first of the part.
    ///   - outside: [kernelWidth * depth] zero points, for a window.
    ///   - pointers: scratch, of scratchByteCount(blockTiles:weights:) bytes.
    @_lifetime(out: copy out) @_lifetime(pointers: copy pointers)
    func product(
        _ rows: ProductRows, x: borrowing Span<UInt8>, outside: borrowing Span<UInt8>, weights: ProductWeights, stage: OutputStage,
        part: ProductPart, pointers: inout MutableSpan<UInt>, out: inout MutableSpan<UInt8>, outOffset: Int
    ) {
        precondition(part.rows.lowerBound >= 0 && part.panels.lowerBound >= 0 && part.panels.upperBound <= weights.panelCount)
        precondition(part.blockTiles > 0 && part.blockTiles <= Self.maximumBlockTiles)
        precondition(pointers.count * MemoryLayout<UInt>.stride >= scratchByteCount(blockTiles: part.blockTiles, weights: weights))
        precondition(stage.channelCount == weights.channelCount)
        precondition(outOffset >= 0 && out.count - outOffset >= part.rows.upperBound * weights.channelCount)
        var cWindow = pk_window()
        var cPart = pk_part(
            first_row: part.rows.lowerBound, end_row: part.rows.upperBound, first_panel: part.panels.lowerBound,
            end_panel: part.panels.upperBound, block_tiles: part.blockTiles)
        var pixelByteCount = 0
        var isWindow = false
        switch rows {
        case .contiguous(let byteCount):
            precondition(weights.taps == 1 && byteCount >= weights.depth && x.count >= part.rows.upperBound * byteCount)
            pixelByteCount = byteCount
        case .window(let window):
            precondition(x.count >= window.inputByteCount && part.rows.upperBound <= window.outputPixelCount)
            precondition(window.inputChannels == weights.depth && window.kernelHeight * window.kernelWidth == weights.taps)
            precondition(outside.count >= window.kernelWidth * weights.depth)
            pixelByteCount = window.inputChannels
            cWindow = window.cValue()
            isWindow = true
        case .lines(let lines, let outputLineCount):
            let window = lines.window
            precondition(outputLineCount >= 1 && part.rows.upperBound <= outputLineCount * window.outputWidth)
            precondition(window.kernelHeight == weights.taps && window.kernelWidth * window.inputChannels <= weights.depth)
            // The last run of the last line goes beyond the window by what fills up its last group.
            let excess = weights.depth - window.kernelWidth * window.inputChannels
            precondition(x.count >= lines.inputLineCount(outputLineCount) * lines.lineByteCount + excess && outside.count >= weights.depth)
            pixelByteCount = window.inputChannels
            cWindow = lines.cValue(outputLineCount: outputLineCount)
            isWindow = true
        }
        // SAFETY: the preconditions above cover every byte that the kernel reads and writes; the pointers that it leaves in scratch memory
        // are its own, and nothing reads them after the call.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe outside.withUnsafeBufferPointer { outside in
                unsafe pointers.withUnsafeMutableBufferPointer { pointers in
                    unsafe out.withUnsafeMutableBufferPointer { out in
                        unsafe withUnsafePointer(to: &cWindow) { window in
                            var source = unsafe pk_rows(
                                x: x.baseAddress, window: isWindow ? window : nil, outside: outside.baseAddress,
                                pixel_bytes: pixelByteCount, taps: weights.taps, depth: weights.depth)
                            unsafe weights.withCValue { weights in
                                unsafe stage.withCValue { requantization in
                                    unsafe pointers.withMemoryRebound(to: UnsafePointer<UInt8>?.self) { pointers in
                                        unsafe convolution.value.product?(
                                            &source, weights, requantization, &cPart, pointers.baseAddress,
                                            out.baseAddress.map { unsafe $0 + outOffset }, stage.channelCount)
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

extension ImageLines {
    /// A window of one column whose taps are lines: a run is as long as the packed weights of a line.
    fileprivate func cValue(outputLineCount: Int) -> pk_window {
        pk_window(
            input_height: Int32(inputLineCount(outputLineCount)), input_width: Int32(width), input_channels: Int32(window.inputChannels),
            output_height: Int32(outputLineCount), output_width: Int32(window.outputWidth), output_channels: Int32(window.outputChannels),
            kernel_height: Int32(window.kernelHeight), kernel_width: 1, stride_height: Int32(window.strideHeight),
            stride_width: Int32(window.strideWidth), dilation_height: Int32(window.dilationHeight), dilation_width: 1, pad_top: 0,
            pad_left: 0, input_zero: 0, input_flip: 0)
    }
}
