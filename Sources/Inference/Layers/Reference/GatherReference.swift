enum GatherReference {
    /// Copies each slice, or fills it when an index is out of range: indices are data and never trusted.
    @inline(__always)
    @_lifetime(output: copy output)
    static func gather<Index: FixedWidthInteger & BitwiseCopyable>(
        _ gather: PreparedGatherND, _ parameters: Span<UInt8>, at indices: Span<Index>, to output: inout MutableSpan<UInt8>
    ) {
        let count = gather.sliceByteCount
        for slice in 0..<gather.sliceCount {
            var from = 0
            var exists = true
            for axis in 0..<gather.depth {
                let index = indices[slice * gather.depth + axis]
                guard index >= 0 && index < gather.extents[axis] else {
                    exists = false
                    break
                }
                from += Int(index) * gather.steps[axis]
            }
            if exists {
                CopyReference.copyRun(parameters, from, &output, slice * count, count: count)
            } else {
                for offset in 0..<count { output[slice * count + offset] = gather.fillByte }
            }
        }
    }
}
