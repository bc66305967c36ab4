/// The loops of `Resampler`, on plain spans. The arithmetic wraps so that the loops vectorise; it cannot overflow:
///
/// Bound: a target pixel's weights are not negative and their sum is 2^22 up to half a unit for each tap, so a sum of weight * pixel is at
/// most 255 * (2^22 + taps / 2) + 2^21, below 2^31 for the 131 071 taps of the largest picture; and shifted by 22 bits at most 255 below
/// 16 448 taps, 256 above, which `level` clamps.
enum Resampling {
    /// One row of [W,1] to the table's target width.
    static func narrowGrey(_ source: Span<UInt8>, by table: ResamplingTable, into target: inout MutableSpan<UInt8>, at offset: Int) {
        let firsts = table.firsts.span
        let counts = table.counts.span
        let weights = table.weights.span
        for column in firsts.indices {
            let first = Int(firsts[column])
            let base = column * table.maximumTaps
            var sum = ResamplingTable.half
            for tap in 0..<Int(counts[column]) { sum &+= Int32(source[first + tap]) &* weights[base + tap] }
            target[offset + column] = level(sum)
        }
    }

    /// One row of [W,3] to the table's target width.
    static func narrowColour(_ source: Span<UInt8>, by table: ResamplingTable, into target: inout MutableSpan<UInt8>, at offset: Int) {
        let firsts = table.firsts.span
        let counts = table.counts.span
        let weights = table.weights.span
        for column in firsts.indices {
            let first = Int(firsts[column]) * 3
            let base = column * table.maximumTaps
            var red = ResamplingTable.half
            var green = ResamplingTable.half
            var blue = ResamplingTable.half
            var index = first
            for tap in 0..<Int(counts[column]) {
                let weight = weights[base + tap]
                red &+= Int32(source[index]) &* weight
                green &+= Int32(source[index + 1]) &* weight
                blue &+= Int32(source[index + 2]) &* weight
                index += 3
            }
            let place = offset + column * 3
            target[place] = level(red)
            target[place + 1] = level(green)
            target[place + 2] = level(blue)
        }
    }

    /// The weighted sum of rows that lie one after the other from `start` on, each as long as `sums`, which is working memory.
    static func blend(
        _ rows: [UInt8], from start: Int, by weights: Span<Int32>, sums: inout [Int32], into target: inout MutableSpan<UInt8>,
        at offset: Int
    ) {
        let length = sums.count
        precondition(offset >= 0 && length <= target.count && offset <= target.count - length)
        var sums = sums.mutableSpan
        for index in sums.indices { sums[index] = ResamplingTable.half }
        for tap in weights.indices {
            let weight = weights[tap]
            let row = rows.span.extracting(start + tap * length..<start + (tap + 1) * length)
            for index in sums.indices { sums[index] &+= Int32(row[index]) &* weight }
        }
        for index in sums.indices { target[offset &+ index] = level(sums[index]) }
    }

    @inline(__always)
    private static func level(_ sum: Int32) -> UInt8 { UInt8(truncatingIfNeeded: min(sum >> ResamplingTable.fractionBits, 255)) }
}
