enum ResizeReference {
    /// Where an output position samples its axis, in single precision.
    static func floatSample(
        _ index: Int, from inputExtent: Int, to outputExtent: Int, alignsCorners: Bool, usesHalfPixelCenters: Bool
    ) -> BilinearSample<Float> {
        let scale =
            alignsCorners && outputExtent > 1
            ? Float(inputExtent - 1) / Float(outputExtent - 1) : Float(inputExtent) / Float(outputExtent)
        let position = usesHalfPixelCenters ? (Float(index) + 0.5) * scale - 0.5 : Float(index) * scale
        let last = inputExtent - 1
        // The reference does not limit the first neighbour from above; rounding never carries it there.
        let first = min(max(Int(position.rounded(.down)), 0), last)
        let weight = position - Float(first)
        return BilinearSample(
            first: first, second: min(Int(position.rounded(.up)), last), firstWeight: 1 - weight, secondWeight: weight)
    }

    /// The same with positions in units of 1/1024. In front of the first element the weights are negative and above 1024, and their
    /// element is the same.
    static func fractionSample(
        _ index: Int, from inputExtent: Int, to outputExtent: Int, alignsCorners: Bool, usesHalfPixelCenters: Bool
    ) -> BilinearSample<Int32> {
        let scale =
            alignsCorners && outputExtent > 1
            ? (1024 * (inputExtent - 1) + (outputExtent - 1) / 2) / (outputExtent - 1)
            : (1024 * inputExtent + outputExtent / 2) / outputExtent
        let position = usesHalfPixelCenters ? index * scale + scale / 2 - 512 : index * scale
        let last = inputExtent - 1
        // The rounded scale can carry the last positions of a large output behind the last element, where the reference reads out of
        // bounds; here they stop at it.
        let first = min(max(position / 1024, 0), last)
        let weight = min(position - 1024 * first, 1024)
        return BilinearSample(
            first: first, second: min((position + 1023) / 1024, last), firstWeight: Int32(1024 - weight), secondWeight: Int32(weight))
    }

    /// The element of an axis that is nearest to an output position.
    static func nearestSource(
        _ index: Int, from inputExtent: Int, to outputExtent: Int, alignsCorners: Bool, usesHalfPixelCenters: Bool
    ) -> Int {
        let scale =
            alignsCorners && outputExtent > 1
            ? Float(inputExtent - 1) / Float(outputExtent - 1) : Float(inputExtent) / Float(outputExtent)
        let position = (Float(index) + (usesHalfPixelCenters ? 0.5 : 0)) * scale
        let nearest = alignsCorners ? position.rounded(.toNearestOrAwayFromZero) : position.rounded(.down)
        return max(0, min(Int(nearest), inputExtent - 1))
    }

    @_lifetime(output: copy output)
    static func bilinear(
        _ resize: PreparedResizeBilinear, _ rows: Span<BilinearSample<Float>>, _ columns: Span<BilinearSample<Float>>,
        _ input: Span<UInt8>, to output: inout MutableSpan<UInt8>
    ) {
        interpolate(resize, rows, columns, input, to: &output) { topLeft, bottomLeft, topRight, bottomRight, row, column in
            let sum = blend(Float(topLeft), Float(bottomLeft), Float(topRight), Float(bottomRight), row, column)
            // A mean of bytes plus a half is 0.5...255.5 but for rounding in the last place, so that truncation is the floor.
            return UInt8(truncatingIfNeeded: WholeNumbers.integer(WholeNumbers.floor(sum + 0.5)))
        }
    }

    @_lifetime(output: copy output)
    static func bilinear(
        _ resize: PreparedResizeBilinear, _ rows: Span<BilinearSample<Float>>, _ columns: Span<BilinearSample<Float>>,
        _ input: Span<Float>, to output: inout MutableSpan<Float>
    ) {
        interpolate(resize, rows, columns, input, to: &output) { blend($0, $1, $2, $3, $4, $5) }
    }

    @_lifetime(output: copy output)
    static func bilinear(
        _ resize: PreparedResizeBilinear, _ rows: Span<BilinearSample<Int32>>, _ columns: Span<BilinearSample<Int32>>,
        _ input: Span<Int8>, to output: inout MutableSpan<Int8>
    ) {
        interpolate(resize, rows, columns, input, to: &output) { topLeft, bottomLeft, topRight, bottomRight, row, column in
            // Bound: weights are within ±1536, so that each product is below 2^29 and the sum of four below 2^31.
            let left =
                Int32(topLeft) &* row.firstWeight &* column.firstWeight &+ Int32(bottomLeft) &* row.secondWeight &* column.firstWeight
            let right =
                Int32(topRight) &* row.firstWeight &* column.secondWeight &+ Int32(bottomRight) &* row.secondWeight &* column.secondWeight
            let sum = left &+ right
            // Bound: the weights of an axis add up to 1024, so that the sum is within 2^27.
            return Int8(truncatingIfNeeded: (sum &+ (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20))
        }
    }

    /// The weighted sum of four neighbours in the reference's order of operations.
    @inline(__always)
    private static func blend(
        _ topLeft: Float, _ bottomLeft: Float, _ topRight: Float, _ bottomRight: Float, _ row: BilinearSample<Float>,
        _ column: BilinearSample<Float>
    ) -> Float {
        topLeft * row.firstWeight * column.firstWeight + bottomLeft * row.secondWeight * column.firstWeight
            + topRight * row.firstWeight * column.secondWeight + bottomRight * row.secondWeight * column.secondWeight
    }

    @inline(__always)
    @_lifetime(output: copy output)
    private static func interpolate<T: BitwiseCopyable, Weight>(
        _ resize: PreparedResizeBilinear, _ rows: Span<BilinearSample<Weight>>, _ columns: Span<BilinearSample<Weight>>, _ input: Span<T>,
        to output: inout MutableSpan<T>, _ blend: (T, T, T, T, BilinearSample<Weight>, BilinearSample<Weight>) -> T
    ) {
        let channelCount = resize.channelCount
        var to = 0
        for batch in 0..<resize.batchCount {
            for rowIndex in rows.indices {
                let row = rows[rowIndex]
                let top = (batch * resize.inputHeight + row.first) * resize.inputWidth
                let bottom = (batch * resize.inputHeight + row.second) * resize.inputWidth
                for columnIndex in columns.indices {
                    let column = columns[columnIndex]
                    let (topLeft, topRight) = ((top + column.first) * channelCount, (top + column.second) * channelCount)
                    let (bottomLeft, bottomRight) = ((bottom + column.first) * channelCount, (bottom + column.second) * channelCount)
                    precondition(input.holds(channelCount, from: topLeft) && input.holds(channelCount, from: topRight))
                    precondition(input.holds(channelCount, from: bottomLeft) && input.holds(channelCount, from: bottomRight))
                    precondition(output.holds(channelCount, from: to))
                    // Bound: positions in the runs that were just checked.
                    for channel in 0..<channelCount {
                        output[to &+ channel] = blend(
                            input[topLeft &+ channel], input[bottomLeft &+ channel], input[topRight &+ channel],
                            input[bottomRight &+ channel], row, column)
                    }
                    to += channelCount
                }
            }
        }
    }

    @_lifetime(output: copy output)
    static func nearest(
        _ resize: PreparedResizeNearestNeighbor, _ rows: Span<Int>, _ columns: Span<Int>, _ input: Span<UInt8>,
        to output: inout MutableSpan<UInt8>
    ) {
        let count = resize.pixelByteCount
        var to = 0
        for batch in 0..<resize.batchCount {
            for row in rows.indices {
                let start = (batch * resize.inputHeight + rows[row]) * resize.inputWidth
                for column in columns.indices {
                    CopyReference.copyRun(input, (start + columns[column]) * count, &output, to, count: count)
                    to += count
                }
            }
        }
    }
}
