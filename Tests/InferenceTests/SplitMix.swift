/// A seeded generator, so that a failure can be repeated: the tests print the seed.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// How a test fills bytes.
enum Fill: CaseIterable, Sendable {
    case random, allMinimum, allMaximum, alternating

    /// - Parameter isSigned: whether the bytes will be read as int8.
    func bytes(count: Int, isSigned: Bool, using random: inout SplitMix) -> [UInt8] {
        let (low, high): (UInt8, UInt8) = isSigned ? (0x80, 0x7F) : (0, 255)
        return (0..<count).map { index in
            switch self {
            case .random: UInt8.random(in: 0...255, using: &random)
            case .allMinimum: low
            case .allMaximum: high
            case .alternating: index.isMultiple(of: 2) ? low : high
            }
        }
    }
}
