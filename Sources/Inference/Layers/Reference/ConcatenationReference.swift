import Tensors

enum ConcatenationReference {
    /// A stored uint8 value in another quantisation: round(x * scale + bias) + zero point, in single precision as the reference does it.
    static func rescale(_ x: Int32, from: Quantization, to: Quantization) -> Int32 {
        if from.scale == to.scale && from.zeroPoint == to.zeroPoint { return x }
        let scale = from.scale * (1 / to.scale)
        let bias = -Float(from.zeroPoint) * scale
        let steps = (Float(x) * scale + bias).rounded(.toNearestOrAwayFromZero)
        // The limits leave room for the zero point.
        return min(255, max(0, Int32(CastReference.integer(steps, -1_000_000_000, 1_000_000_000)) + to.zeroPoint))
    }

    /// output[offset + outer * step + i] = table[input[outer * runCount + i]].
    @_lifetime(output: copy output)
    static func scatter(
        _ input: Span<UInt8>, through table: Span<UInt8>, runCount: Int, outerCount: Int, to output: inout MutableSpan<UInt8>,
        offset: Int, step: Int
    ) {
        precondition(table.count == 256)
        for outer in 0..<outerCount {
            let (from, to) = (outer * runCount, offset + outer * step)
            precondition(input.holds(runCount, from: from) && output.holds(runCount, from: to))
            // Bound: positions in the runs that were just checked.
            for index in 0..<runCount { output[to &+ index] = table[Int(input[from &+ index])] }
        }
    }
}
