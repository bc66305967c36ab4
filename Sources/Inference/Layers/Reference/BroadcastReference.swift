enum BroadcastReference {
    /// output[i] = operation(first[..], second[..]) for all elements of the output, or of the part that is meant, in order.
    ///
    /// `Broadcast` proved the positions against the shapes; each run is checked against the spans once.
    @inline(__always)
    @_lifetime(output: copy output)
    static func apply<Input: BitwiseCopyable, Other: BitwiseCopyable, Output: BitwiseCopyable>(
        _ broadcast: Broadcast, _ first: Span<Input>, _ second: Span<Other>, to output: inout MutableSpan<Output>,
        _ operation: (Input, Other) -> Output
    ) {
        let axes = broadcast.axes.span
        let outer = broadcast.outer
        precondition(outer.lowerBound >= 0 && outer.upperBound <= axes[0].extent)
        if outer.isEmpty { return }
        if axes.count == 1 && axes[0].firstStep == 1 && axes[0].secondStep == 1 {
            let end = outer.upperBound
            precondition(first.count >= end && second.count >= end && output.count >= end)
            for index in outer { output[index] = operation(first[index], second[index]) }
            return
        }
        var counters = [6 of Int](repeating: 0)
        counters[0] = outer.lowerBound
        var (a, b) = (outer.lowerBound * axes[0].firstStep, outer.lowerBound * axes[0].secondStep)
        var out = outer.lowerBound * broadcast.innerCount
        let innermost = axes.count - 1
        let inner = axes[innermost]
        let count = innermost == 0 ? outer.count : inner.extent
        while true {
            precondition(output.holds(count, from: out))
            // Bound, for all three loops: positions in runs that were checked.
            if inner.firstStep == 1 && inner.secondStep == 1 {
                precondition(first.holds(count, from: a) && second.holds(count, from: b))
                for index in 0..<count { output[out &+ index] = operation(first[a &+ index], second[b &+ index]) }
            } else if inner.firstStep == 1 {
                precondition(first.holds(count, from: a))
                let repeated = second[b]
                for index in 0..<count { output[out &+ index] = operation(first[a &+ index], repeated) }
            } else {
                precondition(second.holds(count, from: b))
                let repeated = first[a]
                for index in 0..<count { output[out &+ index] = operation(repeated, second[b &+ index]) }
            }
            out += count
            var axis = innermost - 1
            while axis >= 0 {
                counters[axis] += 1
                a += axes[axis].firstStep
                b += axes[axis].secondStep
                if counters[axis] < (axis == 0 ? outer.upperBound : axes[axis].extent) { break }
                a -= axes[axis].firstStep * axes[axis].extent
                b -= axes[axis].secondStep * axes[axis].extent
                counters[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }
}
