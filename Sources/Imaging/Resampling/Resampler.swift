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

/// Changes the size of pictures, antialiased; equal to Pillow's `resize((w, h), BILINEAR, box)` bit for bit (but for sources more than a
/// hundred times higher than wide, which Pillow treats apart).
///
/// Working memory of one thread: tables of weights and one picture of the target's width. For geometries that it has seen it allocates
/// nothing. The columns are resampled first, for the needed rows only, rounded to 8 bits; then the rows.
package struct Resampler: ~Copyable {
    private var columnTables = ResamplingTableCache()
    private var rowTables = ResamplingTableCache()
    /// The needed rows of the source, resampled to the target's width: [rows,W,C].
    private var narrowed: [UInt8] = []
    /// Sums of one target row: [W,C].
    private var sums: [Int32] = []
    private var current = Current()

    /// What `begin` prepared for `row`.
    private struct Current {
        var rowTable = 0
        var targetSize = Size(width: 0, height: 0)
        var bytesPerRow = 0
        /// The source row that is the first one of `narrowed`.
        var firstRow = 0
    }

    package init() {}

    /// Resamples a part of a picture to a size.
    /// - Parameters:
    ///   - box: The part; nil for the whole picture.
    ///   - size: At least 1x1.
    ///   - target: Gets the result; its memory is used again.
    package mutating func resample(_ picture: Picture, box: PixelBox? = nil, to size: Size, into target: inout Picture) {
        target.reshape(to: size, layout: picture.layout)
        begin(picture, box: box ?? PixelBox(picture.size), to: size)
        var pixels = target.pixels.mutableSpan
        for row in 0..<size.height { self.row(row, into: &pixels, at: row * current.bytesPerRow) }
    }

    /// Prepares `row` for one picture: finds the weights and resamples the columns.
    mutating func begin(_ picture: Picture, box: PixelBox, to size: Size) {
        precondition(size.width > 0 && size.height > 0 && box.lies(in: picture.size), "the part must lie in the picture")
        let channels = picture.layout.channelCount
        let columns = columnTables.index(
            of: .init(sourceExtent: picture.size.width, targetExtent: size.width, start: box.left, end: box.right))
        current.rowTable = rowTables.index(
            of: .init(sourceExtent: picture.size.height, targetExtent: size.height, start: box.top, end: box.bottom))
        current.targetSize = size
        current.bytesPerRow = size.width * channels
        let rows = rowTables[current.rowTable].sourceRange
        current.firstRow = rows.lowerBound
        narrowed.resize(to: rows.count * current.bytesPerRow)
        if sums.count != current.bytesPerRow { sums = [Int32](repeating: 0, count: current.bytesPerRow) }

        Self.narrow(picture, rows: rows, by: columnTables[columns], into: &narrowed, bytesPerRow: current.bytesPerRow)
    }

    /// Resamples the columns of some rows.
    private static func narrow(
        _ picture: Picture, rows: Range<Int>, by table: ResamplingTable, into narrowed: inout [UInt8], bytesPerRow: Int
    ) {
        let source = picture.pixels.span
        var target = narrowed.mutableSpan
        if table.geometry.isIdentity {
            let lines = source.extracting(rows.lowerBound * bytesPerRow..<rows.upperBound * bytesPerRow)
            for index in target.indices { target[index] = lines[index] }
            return
        }
        for row in rows {
            let from = row * picture.bytesPerRow
            let line = source.extracting(from..<from + picture.bytesPerRow)
            let place = (row - rows.lowerBound) * bytesPerRow
            switch picture.layout {
            case .grey: Resampling.narrowGrey(line, by: table, into: &target, at: place)
            case .rgb: Resampling.narrowColour(line, by: table, into: &target, at: place)
            }
        }
    }

    /// Writes one row of the target, `targetSize.width * channels` bytes, at `offset`. Only after `begin`.
    mutating func row(_ row: Int, into target: inout MutableSpan<UInt8>, at offset: Int) {
        let table = rowTables[current.rowTable]
        let length = current.bytesPerRow
        let first = Int(table.firsts[row]) - current.firstRow
        let count = Int(table.counts[row])
        if table.geometry.isIdentity || count == 1 {
            let source = narrowed.span.extracting(first * length..<(first + 1) * length)
            for index in source.indices { target[offset + index] = source[index] }
            return
        }
        let weights = table.weights.span.extracting(row * table.maximumTaps..<row * table.maximumTaps + count)
        Resampling.blend(
            narrowed, from: first * length, by: weights, sums: &sums, into: &target, at: offset)
    }

    /// The same into an array of `targetSize.width * channels` bytes.
    mutating func row(_ row: Int, into target: inout [UInt8]) {
        var span = target.mutableSpan
        self.row(row, into: &span, at: 0)
    }
}
