import CKernels
import Glibc

extension Tier {
    var requiredFlags: UInt32 {
        switch self {
        case .reference, .baseline: 0
        case .avx2: PK_CPU_AVX2
        case .avxvnni: PK_CPU_AVX2 | PK_CPU_VNNI256
        case .avx512vnni: PK_CPU_AVX2 | PK_CPU_VNNI256 | PK_CPU_AVX512VNNI
        case .dotprod: PK_CPU_DOTPROD
        case .i8mm: PK_CPU_DOTPROD | PK_CPU_I8MM
        }
    }

    /// Whether this CPU can run the tier.
    package var isAvailable: Bool { requiredFlags & ~pk_cpu_flags() == 0 }

    /// The tier that the environment variable PICKET_CPU asks for by name, if this CPU has it.
    static var requested: Tier? {
        // SAFETY: the text is copied before anything else can change the environment; it is read at start only.
        guard let text = unsafe getenv("PICKET_CPU"), let tier = unsafe Tier(rawValue: String(cString: text)), tier.isAvailable else {
            return nil
        }
        return tier
    }
}
