enum ArgMaxReference {
    /// The first position of the largest element; a NaN is never larger, and any number is larger than a NaN.
    @inline(__always)
    @_lifetime(output: copy output)
    static func find<T: Comparable & BitwiseCopyable, Index: FixedWidthInteger & BitwiseCopyable>(
        _ search: PreparedArgMax, _ input: Span<T>, to output: inout MutableSpan<Index>
    ) {
        let (extent, innerCount) = (search.extent, search.innerCount)
        for outer in 0..<search.outerCount {
            let start = outer * extent * innerCount
            precondition(start >= 0 && start + extent * innerCount <= input.count)
            for inner in 0..<innerCount {
                var largest = input[start + inner]
                var position = 0
                for index in 1..<max(extent, 1) {
                    let candidate = input[start + index * innerCount + inner]
                    // A NaN is the only value that does not equal itself.
                    if candidate > largest || (largest != largest && candidate == candidate) { (largest, position) = (candidate, index) }
                }
                output[outer * innerCount + inner] = Index(truncatingIfNeeded: position)
            }
        }
    }
}
