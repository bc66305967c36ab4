package import Frames

/// A part of a picture in its pixels, fractions allowed: 0 <= left < right <= width, 0 <= top < bottom <= height.
package struct PixelBox: Sendable, Hashable {
    package let left: Float
    package let top: Float
    package let right: Float
    package let bottom: Float

    package init(left: Float, top: Float, right: Float, bottom: Float) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    /// The whole of a picture.
    package init(_ size: Size) { self.init(left: 0, top: 0, right: Float(size.width), bottom: Float(size.height)) }

    /// The part of a picture that a region of the frame shows; nil when nothing of it is in the frame.
    package init?(_ region: Box, of size: Size) {
        let region = region.clippedToFrame
        guard !region.isEmpty, size.width > 0, size.height > 0 else { return nil }
        func pixels(_ units: Int32, _ extent: Int) -> Float { Float(Double(units) * Double(extent) / Double(Box.unit)) }
        self.init(
            left: pixels(region.left, size.width), top: pixels(region.top, size.height), right: pixels(region.right, size.width),
            bottom: pixels(region.bottom, size.height))
    }

    func lies(in size: Size) -> Bool {
        left >= 0 && left < right && right <= Float(size.width) && top >= 0 && top < bottom && bottom <= Float(size.height)
    }
}

/// Changes the size of pictures, antialiased; equal to `resize((w, h), BILINEAR, box)` of Pillow 13 bit for bit.
///
/// Working memory of one thread: tables of weights and one intermediate picture. For geometries that it has seen it allocates nothing. One
/// axis is resampled after the other, with 8-bit levels in between: columns first, for the needed rows only, unless the height shrinks by
/// far more than the width (older Pillows always take the columns first, which can differ by one level).
package struct Resampler: ~Copyable {
    private var columnTables = ResamplingTableCache()
    private var rowTables = ResamplingTableCache()
    /// What the first pass gave: [needed rows,W,C], or [H,needed columns,C] when rows are resampled first.
    private var intermediate: [UInt8] = []
    private var scratch = Resampling.Scratch()
    private var current = Geometry()

    /// What `begin` prepared for `row`.
    private struct Geometry {
        var columnTable = 0
        var rowTable = 0
        var layout = Picture.Layout.rgb
        var size = Size(width: 0, height: 0)
        var takesRowsFirst = false
        /// Bytes of a row of the intermediate picture.
        var bytesPerRow = 0
        /// The source row or column that is the first one of the intermediate picture.
        var first = 0
    }

    package init() {}

    /// Resamples a part of a picture to a size.
    /// - Parameters:
    ///   - box: The part, which must lie in the picture; nil for the whole.
    ///   - size: 1...65 535 on both axes.
    ///   - target: Gets the result; its memory is used again.
    package mutating func resample(_ picture: Picture, box: PixelBox? = nil, to size: Size, into target: inout Picture) {
        target.reshape(to: size, layout: picture.layout)
        begin(picture, box: box ?? PixelBox(picture.size), to: size)
        let length = target.bytesPerRow
        var pixels = target.pixels.mutableSpan
        for row in 0..<size.height { self.row(row, into: &pixels, at: row * length) }
    }

    /// Prepares `row` for one picture: finds the weights and makes the first pass.
    mutating func begin(_ picture: Picture, box: PixelBox, to size: Size) {
        precondition(size.width > 0 && size.height > 0 && box.lies(in: picture.size), "the part must lie in the picture")
        current.columnTable = columnTables.index(
            of: .init(sourceExtent: picture.size.width, targetExtent: size.width, start: box.left, end: box.right))
        current.rowTable = rowTables.index(
            of: .init(sourceExtent: picture.size.height, targetExtent: size.height, start: box.top, end: box.bottom))
        current.layout = picture.layout
        current.size = size
        // Pillow's rule, which looks at the whole picture and not at the box.
        let lostRows = picture.size.height - size.height
        current.takesRowsFirst = lostRows > 0 && lostRows > 2 * (picture.size.width - size.width)
        if current.takesRowsFirst { blendRows(of: picture) } else { narrowRows(of: picture) }
    }

    /// Writes one row of the target, `size.width * channels` bytes, at `offset`. Only after `begin`.
    mutating func row(_ row: Int, into target: inout MutableSpan<UInt8>, at offset: Int) {
        let length = current.bytesPerRow
        if current.takesRowsFirst {
            Resampling.narrow(
                intermediate, from: row * length, count: length, firstColumn: current.first, layout: current.layout,
                by: columnTables[current.columnTable], scratch: &scratch, into: &target, at: offset)
        } else {
            Resampling.blend(
                intermediate, firstRow: current.first, bytesPerRow: length, from: 0, count: length, row: row,
                by: rowTables[current.rowTable], scratch: &scratch, into: &target, at: offset)
        }
    }

    /// The same into an array of `size.width * channels` bytes.
    mutating func row(_ row: Int, into target: inout [UInt8]) {
        var span = target.mutableSpan
        self.row(row, into: &span, at: 0)
    }

    /// The first pass when columns come first: the rows that the second pass needs, at the target's width.
    private mutating func narrowRows(of picture: Picture) {
        let table = columnTables[current.columnTable]
        let rows = rowTables[current.rowTable].sourceRange
        let length = current.size.width * picture.layout.channelCount
        current.first = rows.lowerBound
        current.bytesPerRow = length
        intermediate.resize(to: rows.count * length)
        Self.fill(&intermediate, &scratch) { target, scratch in
            for row in rows {
                Resampling.narrow(
                    picture.pixels, from: row * picture.bytesPerRow, count: picture.bytesPerRow, firstColumn: 0, layout: picture.layout,
                    by: table, scratch: &scratch, into: &target, at: (row - rows.lowerBound) * length)
            }
        }
    }

    /// The first pass when rows come first: the columns that the second pass needs, at the target's height.
    private mutating func blendRows(of picture: Picture) {
        let table = rowTables[current.rowTable]
        let columns = columnTables[current.columnTable].sourceRange
        let channels = picture.layout.channelCount
        let length = columns.count * channels
        let height = current.size.height
        current.first = columns.lowerBound
        current.bytesPerRow = length
        intermediate.resize(to: height * length)
        Self.fill(&intermediate, &scratch) { target, scratch in
            for row in 0..<height {
                Resampling.blend(
                    picture.pixels, firstRow: 0, bytesPerRow: picture.bytesPerRow, from: columns.lowerBound * channels, count: length,
                    row: row, by: table, scratch: &scratch, into: &target, at: row * length)
            }
        }
    }

    /// Lends the bytes of an array to a pass.
    @inline(__always)
    private static func fill(
        _ bytes: inout [UInt8], _ scratch: inout Resampling.Scratch,
        _ pass: (inout MutableSpan<UInt8>, inout Resampling.Scratch) -> Void
    ) {
        var span = bytes.mutableSpan
        pass(&span, &scratch)
    }
}
