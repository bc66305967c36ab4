enum CopyReference {
    /// Copies bytes between the positions that `copy` names. They were proven to lie within the tensors.
    static func copy(_ copy: StridedCopy, from source: Span<UInt8>, to target: inout MutableSpan<UInt8>) {
        var counters = [7 of Int](repeating: 0)
        var (from, to) = (copy.sourceOffset, copy.targetOffset)
        let innermost = copy.rank - 1
        let inner = copy.axes[innermost]
        while true {
            if inner.sourceStep == 1 && inner.targetStep == 1 {
                copyRun(source, from, &target, to, count: inner.extent)
            } else {
                for index in 0..<inner.extent { target[to + index * inner.targetStep] = source[from + index * inner.sourceStep] }
            }
            var axis = innermost - 1
            while axis >= 0 {
                counters[axis] += 1
                from += copy.axes[axis].sourceStep
                to += copy.axes[axis].targetStep
                if counters[axis] < copy.axes[axis].extent { break }
                from -= copy.axes[axis].sourceStep * copy.axes[axis].extent
                to -= copy.axes[axis].targetStep * copy.axes[axis].extent
                counters[axis] = 0
                axis -= 1
            }
            if axis < 0 { return }
        }
    }

    /// target[to + i] = source[from + i] for i in 0..<count.
    @inline(__always)
    static func copyRun<T: BitwiseCopyable>(_ source: Span<T>, _ from: Int, _ target: inout MutableSpan<T>, _ to: Int, count: Int) {
        precondition(from >= 0 && from + count <= source.count && to >= 0 && to + count <= target.count)
        for index in 0..<count { target[to + index] = source[from + index] }
    }
}
