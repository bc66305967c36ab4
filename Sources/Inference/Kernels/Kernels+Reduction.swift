import CKernels
import Tensors

extension Kernels {
    /// positions[r] = the first position of the largest of the `count` elements from offset + r * step on.
    @_lifetime(positions: copy positions)
    func argMax(
        _ x: borrowing Span<UInt8>, isSigned: Bool, offset: Int, step: Int, rowCount: Int, count: Int,
        positions: inout MutableSpan<Int32>
    ) {
        precondition(offset >= 0 && step >= 0 && rowCount >= 1 && count >= 1 && (rowCount - 1) * step + count <= x.count - offset)
        precondition(rowCount <= positions.count)
        // SAFETY: the preconditions cover every element that the kernel reads and writes.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe positions.withUnsafeMutableBufferPointer { positions in
                unsafe reduction.value.arg_max?(
                    x.baseAddress.map { unsafe $0 + offset }, isSigned ? 0x80 : 0, rowCount, count, step, positions.baseAddress)
            }
        }
    }

    /// The softmax of the rows `rows` of `count` elements each.
    /// - Parameters:
    ///   - exponentials: [256] in Q0.31 by the difference to the largest element.
    ///   - addends: [256] the same in Q12.19.
    @_lifetime(out: copy out)
    func softmax(
        _ x: borrowing Span<UInt8>, isSigned: Bool, exponentials: borrowing Span<Int32>, addends: borrowing Span<Int32>,
        rows: Range<Int>, count: Int, out: inout MutableSpan<UInt8>
    ) {
        precondition(rows.lowerBound >= 0 && count >= 1 && rows.upperBound * count <= x.count && rows.upperBound * count <= out.count)
        let offset = rows.lowerBound * count
        precondition(exponentials.count == 256 && addends.count == 256)
        // SAFETY: the preconditions cover every element that the kernel reads and writes.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe exponentials.withUnsafeBufferPointer { exponentials in
                unsafe addends.withUnsafeBufferPointer { addends in
                    unsafe out.withUnsafeMutableBufferPointer { out in
                        unsafe reduction.value.softmax?(
                            x.baseAddress.map { unsafe $0 + offset }, isSigned ? 0x80 : 0, exponentials.baseAddress,
                            addends.baseAddress, rows.count, count, out.baseAddress.map { unsafe $0 + offset })
                    }
                }
            }
        }
    }

    /// sums[c] = the sum of element c of `rowCount` rows of `count` elements from `offset` on, in the uint8 domain.
    @_lifetime(sums: copy sums)
    func sumRows(
        _ x: borrowing Span<UInt8>, isSigned: Bool, offset: Int, rowCount: Int, count: Int, sums: inout MutableSpan<Int32>,
        sumOffset: Int
    ) {
        precondition(offset >= 0 && rowCount >= 1 && rowCount < 1 << 23 && count >= 1 && rowCount * count <= x.count - offset)
        precondition(sumOffset >= 0 && count <= sums.count - sumOffset)
        // SAFETY: the preconditions cover every element that the kernel reads and writes.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe sums.withUnsafeMutableBufferPointer { sums in
                unsafe reduction.value.sum_rows?(
                    x.baseAddress.map { unsafe $0 + offset }, isSigned ? 0x80 : 0, rowCount, count,
                    sums.baseAddress.map { unsafe $0 + sumOffset })
            }
        }
    }

    /// Output lines of a pool of 8-bit elements.
    /// - Parameter lines: Of the N * OH.
    @_lifetime(out: copy out)
    func pool(_ pool: PreparedPool2D, _ x: borrowing Span<UInt8>, to out: inout MutableSpan<UInt8>, lines: Range<Int>) {
        let (rows, columns, channels) = (pool.rows, pool.columns, pool.channelCount)
        precondition(lines.lowerBound >= 0 && lines.upperBound <= pool.batchCount * rows.outputExtent)
        precondition(pool.batchCount * rows.inputExtent * columns.inputExtent * channels <= x.count)
        precondition(pool.batchCount * rows.outputExtent * columns.outputExtent * channels <= out.count)
        let offset: Int32 = pool.elementType == .int8 ? 128 : 0
        var facts = pk_pool(
            input_height: rows.inputExtent, input_width: columns.inputExtent, output_height: rows.outputExtent,
            output_width: columns.outputExtent, channels: channels, window_height: rows.window, window_width: columns.window,
            stride_height: rows.stride, stride_width: columns.stride, pad_top: rows.padding, pad_left: columns.padding,
            minimum: UInt8(clamping: pool.range.lower + offset), maximum: UInt8(clamping: pool.range.upper + offset),
            flip: offset == 0 ? 0 : 0x80)
        // SAFETY: the preconditions cover the tensors; PoolAxis proved that each window covers an element and where it ends.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe out.withUnsafeMutableBufferPointer { out in
                let function =
                    pool.kind == .maximum ? unsafe reduction.value.maximum_pool : unsafe reduction.value.average_pool
                unsafe function?(&facts, x.baseAddress, out.baseAddress, lines.lowerBound, lines.upperBound)
            }
        }
    }
}
