/// For each output channel the sums of its positive and of its negative weights, zero point removed.
struct WeightSums: Sendable {
    private let positive: [Int32]
    private let negative: [Int32]

    var count: Int { positive.count }

    /// - Parameter weights: [channelCount,n], or [n,channelCount]. n is below 2^23.
    init(_ weights: WeightBytes, channelCount: Int, channelIsOutermost: Bool) {
        let depth = weights.count / channelCount
        precondition(depth < 1 << 23 && depth * channelCount == weights.count)
        (positive, negative) = Kernels.sums(
            of: weights, channelCount: channelCount, depth: depth, channelIsOutermost: channelIsOutermost)
    }

    /// The sum of a channel's weights.
    func total(_ channel: Int) -> Int64 { Int64(positive[channel]) + Int64(negative[channel]) }

    /// The sum of their magnitudes.
    func magnitude(_ channel: Int) -> Int64 { Int64(positive[channel]) - Int64(negative[channel]) }

    /// What the sum of products can be, whatever the inputs are. Places outside of the image count as inputs of the zero point.
    ///
    /// - Parameter inputZeroPoint: in the domain of uint8, where inputs are 0...255.
    func products(_ channel: Int, inputZeroPoint: Int32) -> ClosedRange<Int64> {
        let (positive, negative) = (Int64(positive[channel]), Int64(negative[channel]))
        let (least, greatest) = (-Int64(inputZeroPoint), 255 - Int64(inputZeroPoint))
        return positive * least + negative * greatest...positive * greatest + negative * least
    }
}
