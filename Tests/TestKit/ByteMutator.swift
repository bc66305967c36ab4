/// Damages bytes in ways that files and links damage them, the same way for the same seed.
package struct ByteMutator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// A damaged copy: cut off, with flipped bits, overwritten, repeated or missing parts, one to four damages.
    /// - Parameter headerLength: The first bytes, which half of the damages hit.
    package mutating func mutant(of original: [UInt8], headerLength: Int = 700) -> [UInt8] {
        var bytes = original
        for _ in 0...below(4) where !bytes.isEmpty {
            let reach = below(2) == 0 ? min(headerLength, bytes.count) : bytes.count
            let place = below(max(reach, 1))
            let length = min(1 + below(below(4) == 0 ? 400 : 8), bytes.count - place)
            switch below(8) {
            case 0: bytes[place] ^= 1 << UInt8(below(8))
            case 1: bytes[place] = UInt8(below(256))
            case 2: bytes[place] = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF][below(6)]
            case 3: bytes.removeSubrange(place..<place + length)
            case 4: bytes.insert(contentsOf: bytes[place..<place + length], at: place)
            case 5: for index in place..<place + length { bytes[index] = UInt8(below(256)) }
            case 6:
                let other = below(bytes.count - length + 1)
                bytes.replaceSubrange(place..<place + length, with: Array(bytes[other..<other + length]))
            default: if below(3) == 0 { bytes.removeLast(bytes.count - place) } else { bytes[place] ^= 0xFF }
            }
        }
        return bytes
    }

    /// A number in 0..<bound.
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

    private mutating func next() -> UInt64 {
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
