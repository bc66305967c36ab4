/// Rounding of small floats without a call and without a check, so that loops are vectorised. Adding 1.5 * 2^23 leaves no bits behind
/// the binary point, and the whole number in the low bits.
enum WholeNumbers {
    @inline(__always)
    private static var magic: Float { 12_582_912 }

    /// round(x), ties away from zero.
    /// - Parameter x: within ±2^21.
    @inline(__always)
    static func rounded(_ x: Float) -> Float {
        // Ties to even first; what is left of x then is exact, and half of one only where a tie went the wrong way.
        let even = (x + magic) - magic
        let rest = x - even
        let wrong = x < 0 ? rest == -0.5 : rest == 0.5
        return wrong ? even + (x < 0 ? -1 : 1) : even
    }

    /// The largest whole number that is not above x.
    /// - Parameter x: within ±2^21.
    @inline(__always)
    static func floor(_ x: Float) -> Float {
        let even = (x + magic) - magic
        return even > x ? even - 1 : even
    }

    /// A whole number as an integer.
    /// - Parameter x: a whole number within ±2^21.
    @inline(__always)
    static func integer(_ x: Float) -> Int32 {
        // Bound: the bits of x + 1.5 * 2^23 are those of the constant plus x.
        Int32(bitPattern: (x + magic).bitPattern) &- Int32(bitPattern: magic.bitPattern)
    }
}
