import CKernels

extension Kernels {
    /// Rows of a matrix product are filled up with zeros to a multiple of this many elements.
    static let depthMultiple = Int(PK_DEPTH_MULTIPLE)
    /// Packed weights are filled up with zeros to a multiple of this many channels.
    static let channelMultiple = Int(PK_CHANNEL_MULTIPLE)

    /// Rows `range` of the product's left side for a convolution, or for a transposed one.
    ///
    /// - Parameter rows: [range.count, window.paddedDepth], written from its start.
    @_lifetime(rows: copy rows)
    func packRows(
        _ window: Window2D, transposed: Bool, x: borrowing Span<UInt8>, bytes: ByteMeaning, rows: inout MutableSpan<Int16>,
        range: Range<Int>
    ) {
        precondition(x.count >= window.inputByteCount && range.lowerBound >= 0 && range.upperBound <= window.outputPixelCount)
        precondition(rows.count >= range.count * window.paddedDepth)
        var cWindow = window.cValue(bytes)
        let function = transposed ? unsafe convolution.value.pack_transposed_rows_u8_s16 : unsafe convolution.value.pack_rows_u8_s16
        // SAFETY: the preconditions above cover every byte that the kernel reads and writes; Window2D's init proved its fields.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe rows.withUnsafeMutableBufferPointer { rows in
                unsafe function?(&cWindow, x.baseAddress, rows.baseAddress, range.lowerBound, range.upperBound)
            }
        }
    }

    /// out[outputOffset + r * O + o] from `rowCount` rows and the packed weights.
    ///
    /// - Parameters:
    ///   - rows: [rowCount, depth], depth a multiple of `depthMultiple`.
    ///   - weights: [O rounded up to `channelMultiple`, depth].
    @_lifetime(out: copy out)
    func gemm(
        rows: borrowing Span<Int16>, rowCount: Int, weights: borrowing Span<Int16>, depth: Int, stage: OutputStage,
        out: inout MutableSpan<UInt8>, outputOffset: Int
    ) {
        precondition(depth > 0 && depth % Self.depthMultiple == 0 && rowCount >= 0 && rows.count >= rowCount * depth)
        precondition(weights.count >= (stage.channelCount + Self.channelMultiple - 1) / Self.channelMultiple * Self.channelMultiple * depth)
        precondition(outputOffset >= 0 && out.count - outputOffset >= rowCount * stage.channelCount)
        // SAFETY: the preconditions above cover every element that the kernel reads and writes.
        unsafe rows.withUnsafeBufferPointer { rows in
            unsafe weights.withUnsafeBufferPointer { weights in
                unsafe out.withUnsafeMutableBufferPointer { out in
                    unsafe stage.withCValue { requantization in
                        unsafe convolution.value.gemm_s16?(
                            rows.baseAddress, rowCount, weights.baseAddress, stage.channelCount, depth, requantization,
                            out.baseAddress.map { unsafe $0 + outputOffset })
                    }
                }
            }
        }
    }
}
