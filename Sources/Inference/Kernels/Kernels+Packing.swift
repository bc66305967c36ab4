import CKernels

extension Kernels {
    /// One tap of a panel of weights in the order of the product kernels, each the nearest that the layout allows.
    ///
    /// - Parameters:
    ///   - values: of channel 0 from `first` on, then a channel each `channelStep`; `depth` of each.
    ///   - bytes: [groups,width,group] from `offset` on, zeros before.
    /// - Returns: whether all weights fit as they are.
    @_lifetime(bytes: copy bytes)
    static func packTap(
        _ values: borrowing Span<Int16>, first: Int, channelStep: Int, depth: Int, panel: WeightPanel, layout: WeightLayout,
        into bytes: inout MutableRawSpan, offset: Int
    ) -> Bool {
        let end = first + (panel.channelCount - 1) * channelStep + depth
        precondition(first >= 0 && channelStep >= depth && depth > 0 && end <= values.count)
        precondition(offset >= 0 && bytes.byteCount - offset >= layout.groups(depth: depth) * panel.width * layout.group)
        // SAFETY: the preconditions cover every weight that is read and every byte that is written.
        return unsafe values.withUnsafeBufferPointer { values in
            unsafe bytes.withUnsafeMutableBytes { bytes in
                guard let source = values.baseAddress, let target = bytes.baseAddress else { return true }
                return unsafe pk_pack_tap(
                    source + first, channelStep, panel.channelCount, depth, panel.width, layout.group, Int16(layout.lowestWeight),
                    (target + offset).assumingMemoryBound(to: Int8.self)) != 0
            }
        }
    }
}
