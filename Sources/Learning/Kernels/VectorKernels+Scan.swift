import CKernels

extension VectorKernels {
    /// sums[r] = the sum of rows[(firstRow + r) * x.count + i] * x[i] for r in 0..<rowCount.
    @_lifetime(sums: copy sums)
    package func dots(
        _ rows: borrowing Span<Int8>, firstRow: Int, rowCount: Int, _ x: borrowing Span<Int8>, sums: inout MutableSpan<Int32>
    ) {
        let count = x.count
        precondition(count < 1 << 16 && firstRow >= 0 && rowCount >= 0 && rowCount <= sums.count)
        precondition(count == 0 || firstRow <= rows.count / count - rowCount)
        // SAFETY: the preconditions cover every element that the kernel reads and writes.
        unsafe rows.withUnsafeBufferPointer { rows in
            unsafe x.withUnsafeBufferPointer { x in
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    unsafe scan.dot_s8?(
                        rows.baseAddress.map { unsafe $0 + firstRow * count }, rowCount, count, x.baseAddress, sums.baseAddress)
                }
            }
        }
    }

    /// The same for int16.
    /// - Precondition: The vectors are unit embeddings, whose products fit Int32.
    @_lifetime(sums: copy sums)
    package func dots(
        _ rows: borrowing Span<Int16>, firstRow: Int, rowCount: Int, _ x: borrowing Span<Int16>, sums: inout MutableSpan<Int32>
    ) {
        let count = x.count
        precondition(firstRow >= 0 && rowCount >= 0 && rowCount <= sums.count)
        precondition(count == 0 || firstRow <= rows.count / count - rowCount)
        // SAFETY: the preconditions cover every element that the kernel reads and writes.
        unsafe rows.withUnsafeBufferPointer { rows in
            unsafe x.withUnsafeBufferPointer { x in
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    unsafe scan.dot_s16?(
                        rows.baseAddress.map { unsafe $0 + firstRow * count }, rowCount, count, x.baseAddress, sums.baseAddress)
                }
            }
        }
    }

    /// Writes the positions of the first `count` values that are above the limit and whose bit is set, in order.
    /// - Parameters:
    ///   - filter: Bit i % 64 of word firstWord + i / 64; empty for all.
    /// - Returns: How many.
    @_lifetime(positions: copy positions)
    package func select(
        _ values: borrowing Span<Int32>, count: Int, above limit: Int32, filter: borrowing Span<UInt64>, firstWord: Int,
        positions: inout MutableSpan<UInt32>
    ) -> Int {
        precondition(count >= 0 && count <= values.count && count <= positions.count)
        precondition(filter.isEmpty || (firstWord >= 0 && (count + 63) / 64 <= filter.count - firstWord))
        // SAFETY: the preconditions cover every element that the kernel reads and writes.
        return unsafe values.withUnsafeBufferPointer { values in
            unsafe filter.withUnsafeBufferPointer { filter in
                unsafe positions.withUnsafeMutableBufferPointer { positions in
                    let words = unsafe filter.isEmpty ? nil : filter.baseAddress.map { unsafe $0 + firstWord }
                    return unsafe scan.select_above?(values.baseAddress, count, limit, words, positions.baseAddress) ?? 0
                }
            }
        }
    }

    /// Reads all bytes as fast as this CPU can: the rate that a search is measured against.
    /// - Returns: A digest, so that nothing can be left out.
    package func read(_ bytes: borrowing Span<Int8>) -> UInt64 {
        // SAFETY: the kernel reads exactly the span.
        unsafe bytes.withUnsafeBytes { unsafe scan.read?($0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count) ?? 0 }
    }
}
