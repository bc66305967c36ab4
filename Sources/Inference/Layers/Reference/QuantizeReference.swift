import FixedPoint

enum QuantizeReference {
    /// A stored value less its zero point on another scale, clamped.
    static func requantize(_ offset: Int32, _ multiplier: QuantizedMultiplier, zeroPoint: Int32, range: OutputRange) -> Int32 {
        // Bound: wraps for absurd scales only, as in the reference.
        range.clamp(multiplier.apply(to: offset) &+ zeroPoint)
    }

    /// round(x / scale) + zero point, ties away from zero, clamped. NaN gives the lowest value.
    @_lifetime(output: copy output)
    static func quantize(
        _ input: Span<Float>, scale: Float, zeroPoint: Int32, range: OutputRange, to output: inout MutableSpan<UInt8>, count: Int
    ) {
        precondition(input.count >= count && output.count >= count)
        // Exact: both are whole numbers below 2^24.
        let (lower, upper) = (Float(range.lower - zeroPoint), Float(range.upper - zeroPoint))
        for index in 0..<count {
            // The limits are whole numbers: rounding after the clamp gives the same, and the number is small.
            let steps = input[index] / scale
            let clamped = steps > lower ? (steps < upper ? steps : upper) : lower
            // Bound: both are below 2^21.
            output[index] = UInt8(truncatingIfNeeded: WholeNumbers.integer(WholeNumbers.rounded(clamped)) &+ zeroPoint)
        }
    }

    /// The product in double precision, rounded once.
    static func dequantize(_ x: Int32, scale: Float, zeroPoint: Int32) -> Float { Float(Double(scale) * Double(x - zeroPoint)) }

    /// output[i] = table[input[i]] for i in 0..<count.
    @_lifetime(output: copy output)
    static func dequantize(_ input: Span<UInt8>, by table: Span<Float>, to output: inout MutableSpan<Float>, count: Int) {
        precondition(table.count == 256 && input.count >= count && output.count >= count)
        for index in 0..<count { output[index] = table[Int(input[index])] }
    }
}
