import FixedPoint

enum PReLUReference {
    @inline(__always)
    @_lifetime(output: copy output)
    static func apply<T: FixedWidthInteger & BitwiseCopyable>(
        _ facts: PReLUFacts, _ broadcast: Broadcast, _ input: Span<T>, _ slope: Span<T>, to output: inout MutableSpan<T>
    ) {
        BroadcastReference.apply(broadcast, input, slope, to: &output) { x, alpha in
            // Bound: offsets are within ±255 and their product within ±65 025; the sum wraps for absurd scales only.
            let offset = Int32(x) &- facts.inputZeroPoint
            let scaled =
                offset >= 0
                ? facts.positive.scale(offset) : facts.negative.scale(offset &* (Int32(alpha) &- facts.slopeZeroPoint))
            return T(truncatingIfNeeded: facts.range.clamp(scaled &+ facts.outputZeroPoint))
        }
    }
}
