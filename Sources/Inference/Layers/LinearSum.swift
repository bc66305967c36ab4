import FixedPoint

/// A quantised ADD or SUB as floor((first * a + second * b + offset) / 2^fractionBits), clamped, with a and b in the uint8 domain: equal to
/// the norm for all 65 536 pairs of elements, which the init proves.
///
/// The norm rounds four times. All of these errors together are a few millionths of an output step, so the two can differ only for pairs
/// whose exact sum is that close to a rounding threshold. The proof finds those few and turns the plane a little so that they agree too.
struct LinearSum: Sendable {
    /// Within 2^30; both halves of 15 bits are used by the kernels.
    let first: Int
    let second: Int
    let offset: Int
    /// 15...31
    let fractionBits: Int
    /// Of the uint8 domain.
    let minimum: UInt8
    let maximum: UInt8
    /// 0x80 for int8.
    let flip: UInt8

    /// Nil when there is no such form, as for ties that the norm rounds away from zero on both sides.
    init?(_ sum: QuantizedSum, kernels: Kernels) {
        let facts = sum.bytes
        guard let range = facts.byteRange(sum.range, zeroPoint: sum.zeroPoint), sum.multiplier.leftShift == 0,
            sum.multiplier.rightShift > 0, sum.multiplier.multiplier > 0
        else { return nil }
        let stepsPerUnit = sum.multiplier.factor
        let (a, b) = (sum.firstSlope * stepsPerUnit, sum.secondSlope * stepsPerUnit)
        var bits = 31
        while bits >= 15, max(abs(a), abs(b)) * Double(1 << (bits - 15)) >= 32_767 { bits -= 1 }
        guard bits >= 15 else { return nil }
        let unit = Double(1 << bits)
        let (first, second) = (Int((a * unit).rounded()), Int((b * unit).rounded()))
        // Elements in the order of the uint8 domain.
        let firstTerms = (0..<256).map { sum.first[$0 ^ Int(facts.flip)] }
        let secondTerms = (0..<256).map { sum.second[$0 ^ Int(facts.flip)] }
        func largestError(_ terms: [Int32], _ factor: Int, _ zero: Int) -> Double {
            terms.indices.reduce(0) { max($0, abs(Double(factor * ($1 - zero)) / unit - Double(terms[$1]) * stepsPerUnit)) }
        }
        // In output steps: the terms' errors, the norm's first rounding before its right shift, and room for doubles.
        let error =
            largestError(firstTerms, first, facts.firstZero) + largestError(secondTerms, second, facts.secondZero)
            + 1 / Double(1 << (Int(sum.multiplier.rightShift) + 1)) + 1e-10
        guard error < 1e-4 else { return nil }
        let base = facts.outputZero << bits + 1 << (bits - 1) - first * facts.firstZero - second * facts.secondZero
        let margin = UInt32(((error + Self.freedom) * 4_294_967_296).rounded(.up)) + 1
        func fractions(_ factor: Int, _ offset: Int) -> [UInt32] {
            (0..<256).map { UInt32(truncatingIfNeeded: (factor * $0 + offset) << (32 - bits)) }
        }
        guard let pairs = kernels.nearPairs(fractions(first, base), fractions(second, 0), margin: margin, limit: 128) else { return nil }
        let freedom = Int(Self.freedom * unit)
        let needs = pairs.map { pair -> Need in
            // Bound: prepare proved that terms are below 2^28.
            let wanted = Int(sum.multiplier.apply(to: firstTerms[pair.x] + secondTerms[pair.y])) + facts.outputZero
            let linear = first * pair.x + second * pair.y + base
            return Need(
                first: pair.x - facts.firstZero, second: pair.y - facts.secondZero,
                least: wanted <= range.lower ? -freedom : min(wanted, range.upper) << bits - linear,
                most: wanted >= range.upper ? freedom : (max(wanted, range.lower) + 1) << bits - 1 - linear)
        }
        guard let change = Self.change(for: needs, freedom: freedom) else { return nil }
        self.first = first + change.first
        self.second = second + change.second
        offset = base + change.offset - change.first * facts.firstZero - change.second * facts.secondZero
        fractionBits = bits
        (minimum, maximum, flip) = (UInt8(range.lower), UInt8(range.upper), facts.flip)
    }

    /// The same with the inputs exchanged.
    var exchanged: LinearSum { LinearSum(exchanging: self) }

    private init(exchanging sum: LinearSum) {
        (first, second, offset, fractionBits) = (sum.second, sum.first, sum.offset, sum.fractionBits)
        (minimum, maximum, flip) = (sum.minimum, sum.maximum, sum.flip)
    }

    /// Output steps by which the plane may be moved at any point, in either direction.
    private static let freedom = 1.0 / 32_768

    /// What a pair near a threshold needs: least <= change of the plane at (first, second) <= most.
    private struct Need {
        let first: Int
        let second: Int
        let least: Int
        let most: Int
    }

    /// Changes of both factors and of the offset that serve all needs and move no point by more than `freedom`; nil when none was found.
    private static func change(for needs: [Need], freedom: Int) -> (first: Int, second: Int, offset: Int)? {
        for turn in turns(for: needs) {
            let room = freedom - 255 * (abs(turn.first) + abs(turn.second))
            var (least, most) = (-room, room)
            for need in needs {
                let turned = turn.first * need.first + turn.second * need.second
                (least, most) = (max(least, need.least - turned), min(most, need.most - turned))
            }
            if least <= most { return (turn.first, turn.second, min(max(0, least), most)) }
        }
        return nil
    }

    /// Changes of the factors that are worth a try: none, small ones, and those that turn the plane just as far as a pair needs.
    private static func turns(for needs: [Need]) -> [(first: Int, second: Int)] {
        var turns = [(first: 0, second: 0)]
        for need in needs {
            let missing = need.least > 0 ? need.least : min(need.most, 0)
            let distance = abs(need.first) + abs(need.second)
            guard missing != 0, distance > 0 else { continue }
            let size = (abs(missing) + distance - 1) / distance * missing.signum()
            for size in [size, size + missing.signum()] { turns.append((size * need.first.signum(), size * need.second.signum())) }
        }
        for first in -4...4 {
            for second in -4...4 { turns.append((first, second)) }
        }
        return turns
    }
}
