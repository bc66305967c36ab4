import CKernels
import Threads

/// How fast one core multiplies with a tier's instructions when it does nothing else: what no kernel can exceed.
package struct PeakRate: Sendable, Hashable {
    /// The instructions, for people.
    package let scheme: String
    package let multiplyAccumulatesPerSecond: Double

    /// Times the tier's ways of multiplying on this thread: the one that is exact with any weights, then, where there is one, the one that
    /// is exact with proven weights.
    ///
    /// The best of many short pieces, so that other programs on the machine do not matter. The reference tier, which runs no kernels, has
    /// none.
    /// - Parameter duration: of each way.
    package static func measure(_ tier: Tier, for duration: Duration = .milliseconds(20)) -> [PeakRate] {
        guard tier != .reference, tier.isAvailable else { return [] }
        var kernels = unsafe pk_peak_kernels()
        // SAFETY: the function fills the struct and keeps no pointer to it.
        unsafe pk_peak_init(&kernels, tier.requiredFlags & pk_cpu_flags())
        return unsafe [kernels.any, kernels.proven].compactMap { unsafe rate($0, for: duration) }
    }

    private static func rate(_ scheme: pk_peak_scheme, for duration: Duration) -> PeakRate? {
        // SAFETY: the name is a constant of the program; the function touches no memory, and belongs to a tier that this CPU has.
        guard let run = unsafe scheme.run, let name = unsafe scheme.name else { return nil }
        let products = unsafe scheme.products
        // Some 100 microseconds on any core: longer than a clock's tick, shorter than a turn of another program.
        var rounds = UInt64(256)
        var best = 0.0
        let start = SystemClock.monotonicNanoseconds
        let length = Int64(duration / .nanoseconds(1))
        var before = start
        while before - start < length || best == 0 {
            run(rounds)
            let now = SystemClock.monotonicNanoseconds
            let elapsed = max(now - before, 1)
            if elapsed < 100_000, rounds < 1 << 24 {
                rounds *= 2
            } else {
                best = max(best, Double(rounds) * Double(products) / Double(elapsed) * 1e9)
            }
            before = SystemClock.monotonicNanoseconds
        }
        return unsafe PeakRate(scheme: String(cString: name), multiplyAccumulatesPerSecond: best)
    }
}
