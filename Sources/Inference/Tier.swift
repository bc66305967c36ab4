/// Which implementation of the kernels runs; all give the same bits.
package enum Tier: String, Sendable, Hashable, CaseIterable {
    /// The scalar Swift twins: the norm, slow.
    case reference
    /// Portable C that the compiler vectorises for the architecture's baseline.
    case baseline
}
