import CKernels

extension Kernels {
    /// sums[i] = the least whole T with T * factor >= first + i + addend, for i in 0..<count.
    ///
    /// - Parameters:
    ///   - sums: room for `count` numbers and seven more.
    ///   - factor: 31 bits; each T * factor is exact, as the caller proves.
    func fillThresholds(_ sums: inout [Double], count: Int, first: Int, factor: Double, addend: Double) {
        precondition(count >= 0 && count + 7 <= sums.count)
        // SAFETY: the precondition covers every number that the kernel writes.
        unsafe thresholds.value.fill?(&sums, count, Double(first), factor, addend)
    }

    /// The least and the greatest of limits[i] - sums[i] * scale for i in 0..<count, none of which is NaN.
    func needs(_ sums: borrowing Span<Double>, limits: borrowing Span<Double>, count: Int, scale: Double) -> ClosedRange<Double> {
        precondition(count > 0 && count <= sums.count && count <= limits.count)
        var (least, greatest) = (0.0, 0.0)
        // SAFETY: the precondition covers every number that the kernel reads.
        unsafe sums.withUnsafeBufferPointer { sums in
            unsafe limits.withUnsafeBufferPointer { limits in
                unsafe thresholds.value.bounds?(sums.baseAddress, limits.baseAddress, count, scale, &least, &greatest)
            }
        }
        return least...greatest
    }
}
