/// Damages what the arithmetic is made from, so that most mutants load and their numbers reach the engine.
extension ModelMutator {
    package enum Focus: Sendable, CaseIterable {
        /// Anything but the payloads of weights: most mutants are refused.
        case structure
        /// Scales, zero points, options, extents and the elements of constants.
        case arithmetic
    }

    /// A damaged copy of bytes that were walked before.
    package mutating func mutate(_ bytes: [UInt8], anatomy: ModelAnatomy, focus: Focus) -> [UInt8] {
        switch focus {
        case .structure: mutate(bytes, anatomy: anatomy)
        case .arithmetic: mutateArithmetic(bytes, anatomy.arithmetic)
        }
    }

    private mutating func mutateArithmetic(_ bytes: [UInt8], _ places: ModelAnatomy.Arithmetic) -> [UInt8] {
        guard !bytes.isEmpty else { return bytes }
        var mutant = bytes
        for _ in 0...below(3) {
            switch below(100) {
            case 0..<42:
                guard let site = pick(pick(places.scales) ?? []) else { continue }
                write(scale(near: Float(bitPattern: read(mutant, site)), others: places.scales, in: bytes), at: site, in: &mutant)
            case 42..<54:
                guard let site = pick(pick(places.zeroPoints) ?? []) else { continue }
                let zeroPoint = zeroPoint()
                write(UInt32(truncatingIfNeeded: zeroPoint), at: site, in: &mutant)
                write(UInt32(truncatingIfNeeded: zeroPoint >> 32), at: site + 4, in: &mutant)
            case 54..<61:
                guard let site = pick(places.options) else { continue }
                write(below(3) == 0 ? real().bitPattern : number(at: site, in: mutant), at: site, in: &mutant)
            case 61..<67:
                guard let site = pick(places.optionBytes), site < mutant.count else { continue }
                mutant[site] = [0, 1, 2, 3, 4, 255][below(6)]
            case 67..<71:
                guard let range = pick(places.customOptions) else { continue }
                let site = range.lowerBound + below(range.count)
                write(below(2) == 0 ? real().bitPattern : number(at: site, in: mutant), at: site, in: &mutant)
            case 71..<95:
                guard let range = pick(places.payloads) else { continue }
                fill(range, of: &mutant)
            default: resize(places.extents, in: &mutant)
            }
        }
        return mutant
    }

    /// A scale that is extreme, a power of two away from the old one, beside it, or that of another tensor.
    private mutating func scale(near old: Float, others: [[Int]], in bytes: [UInt8]) -> UInt32 {
        switch below(6) {
        case 0, 1: return real().bitPattern
        case 2: return (old * Float(sign: .plus, exponent: below(81) - 40, significand: 1)).bitPattern
        case 3: return (old * Float(sign: .plus, exponent: below(9) - 4, significand: 1)).bitPattern
        case 4: return (below(2) == 0 ? old.nextUp : old * 1.000_1).bitPattern
        default: return pick(pick(others) ?? []).map { read(bytes, $0) } ?? old.bitPattern
        }
    }

    /// Floats that hurt.
    private mutating func real() -> Float {
        let extremes: [Float] = [
            .leastNonzeroMagnitude, .leastNormalMagnitude, 1e-38, 1e-30, 1e-20, 1e-10, 1e-7, 1e-3, 1 / 256, 0.5, 1, 3, 256, 1e6, 1e10, 1e20,
            1e30, 3e38, .greatestFiniteMagnitude, .infinity, .nan, 0, -0.0, -1, -1e30,
        ]
        return extremes[below(extremes.count)]
    }

    private mutating func zeroPoint() -> Int64 {
        let extremes: [Int64] = [
            0, 1, -1, 2, 3, 64, 127, 128, 129, 255, 256, -127, -128, -129, 32_767, -32_768, Int64(Int32.max), Int64(Int32.min), 1 << 32,
            .max, .min,
        ]
        return below(2) == 0 ? extremes[below(extremes.count)] : Int64(below(384) - 128)
    }

    /// Overwrites one word, a run or all of a constant with one byte, one word or noise.
    private mutating func fill(_ range: Range<Int>, of bytes: inout [UInt8]) {
        var part = range
        switch below(4) {
        case 0: break
        case 1:
            let start = range.lowerBound + below(range.count) & ~3
            part = start..<min(start + 4, range.upperBound)
        default:
            let start = range.lowerBound + below(range.count)
            part = start..<min(start + 1 + below(64), range.upperBound)
        }
        switch below(3) {
        case 0:
            let byte: UInt8 = [0, 1, 0x7F, 0x80, 0xFF, 0x55][below(6)]
            for index in part { bytes[index] = byte }
        case 1:
            let words: [UInt32] = [
                0x7FFF_FFFF, 0x8000_0000, 0x4000_0000, 0xC000_0000, 0x7F80_0000, 0x7FC0_0000, 1, 0xFFFF_FFFF, 0x0001_0000,
            ]
            let word = below(2) == 0 ? words[below(words.count)] : real().bitPattern
            for index in part { bytes[index] = UInt8(truncatingIfNeeded: word >> UInt32(8 * ((index - range.lowerBound) & 3))) }
        default: for index in part { bytes[index] = UInt8(below(256)) }
        }
    }

    /// Another extent wherever an extent occurs, so that shapes go on fitting each other.
    private mutating func resize(_ places: [Int], in bytes: inout [UInt8]) {
        guard let site = pick(places) else { return }
        let old = read(bytes, site)
        let new = below(2) == 0 ? UInt32(1 + below(40)) : old &+ UInt32(below(3)) &- 1
        for place in places where read(bytes, place) == old { write(new, at: place, in: &bytes) }
    }
}
