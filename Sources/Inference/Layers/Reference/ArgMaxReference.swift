enum ArgMaxReference {
    /// The first position of the largest element, for some elements of the output; a NaN is never larger, and any number is larger than a NaN.
    @inline(__always)
    @_lifetime(output: copy output)
    static func find<T: Comparable & BitwiseCopyable, Index: FixedWidthInteger & BitwiseCopyable>(
        _ search: PreparedArgMax, _ range: Range<Int>, _ input: Span<T>, to output: inout MutableSpan<Index>
    ) {
        let (extent, innerCount) = (search.extent, search.innerCount)
        for element in range {
            let (outer, inner) = element.quotientAndRemainder(dividingBy: innerCount)
            let start = outer * extent * innerCount + inner
            precondition(start >= 0 && start + (extent - 1) * innerCount < input.count)
            var largest = input[start]
            var position = 0
            for index in 1..<max(extent, 1) {
                let candidate = input[start + index * innerCount]
                // A NaN is the only value that does not equal itself.
                if candidate > largest || (largest != largest && candidate == candidate) { (largest, position) = (candidate, index) }
            }
            output[element] = Index(truncatingIfNeeded: position)
        }
    }
}
