enum BroadcastReference {
    /// output[i] = operation(first[..], second[..]) for all elements of the output, in order.
    ///
    /// `Broadcast` proved the positions against the shapes; each run is checked against the spans once.
    @inline(__always)
    static func apply<Input: BitwiseCopyable, Other: BitwiseCopyable, Output: BitwiseCopyable>(
        _ broadcast: Broadcast, _ first: Span<Input>, _ second: Span<Other>, to output: inout MutableSpan<Output>,
        _ operation: (Input, Other) -> Output
    ) {
        var counters = [6 of Int](repeating: 0)
        var (a, b, out) = (0, 0, 0)
        let innermost = broadcast.rank - 1
        let inner = broadcast.axes[innermost]
        let count = inner.extent
        while true {
            precondition(a >= 0 && b >= 0 && out >= 0 && out + count <= output.count)
            if inner.firstStep == 1 && inner.secondStep == 1 {
                precondition(a + count <= first.count && b + count <= second.count)
                for index in 0..<count { output[out + index] = operation(first[a + index], second[b + index]) }
            } else if inner.firstStep == 1 {
                precondition(a + count <= first.count && b < second.count)
                let repeated = second[b]
                for index in 0..<count { output[out + index] = operation(first[a + index], repeated) }
            } else {
                precondition(a < first.count && b + count <= second.count)
                let repeated = first[a]
                for index in 0..<count { output[out + index] = operation(repeated, second[b + index]) }
            }
            out += count
            var axis = innermost - 1
            while axis >= 0 {
                counters[axis] += 1
                a += broadcast.axes[axis].firstStep
                b += broadcast.axes[axis].secondStep
                if counters[axis] < broadcast.axes[axis].extent { break }
                a -= broadcast.axes[axis].firstStep * broadcast.axes[axis].extent
                b -= broadcast.axes[axis].secondStep * broadcast.axes[axis].extent
                counters[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }
}
