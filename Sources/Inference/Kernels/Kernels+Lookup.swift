import CKernels

extension Kernels {
    /// out[outputOffset + r * outputStep + i] = table[x[r * count + i]] for `rowCount` rows of `count` elements.
    ///
    /// With one row, the output may lie in the input's place.
    @_lifetime(out: copy out)
    func lookUp(
        _ x: borrowing Span<UInt8>, in table: LookupTable, rowCount: Int = 1, count: Int, out: inout MutableSpan<UInt8>,
        outputOffset: Int = 0, outputStep: Int = 0
    ) {
        precondition(rowCount >= 1 && count >= 0 && rowCount * count <= x.count && outputOffset >= 0 && outputStep >= 0)
        precondition((rowCount - 1) * outputStep + count <= out.count - outputOffset)
        // SAFETY: the preconditions above cover every byte that the kernel reads and writes; a table has 256 entries.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe table.entries.withUnsafeBufferPointer { table in
                unsafe out.withUnsafeMutableBufferPointer { out in
                    unsafe lookup.value.look_up?(
                        table.baseAddress, x.baseAddress, rowCount, count, out.baseAddress.map { unsafe $0 + outputOffset }, outputStep)
                }
            }
        }
    }

    /// out[i] = the stored value of x[i] for i in 0..<count.
    /// - Parameters:
    ///   - limits: of x / scale, whole numbers within ±2^21.
    @_lifetime(out: copy out)
    func quantize(
        _ x: borrowing Span<Float>, scale: Float, limits: ClosedRange<Float>, zeroPoint: Int32, out: inout MutableSpan<UInt8>, count: Int
    ) {
        precondition(count >= 0 && count <= x.count && count <= out.count)
        // SAFETY: the precondition above covers every element that the kernel reads and writes.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe out.withUnsafeMutableBufferPointer { out in
                unsafe lookup.value.quantize?(
                    x.baseAddress, scale, limits.lowerBound, limits.upperBound, zeroPoint, out.baseAddress, count)
            }
        }
    }

    /// out[i] = the real value of x[i] for i in 0..<count.
    @_lifetime(out: copy out)
    func dequantize(_ x: borrowing Span<UInt8>, _ bytes: ByteMeaning, scale: Float, out: inout MutableSpan<Float>, count: Int) {
        precondition(count >= 0 && count <= x.count && count <= out.count)
        // SAFETY: the precondition above covers every element that the kernel reads and writes.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe out.withUnsafeMutableBufferPointer { out in
                unsafe lookup.value.dequantize?(
                    x.baseAddress, bytes.isSigned ? 0x80 : 0, bytes.zeroPoint + (bytes.isSigned ? 128 : 0), scale, out.baseAddress, count)
            }
        }
    }
}
