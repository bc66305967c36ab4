enum CastReference {
    /// x towards zero, saturated to lower...upper; NaN gives upper.
    @inline(__always)
    static func integer(_ x: Float, _ lower: Int64, _ upper: Int64) -> Int64 {
        // Float(upper) may round up to the first number that does not fit, hence the strict comparison.
        guard x < Float(upper) else { return upper }
        return x > Float(lower) ? Int64(x) : lower
    }

    @inline(__always)
    @_lifetime(output: copy output)
    static func map<T: BitwiseCopyable, U: BitwiseCopyable>(
        _ input: Span<T>, to output: inout MutableSpan<U>, count: Int, _ function: (T) -> U
    ) {
        precondition(input.count >= count && output.count >= count)
        for index in 0..<count { output[index] = function(input[index]) }
    }
}
