import CKernels

/// Packed weights in the form that the product kernels read.
struct ProductWeights: Sendable {
    let channelCount: Int
    let taps: Int
    /// Inputs of a tap, filled up to whole groups.
    let depth: Int
    private let packed: PackedWeights
    private let panels: [pk_panel]
    private let extras: [pk_extra]
    private let runs: [UInt8]

    var panelCount: Int { panels.count }
    var byteCount: Int { packed.byteCount + panels.count * MemoryLayout<pk_panel>.stride + runs.count }

    /// - Parameter runs: of each panel, the numbers of groups that a kernel may sum in int16, proven; empty for kernels that do not.
    init(_ packed: PackedWeights, channelCount: Int, runs: [[UInt8]] = []) {
        self.packed = packed
        self.channelCount = channelCount
        taps = packed.taps
        depth = packed.layout.groups(depth: packed.depth) * packed.layout.group
        var end = 0
        panels = packed.panels.indices.map { index in
            let panel = packed.panels[index]
            let first = end
            end += index < runs.count ? runs[index].count : 0
            return pk_panel(
                channel: UInt32(panel.channels.firstChannel), width: UInt32(panel.channels.width), bytes: UInt32(panel.byteOffset),
                extra_first: UInt32(panel.extras.lowerBound), extra_end: UInt32(panel.extras.upperBound),
                extra_bytes: UInt32(panel.restByteOffset), run_first: UInt32(first), run_end: UInt32(end))
        }
        extras = packed.extras.map { pk_extra(tap: UInt32($0.tap), offset: UInt32($0.depthOffset)) }
        self.runs = runs.flatMap { $0 }
    }

    /// Lends the kernels' form for the duration of `body`.
    fileprivate func withCValue(_ body: (UnsafePointer<pk_weights>) -> Void) {
        // SAFETY: the buffers live until body returns; offsets and counts lie within them, by construction of PackedWeights.
        unsafe packed.main.bytes.withUnsafeBytes { main in
            unsafe packed.rest.bytes.withUnsafeBytes { rest in
                unsafe panels.withUnsafeBufferPointer { panels in
                    unsafe extras.withUnsafeBufferPointer { extras in
                        unsafe runs.withUnsafeBufferPointer { runs in
                            var value = unsafe pk_weights(
                                channels: channelCount, panel_count: panels.count, panels: panels.baseAddress,
                                bytes: main.baseAddress?.assumingMemoryBound(to: Int8.self), extras: extras.baseAddress,
                                extra_bytes: rest.baseAddress?.assumingMemoryBound(to: Int8.self), runs: runs.baseAddress)
                            unsafe body(&value)
                        }
                    }
                }
            }
        }
    }
}

/// Where the rows of a product lie.
enum ProductRows: Sendable {
    /// One after the other, so many bytes each.
    case contiguous(byteCount: Int)
    /// Under a window in the image.
    case window(Window2D)
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

    /// out[outOffset + r * channelCount + o] for the rows and panels of a part.
    ///
    /// - Parameters:
    ///   - x: in the kernels' form. `rows` says where in it each row lies; row 0 of contiguous rows is the first of the part.
    ///   - outside: [kernelWidth * depth] zero points, for a window.
    ///   - pointers: [part.blockTiles * tileRows * taps], scratch.
    @_lifetime(out: copy out) @_lifetime(pointers: copy pointers)
    func product(
        _ rows: ProductRows, x: borrowing Span<UInt8>, outside: borrowing Span<UInt8>, weights: ProductWeights, stage: OutputStage,
        part: ProductPart, pointers: inout MutableSpan<UInt>, out: inout MutableSpan<UInt8>, outOffset: Int
    ) {
        precondition(part.rows.lowerBound >= 0 && part.panels.lowerBound >= 0 && part.panels.upperBound <= weights.panelCount)
        precondition(part.blockTiles > 0 && part.blockTiles <= Self.maximumBlockTiles)
        precondition(pointers.count >= part.blockTiles * tileRows * weights.taps)
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
