enum PoolReference {
    /// The average of each window, rounded half away from zero, clamped.
    /// - Parameter sums: room for one sum a channel.
    @inline(__always)
    @_lifetime(output: copy output)
    @_lifetime(sums: copy sums)
    static func average<T: FixedWidthInteger & BitwiseCopyable>(
        _ pool: PreparedPool2D, _ input: Span<T>, to output: inout MutableSpan<T>, sums: inout MutableSpan<Int32>
    ) {
        let channelCount = pool.channelCount
        precondition(sums.count >= channelCount)
        forEachWindow(pool) { batch, rows, columns, to in
            for channel in 0..<channelCount { sums[channel] = 0 }
            for row in rows {
                for column in columns {
                    let from = offset(pool, batch, row, column)
                    precondition(input.holds(channelCount, from: from))
                    // Bound: at most 2^23 elements of a magnitude of at most 255; positions in a run that was checked.
                    for channel in 0..<channelCount { sums[channel] = sums[channel] &+ Int32(truncatingIfNeeded: input[from &+ channel]) }
                }
            }
            let count = Int32(truncatingIfNeeded: rows.count * columns.count)
            let half = count / 2
            precondition(count > 0 && output.holds(channelCount, from: to))
            for channel in 0..<channelCount {
                let sum = sums[channel]
                // Bound: |sum| + half is below 2^31; the divisor is above 0.
                let average = (sum > 0 ? sum &+ half : sum &- half) / count
                output[to &+ channel] = T(truncatingIfNeeded: pool.range.clamp(average))
            }
        }
    }

    /// The average of each window, summed in the order of rows and columns, clamped.
    @_lifetime(output: copy output)
    @_lifetime(sums: copy sums)
    static func average(
        _ pool: PreparedPool2D, _ input: Span<Float>, to output: inout MutableSpan<Float>, sums: inout MutableSpan<Float>
    ) {
        let channelCount = pool.channelCount
        precondition(sums.count >= channelCount)
        forEachWindow(pool) { batch, rows, columns, to in
            for channel in 0..<channelCount { sums[channel] = 0 }
            for row in rows {
                for column in columns {
                    let from = offset(pool, batch, row, column)
                    precondition(input.holds(channelCount, from: from))
                    for channel in 0..<channelCount { sums[channel] += input[from &+ channel] }
                }
            }
            let count = Float(rows.count * columns.count)
            for channel in 0..<channelCount { output[to + channel] = pool.floatRange.clamp(sums[channel] / count) }
        }
    }

    /// The largest element of each window, clamped.
    @inline(__always)
    @_lifetime(output: copy output)
    static func maximum<T: Comparable & BitwiseCopyable>(
        _ pool: PreparedPool2D, _ input: Span<T>, to output: inout MutableSpan<T>, lower: T, upper: T
    ) {
        let channelCount = pool.channelCount
        forEachWindow(pool) { batch, rows, columns, to in
            // Bound, for all loops: positions in runs that were checked.
            precondition(output.holds(channelCount, from: to))
            for channel in 0..<channelCount { output[to &+ channel] = lower }
            for row in rows {
                for column in columns {
                    let from = offset(pool, batch, row, column)
                    precondition(input.holds(channelCount, from: from))
                    for channel in 0..<channelCount {
                        let (largest, candidate) = (output[to &+ channel], input[from &+ channel])
                        output[to &+ channel] = largest < candidate ? candidate : largest
                    }
                }
            }
            for channel in 0..<channelCount {
                let largest = output[to &+ channel]
                output[to &+ channel] = upper < largest ? upper : largest
            }
        }
    }

    @inline(__always)
    private static func offset(_ pool: PreparedPool2D, _ batch: Int, _ row: Int, _ column: Int) -> Int {
        ((batch * pool.rows.inputExtent + row) * pool.columns.inputExtent + column) * pool.channelCount
    }

    /// Calls `body` with the batch, the covered rows and columns of the input, and the offset in the output, for each window.
    @inline(__always)
    private static func forEachWindow(_ pool: PreparedPool2D, _ body: (Int, Range<Int>, Range<Int>, Int) -> Void) {
        var to = 0
        for batch in 0..<pool.batchCount {
            for row in 0..<pool.rows.outputExtent {
                for column in 0..<pool.columns.outputExtent {
                    body(batch, pool.rows.covered(row), pool.columns.covered(column), to)
                    to += pool.channelCount
                }
            }
        }
    }
}
