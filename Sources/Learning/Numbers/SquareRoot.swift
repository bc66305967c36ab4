extension UInt64 {
    /// The largest integer whose square is not above self, bit by bit.
    package var integerSquareRoot: UInt64 {
        var rest = self
        var root: UInt64 = 0
        guard rest > 0 else { return 0 }
        var bit = UInt64(1) << UInt64((63 - leadingZeroBitCount) / 2 * 2)
        while bit > 0 {
            if rest >= root + bit {
                rest -= root + bit
                root = root >> 1 + bit
            } else {
                root >>= 1
            }
            bit >>= 2
        }
        return root
    }
}
