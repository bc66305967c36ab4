/// For 32 pairs of neighbouring signed bytes, the sums of the positive ones and of the negative ones' magnitudes, in 16 bits each: what
/// proves that a lane of 16 bits holds the products of the pairs. Also the room that lanes have left for such sums.
public struct PairSums: Sendable, Hashable {
    @usableFromInline var positive: SIMD8<UInt64>
    @usableFromInline var negative: SIMD8<UInt64>

    /// - Parameter bytes: 64 signed bytes, the first of each pair in the lower half of its 16 bits.
    @inlinable @inline(__always)
    public init(_ bytes: SIMD8<UInt64>) {
        let low = SIMD8<UInt64>(repeating: 0x00FF_00FF_00FF_00FF)
        let one = SIMD8<UInt64>(repeating: 0x0001_0001_0001_0001)
        let (a, b) = (bytes & low, (bytes &>> 8) & low)
        // All below is in 16 bits of its own each. Bound: 0x100 - x is 1...256, and two magnitudes are 256 at most: nothing is carried.
        let (aSign, bSign) = ((a &>> 7) & one, (b &>> 7) & one)
        let limit = one &<< 8
        let (aNegative, bNegative) = ((limit &- a) & ((aSign &<< 9) &- aSign), (limit &- b) & ((bSign &<< 9) &- bSign))
        positive = (a & ~((aSign &<< 8) &- aSign)) &+ (b & ~((bSign &<< 8) &- bSign))
        negative = aNegative &+ bNegative
    }

    /// The same sum for all.
    /// - Parameter sum: below 2^15.
    @inlinable
    public init(repeating sum: UInt16) {
        positive = SIMD8(repeating: 0x0001_0001_0001_0001 &* UInt64(sum))
        negative = positive
    }

    /// Whether no sum is above its room.
    @inlinable @inline(__always)
    public func fits(_ room: PairSums) -> Bool {
        // Bound: the highest bit of the 16 is lent, so that nothing is borrowed from the neighbour; it is left where the sum fits.
        let high = SIMD8<UInt64>(repeating: 0x8000_8000_8000_8000)
        let left = ((room.positive | high) &- positive) & ((room.negative | high) &- negative) & high
        let all = left[0] & left[1] & left[2] & left[3] & left[4] & left[5] & left[6] & left[7]
        return all == 0x8000_8000_8000_8000
    }

    /// The room that is left. The sums fit.
    @inlinable @inline(__always)
    public func taken(from room: PairSums) -> PairSums {
        var left = room
        // Bound: no sum is above its room.
        left.positive = room.positive &- positive
        left.negative = room.negative &- negative
        return left
    }

    /// The second bytes of all pairs whose sums do not fit; zero elsewhere.
    ///
    /// - Parameter bytes: those that the sums are of.
    @inlinable
    public func secondBytes(of bytes: SIMD8<UInt64>, beyond room: PairSums) -> SIMD8<UInt64> {
        let high = SIMD8<UInt64>(repeating: 0x8000_8000_8000_8000)
        // Bound: as in `fits`; the mask's differences of neighbours cancel out.
        let left = ((room.positive | high) &- positive) & ((room.negative | high) &- negative) & high
        let second = (~left & high) &>> 7
        return bytes & ((second &<< 8) &- second)
    }
}
