/// e^x with nothing but additions, multiplications and an exponent, which IEEE 754 defines to the last bit: the C library's `exp` differs
/// between libraries, and boxes must not.
///
/// Range reduction x = k ln 2 + r with |r| <= ln 2 / 2, then Taylor's series to r^13 (error below 2^-55); relative error below 1e-15.
package enum Exponential {
    package static func of(_ x: Double) -> Double {
        guard x > -700 else { return 0 }
        let x = min(x, 700)
        let k = (x * 1.4426950408889634).rounded(.toNearestOrEven)
        // ln 2 in two parts, so that k * high is exact.
        let r = (x - k * 0.693147180369123816490) - k * 1.90821492927058770002e-10
        var term = 1.0
        var sum = 1.0
        for n in 1...13 {
            term = term * r / Double(n)
            sum += term
        }
        return Double(sign: .plus, exponent: Int(k), significand: sum)
    }

    /// 1 / (1 + e^-x), in 0...1.
    package static func logistic(_ x: Double) -> Double { 1 / (1 + of(-x)) }
}
