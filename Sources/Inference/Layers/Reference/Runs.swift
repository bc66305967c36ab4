import FixedPoint

/// Whether a run of elements lies in a span: loops that check this once in front and then count with `&+` are vectorised.
extension Span where Element: BitwiseCopyable {
    @inline(__always)
    func holds(_ runCount: Int, from start: Int) -> Bool { runCount >= 0 && start >= 0 && start <= count - runCount }
}

extension MutableSpan where Element: BitwiseCopyable {
    @inline(__always)
    func holds(_ runCount: Int, from start: Int) -> Bool { runCount >= 0 && start >= 0 && start <= count - runCount }
}

extension QuantizedMultiplier {
    /// `apply(to:)` for innermost loops: it is inlined there.
    @inline(__always)
    func scale(_ x: Int32) -> Int32 { FixedPoint.multiply(x, by: multiplier, leftShift: leftShift, rightShift: rightShift) }
}
