/// The loops of `Resampler`, one row at a time. The arithmetic wraps so that the loops vectorise; it cannot overflow:
///
/// Bound: a target pixel's weights are not negative and their sum is 2^22 up to half a unit for each tap, so a sum of weight * level is at
/// most 255 * (2^22 + taps / 2) + 2^21, below 2^31 for the 131 071 taps of the largest picture; and shifted by 22 bits at most 255 below
/// 16 448 taps, 256 above, which the last step clamps.
enum Resampling {
    /// Working memory of the passes.
    struct Scratch {
        /// The pixels of one row of colours, widened; the fourth lane is 0.
        var pixels: [SIMD4<Int32>] = []
        /// The sums of one row of bytes.
        var sums: [Int32] = []
    }

    /// Resamples one row of pixels to the table's target width.
    /// - Parameters:
    ///   - source: Holds the row from byte `start` on, `count` bytes.
    ///   - firstColumn: The column of the whole source that the row starts with.
    static func narrow(
        _ source: [UInt8], from start: Int, count: Int, firstColumn: Int, layout: Picture.Layout, by table: ResamplingTable,
        scratch: inout Scratch, into target: inout MutableSpan<UInt8>, at offset: Int
    ) {
        let row = source.span.extracting(start..<start + count)
        if table.geometry.isIdentity {
            copy(row, into: &target, at: offset)
            return
        }
        switch layout {
        case .grey: narrowGrey(row, firstColumn: firstColumn, by: table, into: &target, at: offset)
        case .rgb: narrowColour(row, firstColumn: firstColumn, by: table, pixels: &scratch.pixels, into: &target, at: offset)
        }
    }

    @_lifetime(target: copy target)
    private static func narrowGrey(
        _ row: Span<UInt8>, firstColumn: Int, by table: ResamplingTable, into target: inout MutableSpan<UInt8>, at offset: Int
    ) {
        let firsts = table.firsts.span
        let counts = table.counts.span
        let weights = table.weights.span
        for column in firsts.indices {
            let first = Int(firsts[column]) - firstColumn
            let base = column * table.maximumTaps
            var sum = ResamplingTable.half
            for tap in 0..<Int(counts[column]) { sum &+= Int32(row[first + tap]) &* weights[base + tap] }
            target[offset + column] = level(sum)
        }
    }

    /// Widens the row's pixels to vectors first: each is used by about two target pixels or more.
    @_lifetime(target: copy target)
    private static func narrowColour(
        _ row: Span<UInt8>, firstColumn: Int, by table: ResamplingTable, pixels: inout [SIMD4<Int32>],
        into target: inout MutableSpan<UInt8>, at offset: Int
    ) {
        if pixels.count < row.count / 3 { pixels = [SIMD4<Int32>](repeating: .zero, count: row.count / 3) }
        var pixels = pixels.mutableSpan
        for pixel in 0..<row.count / 3 {
            pixels[pixel] = SIMD4(Int32(row[pixel * 3]), Int32(row[pixel * 3 + 1]), Int32(row[pixel * 3 + 2]), 0)
        }
        let firsts = table.firsts.span
        let counts = table.counts.span
        let weights = table.weights.span
        for column in firsts.indices {
            let first = Int(firsts[column]) - firstColumn
            let base = column * table.maximumTaps
            var sum = SIMD4<Int32>(repeating: ResamplingTable.half)
            for tap in 0..<Int(counts[column]) { sum &+= pixels[first + tap] &* weights[base + tap] }
            let levels = (sum &>> ResamplingTable.fractionBits).clamped(
                lowerBound: SIMD4(repeating: 0), upperBound: SIMD4(repeating: 255))
            let place = offset + column * 3
            target[place] = UInt8(truncatingIfNeeded: levels[0])
            target[place + 1] = UInt8(truncatingIfNeeded: levels[1])
            target[place + 2] = UInt8(truncatingIfNeeded: levels[2])
        }
    }

    /// Makes one row of the table's target: the weighted sum of source rows.
    /// - Parameters:
    ///   - source: Rows of `bytesPerRow` bytes, of which those from `start` on are used, `count` of them.
    ///   - firstRow: The row of the whole source that is the first one here.
    static func blend(
        _ source: [UInt8], firstRow: Int, bytesPerRow: Int, from start: Int, count: Int, row: Int, by table: ResamplingTable,
        scratch: inout Scratch, into target: inout MutableSpan<UInt8>, at offset: Int
    ) {
        let taps = Int(table.counts[row])
        let top = (Int(table.firsts[row]) - firstRow) * bytesPerRow + start
        let rows = source.span
        // A single weight is 1.
        if taps == 1 || table.geometry.isIdentity {
            let place = table.geometry.isIdentity ? (row - firstRow) * bytesPerRow + start : top
            copy(rows.extracting(place..<place + count), into: &target, at: offset)
            return
        }
        precondition(offset >= 0 && count <= target.count && offset <= target.count - count)
        if scratch.sums.count != count { scratch.sums = [Int32](repeating: 0, count: count) }
        var sums = scratch.sums.mutableSpan
        for index in sums.indices { sums[index] = ResamplingTable.half }
        for tap in 0..<taps {
            let weight = table.weights[row * table.maximumTaps + tap]
            let line = rows.extracting(top + tap * bytesPerRow..<top + tap * bytesPerRow + count)
            for index in sums.indices { sums[index] &+= Int32(line[index]) &* weight }
        }
        for index in sums.indices { target[offset &+ index] = level(sums[index]) }
    }

    @_lifetime(target: copy target)
    static func copy(_ source: Span<UInt8>, into target: inout MutableSpan<UInt8>, at offset: Int) {
        precondition(offset >= 0 && source.count <= target.count && offset <= target.count - source.count)
        for index in source.indices { target[offset &+ index] = source[index] }
    }

    @inline(__always)
    private static func level(_ sum: Int32) -> UInt8 { UInt8(truncatingIfNeeded: min(sum >> ResamplingTable.fractionBits, 255)) }
}
