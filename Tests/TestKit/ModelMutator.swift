/// Damages TensorFlow Lite files where it matters: in their structure, not in their weights; the same way for the same seed.
///
/// Walks the FlatBuffer to find the places that hold numbers with a meaning (extents, operands, options, lengths, offsets, codes, scales),
/// sets one to three of them to values that break careless readers, flips bits elsewhere in the structure, or cuts the file off. Payloads of
/// weights are left alone. Works on any bytes: where the walk finds nothing, the whole file counts as structure.
package struct ModelMutator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    /// A damaged copy.
    package mutating func mutate(_ bytes: [UInt8]) -> [UInt8] { mutate(bytes, anatomy: ModelAnatomy(bytes)) }

    /// A damaged copy of bytes that were walked before.
    package mutating func mutate(_ bytes: [UInt8], anatomy: ModelAnatomy) -> [UInt8] {
        guard !bytes.isEmpty else { return bytes }
        var mutant = bytes
        for _ in 0...below(3) {
            switch below(100) {
            case 0..<45:
                guard let site = pick(anatomy.values) else { continue }
                write(number(at: site, in: mutant), at: site, in: &mutant)
            case 45..<60:
                // One thing in the place of another: operands, extents.
                guard let target = pick(anatomy.values), let source = pick(anatomy.values) else { continue }
                write(read(mutant, source), at: target, in: &mutant)
            case 60..<68:
                guard let site = pick(anatomy.links) else { continue }
                write(number(at: site, in: mutant), at: site, in: &mutant)
            case 68..<78:
                guard let site = pick(anatomy.small), site < mutant.count else { continue }
                mutant[site] = [0, 1, 2, 3, 4, 5, 9, 17, 64, 127, 128, 255][below(12)]
            case 78..<88: mutant[structural(anatomy, mutant.count)] ^= 1 << UInt8(below(8))
            case 88..<96:
                let site = structural(anatomy, mutant.count) & ~3
                write(number(at: site, in: mutant), at: site, in: &mutant)
            default: if below(3) == 0 { mutant.removeLast(below(mutant.count)) }
            }
            if mutant.isEmpty { return mutant }
        }
        return mutant
    }

    private mutating func structural(_ anatomy: ModelAnatomy, _ count: Int) -> Int {
        guard let range = pick(anatomy.structure) else { return below(count) }
        return min(range.lowerBound + below(range.count), count - 1)
    }

    /// A number that is likely to hurt, sometimes near the one that is there.
    mutating func number(at position: Int, in bytes: [UInt8]) -> UInt32 {
        let old = Int32(bitPattern: read(bytes, position))
        let extremes: [Int32] = [
            0, 1, -1, 2, 3, 4, 7, 127, 128, 255, 256, -2, -128, 65_535, 65_536, 1 << 24, 1 << 30, .max, .min, .max - 3, 0x7F80_0000,
            0x7FC0_0000,
        ]
        let value: Int32 =
            switch below(8) {
            case 0...3: extremes[below(extremes.count)]
            case 4: old &+ Int32(below(9)) &- 4
            case 5: old &* 2
            case 6: old / 2
            default: Int32(truncatingIfNeeded: next())
            }
        return UInt32(bitPattern: value)
    }

    func read(_ bytes: [UInt8], _ position: Int) -> UInt32 {
        guard position >= 0, position + 4 <= bytes.count else { return 0 }
        return (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << UInt32(8 * $1) }
    }

    func write(_ value: UInt32, at position: Int, in bytes: inout [UInt8]) {
        guard position >= 0, position + 4 <= bytes.count else { return }
        for index in 0..<4 { bytes[position + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * index)) }
    }

    mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }

    /// A number in 0..<bound.
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

    mutating func next() -> UInt64 {
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
