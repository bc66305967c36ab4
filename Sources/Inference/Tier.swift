/// Which implementation of the kernels runs; all give the same bits.
package enum Tier: String, Sendable, Hashable, CaseIterable {
    /// The scalar Swift twins: the norm, slow.
    case reference
    /// Portable C that the compiler vectorises for the architecture's baseline.
    case baseline
    /// x86_64 with 32-byte vectors.
    case avx2
    /// x86_64 with VPDPBUSD on 32-byte vectors.
    case avxvnni
    /// x86_64 with VPDPBUSD on 64-byte vectors.
    case avx512vnni
    /// arm64 with SDOT.
    case dotprod
    /// arm64 with SMMLA.
    case i8mm

    /// What PICKET_CPU names, or else the fastest that this CPU has.
    package static var best: Tier { requested ?? allCases.last { $0.isAvailable } ?? .baseline }

    /// All that this CPU can run.
    package static var available: [Tier] { allCases.filter(\.isAvailable) }
}
