import FixedPoint

enum SoftmaxReference {
    /// Bits of a sum of exponentials in front of its binary point: Q12.19.
    static let sumIntegerBits: Int32 = 12

    /// exp(-d * factor / 2^26) in Q0.31 for d in 0...255; 0 beyond the largest difference whose product fits Q5.26.
    static func table(factor: Double) -> [Int32]? {
        let exponent = Int(factor.exponent) + 1
        // Differences of 32 and more a step: all but the largest element vanish.
        guard exponent <= 30 else { return (0..<256).map { $0 == 0 ? .max : 0 } }
        guard let multiplier = QuantizedMultiplier(factor) else { return nil }
        let largest = Int32(31 << 26) >> multiplier.leftShift
        return (0..<256).map { difference in
            difference > largest ? 0 : FixedPoint.exponentialOfNonPositive(multiplier.apply(to: -difference))
        }
    }

    /// - Parameter exponentials: 256 entries in Q0.31 by the difference to the largest element of a row.
    @inline(__always)
    @_lifetime(output: copy output)
    static func quantized<T: FixedWidthInteger & BitwiseCopyable>(
        _ input: Span<T>, _ exponentials: Span<Int32>, to output: inout MutableSpan<T>, rowCount: Int, depth: Int
    ) {
        precondition(exponentials.count == 256)
        let outputBits: Int32 = 8
        for row in 0..<rowCount {
            let start = row * depth
            // Bound, for all loops: positions in runs that are checked here.
            precondition(input.holds(depth, from: start) && output.holds(depth, from: start))
            var largest = T.min
            for index in 0..<depth { largest = max(largest, input[start &+ index]) }
            var total: Int32 = 0
            for index in 0..<depth {
                let exponential = exponentials[difference(largest, input[start &+ index])]
                let (sum, overflow) = total.addingReportingOverflow(
                    FixedPoint.roundingDivideByPowerOfTwo(exponential, exponent: sumIntegerBits))
                // 4096 equal elements overflow the reference's sum; here it saturates.
                total = overflow ? .max : sum
            }
            // Above 0: the largest element adds 2^19.
            let (fraction, bitsOverUnit) = FixedPoint.reciprocal(of: total, integerBits: sumIntegerBits)
            let shift = bitsOverUnit + 31 - outputBits
            for index in 0..<depth {
                let exponential = exponentials[difference(largest, input[start &+ index])]
                let product = FixedPoint.saturatingRoundingDoublingHighMultiply(fraction, exponential)
                // From 512 equal elements on nothing is left (the reference stops there).
                let probability = shift > 31 ? 0 : FixedPoint.roundingDivideByPowerOfTwo(product, exponent: shift)
                // Bound: a probability is 0...256 in these units.
                output[start &+ index] = T(truncatingIfNeeded: min(Int32(T.max), probability &+ Int32(T.min)))
            }
        }
    }

    /// largest - x, 0...255.
    @inline(__always)
    private static func difference<T: FixedWidthInteger>(_ largest: T, _ x: T) -> Int {
        // Bound: the difference of two 8-bit values modulo 256 is itself when the first is not smaller.
        Int(UInt8(truncatingIfNeeded: largest &- x))
    }

    @_lifetime(output: copy output)
    static func float32(_ input: Span<Float>, to output: inout MutableSpan<Float>, rowCount: Int, depth: Int, beta: Float) {
        for row in 0..<rowCount {
            let positions = row * depth..<(row + 1) * depth
            var largest = -Float.greatestFiniteMagnitude
            for index in positions where largest < input[index] { largest = input[index] }
            var total: Float = 0
            for index in positions {
                let exponential = Exponentials.exponential((input[index] - largest) * beta)
                output[index] = exponential
                total += exponential
            }
            for index in positions { output[index] /= total }
        }
    }
}
