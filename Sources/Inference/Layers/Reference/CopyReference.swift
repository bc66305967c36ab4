enum CopyReference {
    /// Copies units between the positions that `copy` names. They were proven to lie within the tensors.
    @inline(__always)
    @_lifetime(target: copy target)
    static func copy<Unit: BitwiseCopyable>(_ copy: StridedCopy, from source: Span<Unit>, to target: inout MutableSpan<Unit>) {
        let axes = copy.axes.span
        var counters = [6 of Int](repeating: 0)
        var (from, to) = (copy.sourceOffset, copy.targetOffset)
        let innermost = axes.count - 1
        let inner = axes[innermost]
        while true {
            if inner.sourceStep == 1 && inner.targetStep == 1 {
                copyRun(source, from, &target, to, count: inner.extent)
            } else {
                var (position, destination) = (from, to)
                for _ in 0..<inner.extent {
                    target[destination] = source[position]
                    // Bound: one step behind the last position at most, a sum of two numbers below 2^32.
                    position &+= inner.sourceStep
                    destination &+= inner.targetStep
                }
            }
            var axis = innermost - 1
            while axis >= 0 {
                counters[axis] += 1
                from += axes[axis].sourceStep
                to += axes[axis].targetStep
                if counters[axis] < axes[axis].extent { break }
                from -= axes[axis].sourceStep * axes[axis].extent
                to -= axes[axis].targetStep * axes[axis].extent
                counters[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }

    /// target[to + i] = source[from + i] for i in 0..<count.
    @inline(__always)
    @_lifetime(target: copy target)
    static func copyRun<T: BitwiseCopyable>(_ source: Span<T>, _ from: Int, _ target: inout MutableSpan<T>, _ to: Int, count: Int) {
        precondition(source.holds(count, from: from) && target.holds(count, from: to))
        // Bound: positions in the runs that were just checked.
        for index in 0..<count { target[to &+ index] = source[from &+ index] }
    }
}
