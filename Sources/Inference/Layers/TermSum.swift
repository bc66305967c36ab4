import FixedPoint

/// A quantised ADD or SUB as the norm computes it, for kernels: a term for each element, looked up, and their sum scaled with two
/// roundings. For the few sums that have no `LinearSum`.
struct TermSum: Sendable {
    /// By the bits of an element, 256 each; below 2^28 in magnitude.
    let first: [Int32]
    let second: [Int32]
    /// From the terms' scale to the output's: factor / 2^31 / 2^rightShift.
    let factor: Int32
    let rightShift: Int32
    /// Of the uint8 domain.
    let zeroPoint: Int32
    let minimum: UInt8
    let maximum: UInt8
    /// 0x80 for int8.
    let flip: UInt8

    /// Nil for scales so far apart that sums would wrap around.
    init?(_ sum: QuantizedSum) {
        guard let range = sum.bytes.byteRange(sum.range, zeroPoint: sum.zeroPoint), sum.multiplier.leftShift == 0,
            (0...31).contains(sum.multiplier.rightShift), sum.multiplier.multiplier >= 0
        else { return nil }
        (first, second) = (sum.first, sum.second)
        (factor, rightShift) = (sum.multiplier.multiplier, sum.multiplier.rightShift)
        zeroPoint = Int32(sum.bytes.outputZero)
        (minimum, maximum, flip) = (UInt8(range.lower), UInt8(range.upper), sum.bytes.flip)
    }

    /// The same with the inputs exchanged.
    var exchanged: TermSum { TermSum(exchanging: self) }

    private init(exchanging sum: TermSum) {
        (first, second, factor, rightShift) = (sum.second, sum.first, sum.factor, sum.rightShift)
        (zeroPoint, minimum, maximum, flip) = (sum.zeroPoint, sum.minimum, sum.maximum, sum.flip)
    }
}
