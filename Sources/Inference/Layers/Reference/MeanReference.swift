import FixedPoint

enum MeanReference {
    /// sums[o] = all elements of the input that belong to output o, added in the input's order.
    @inline(__always)
    @_lifetime(sums: copy sums)
    static func sum<T: BitwiseCopyable, Sum: BitwiseCopyable & ExpressibleByIntegerLiteral>(
        _ mean: PreparedMean, _ input: Span<T>, to sums: inout MutableSpan<Sum>, _ add: (Sum, T) -> Sum
    ) {
        precondition(sums.count >= mean.outputCount)
        for index in 0..<mean.outputCount { sums[index] = 0 }
        let axes = mean.axes.span
        var counters = [6 of Int](repeating: 0)
        var (from, to) = (0, 0)
        let innermost = axes.count - 1
        let inner = axes[innermost]
        let count = inner.extent
        while true {
            // Bound, for both loops: positions in runs that were checked.
            precondition(input.holds(count, from: from))
            if inner.outputStep == 0 {
                var sum = sums[to]
                for index in 0..<count { sum = add(sum, input[from &+ index]) }
                sums[to] = sum
            } else {
                precondition(sums.holds(count, from: to))
                for index in 0..<count { sums[to &+ index] = add(sums[to &+ index], input[from &+ index]) }
            }
            from += count
            var axis = innermost - 1
            while axis >= 0 {
                counters[axis] += 1
                to += axes[axis].outputStep
                if counters[axis] < axes[axis].extent { break }
                to -= axes[axis].outputStep * axes[axis].extent
                counters[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }

    @inline(__always)
    @_lifetime(output: copy output)
    static func rescale<T: FixedWidthInteger & BitwiseCopyable>(
        _ facts: MeanFacts, _ sums: Span<Int32>, to output: inout MutableSpan<T>, count: Int
    ) {
        precondition(sums.count >= count && output.count >= count)
        for index in 0..<count {
            // Bound: the sum less its zero points is below 2^31; the last sum wraps for absurd scales only, as in the reference.
            let scaled = facts.multiplier.scale(sums[index] &- facts.zeroPointSum)
            output[index] = T(truncatingIfNeeded: facts.range.clamp(scaled &+ facts.outputZeroPoint))
        }
    }
}
