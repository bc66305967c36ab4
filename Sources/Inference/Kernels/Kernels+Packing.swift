import CKernels

extension Kernels {
    /// One tap of a panel of weights in the order of the product kernels, each the nearest that the layout allows.
    ///
    /// - Parameters:
    ///   - weights: of channel 0 from `first` on, then a channel each `channelStep`; `depth` of each.
    ///   - bytes: [groups,width,group] from `offset` on, all of which are written.
    /// - Returns: whether all weights fit as they are.
    @_lifetime(bytes: copy bytes)
    static func packTap(
        _ weights: WeightBytes, first: Int, channelStep: Int, depth: Int, panel: WeightPanel, layout: WeightLayout,
        into bytes: inout MutableRawSpan, offset: Int
    ) -> Bool {
        let end = first + (panel.channelCount - 1) * channelStep + depth
        precondition(first >= 0 && channelStep >= depth && depth > 0 && end <= weights.count)
        precondition(offset >= 0 && bytes.byteCount - offset >= layout.groups(depth: depth) * panel.width * layout.group)
        // SAFETY: the preconditions cover every weight that is read and every byte that is written.
        return unsafe weights.withCValue { source in
            unsafe bytes.withUnsafeMutableBytes { bytes in
                guard let target = bytes.baseAddress else { return true }
                var tap = unsafe source
                unsafe tap.bytes += first
                return unsafe pk_pack_tap(
                    &tap, channelStep, panel.channelCount, depth, panel.width, layout.group, Int16(layout.lowestWeight),
                    (target + offset).assumingMemoryBound(to: Int8.self)) != 0
            }
        }
    }

    /// The first of some weights that is less than `lowest` or more than 127.
    static func firstExcess(in range: Range<Int>, of weights: WeightBytes, lowest: Int8) -> Int? {
        precondition(range.lowerBound >= 0 && range.upperBound <= weights.count)
        // SAFETY: the precondition covers every weight that is read.
        let index = unsafe weights.withCValue { source in
            var source = unsafe source
            return unsafe pk_find_excess(&source, range.lowerBound, range.upperBound, Int16(lowest))
        }
        return index < range.upperBound ? index : nil
    }

    /// For each channel of weights [channelCount,depth] or [depth,channelCount] the sums of its positive and of its negative ones.
    static func sums(
        of weights: WeightBytes, channelCount: Int, depth: Int, channelIsOutermost: Bool
    ) -> (positive: [Int32], negative: [Int32]) {
        precondition(channelCount > 0 && depth >= 0 && depth < 1 << 23 && weights.count == channelCount * depth)
        var positive = [Int32](repeating: 0, count: channelCount)
        var negative = positive
        // SAFETY: the precondition covers every weight that is read; there is a sum of each sign for each channel.
        unsafe weights.withCValue { weights in
            var weights = unsafe weights
            let function = channelIsOutermost ? unsafe pk_sum_weights : unsafe pk_sum_weight_lines
            unsafe function(&weights, channelCount, depth, &positive, &negative)
        }
        return (positive, negative)
    }
}

extension WeightBytes {
    /// Lends the kernels' form for the duration of `body`.
    fileprivate func withCValue<R>(_ body: (pk_file_weights) -> R) -> R {
        // SAFETY: the bytes live until body returns.
        unsafe bytes.withUnsafeBufferPointer { unsafe body(pk_file_weights(bytes: $0.baseAddress, flip: flip, zero: zero)) }
    }
}
