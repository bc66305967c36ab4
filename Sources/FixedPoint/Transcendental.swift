/// e^x and ln x from additions, multiplications, divisions and exponents alone, which IEEE 754 defines to the last bit: those of C
/// libraries differ between libraries, and scores must not.
package enum Transcendental {
    /// ln 2 in two parts, the first with few enough bits for exact products with an exponent.
    private static let logOf2High = 0.693147180369123816490
    private static let logOf2Low = 1.90821492927058770002e-10

    /// Range reduction x = k ln 2 + r with |r| <= ln 2 / 2, then Taylor's series to r^13; relative error below 1e-15. 0 below -700; the
    /// value at 700 above that.
    package static func exponential(_ x: Double) -> Double {
        guard x > -700 else { return 0 }
        let x = min(x, 700)
        let k = (x * 1.4426950408889634).rounded(.toNearestOrEven)
        let r = (x - k * logOf2High) - k * logOf2Low
        var term = 1.0
        var sum = 1.0
        for n in 1...13 {
            term = term * r / Double(n)
            sum += term
        }
        return Double(sign: .plus, exponent: Int(k), significand: sum)
    }

    /// The natural logarithm: x = m * 2^k with m in sqrt(1/2)...sqrt(2), ln m = 2 artanh((m - 1) / (m + 1)) by its series to the 25th power;
    /// error below 1e-15 of 1 or of the result, whichever is larger. -infinity at and below 0.
    package static func logarithm(_ x: Double) -> Double {
        guard x > 0 else { return -.infinity }
        guard x.isFinite else { return x }
        var exponent = Int(x.exponent)
        var m = x.significand
        if m > 1.4142135623730951 {
            m /= 2
            exponent += 1
        }
        let z = (m - 1) / (m + 1)
        let square = z * z
        var sum = 0.0
        for power in stride(from: 25, through: 1, by: -2) { sum = sum * square + 1 / Double(power) }
        let k = Double(exponent)
        return k * logOf2High + (2 * z * sum + k * logOf2Low)
    }

    /// 1 / (1 + e^-x), in 0...1.
    package static func logistic(_ x: Double) -> Double { 1 / (1 + exponential(-x)) }

    /// Probabilities in proportion to e^logit.
    package static func softmax(_ logits: [Double]) -> [Double] {
        guard let largest = logits.max() else { return [] }
        let powers = logits.map { exponential($0 - largest) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }
}
