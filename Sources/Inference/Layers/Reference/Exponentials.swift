// The C library's exponential functions: the reference uses them as well, so that float results are the same to the last bit where both
// run on the same library.
#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

enum Exponentials {
    static func exponential(_ x: Float) -> Float { expf(x) }
    static func exponential(_ x: Double) -> Double { exp(x) }

    /// 1 / (1 + exp(-x))
    static func logistic(_ x: Float) -> Float { 1 / (1 + exponential(-x)) }
}
