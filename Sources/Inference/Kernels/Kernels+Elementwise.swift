import CKernels

/// Rows of two inputs that meet in rows of an output without gaps, in elements of one byte.
struct Pairing: Sendable {
    var rowCount: Int
    /// Elements of a row of the output.
    var count: Int
    /// From one row to the next; 0 repeats a row.
    var firstStep: Int
    var secondStep: Int
    /// Whether a row of the second input is one element.
    var secondIsSingle: Bool

    fileprivate var firstExtent: Int { (rowCount - 1) * firstStep + count }
    fileprivate var secondExtent: Int { (rowCount - 1) * secondStep + (secondIsSingle ? 1 : count) }

    fileprivate func cValue() -> pk_pairing {
        precondition(rowCount >= 1 && count >= 1 && firstStep >= 0 && secondStep >= 0)
        return pk_pairing(
            rows: rowCount, count: count, first_step: firstStep, second_step: secondStep, second_is_single: secondIsSingle ? 1 : 0)
    }
}

/// Where the first element of a pairing lies in each tensor.
struct PairingOffsets: Sendable {
    var first = 0
    var second = 0
    var output = 0
}

extension Kernels {
    /// A sum in its proven linear form. The output may lie exactly in an input's place.
    @_lifetime(out: copy out)
    func linearSum(
        _ sum: LinearSum, _ pairing: Pairing, _ first: borrowing Span<UInt8>, _ second: borrowing Span<UInt8>,
        out: inout MutableSpan<UInt8>, at offsets: PairingOffsets = PairingOffsets()
    ) {
        var facts = sum.cValue()
        // SAFETY: combine() lends memory of the extents that the kernel reads and writes.
        unsafe combine(pairing, first, second, &out, offsets) { unsafe elementwise.value.linear_sum?(&facts, $0, $1, $2, $3) }
    }

    /// A product in its proven form in single precision. The output may lie exactly in an input's place.
    @_lifetime(out: copy out)
    func floatProduct(
        _ product: FloatProduct, _ pairing: Pairing, _ first: borrowing Span<UInt8>, _ second: borrowing Span<UInt8>,
        out: inout MutableSpan<UInt8>, at offsets: PairingOffsets = PairingOffsets()
    ) {
        var facts = product.cValue()
        // SAFETY: as above.
        unsafe combine(pairing, first, second, &out, offsets) { unsafe elementwise.value.float_product?(&facts, $0, $1, $2, $3) }
    }

    /// A sum as the norm computes it. The output may lie exactly in an input's place.
    @_lifetime(out: copy out)
    func termSum(
        _ sum: TermSum, _ pairing: Pairing, _ first: borrowing Span<UInt8>, _ second: borrowing Span<UInt8>,
        out: inout MutableSpan<UInt8>, at offsets: PairingOffsets = PairingOffsets()
    ) {
        precondition(sum.first.count == 256 && sum.second.count == 256)
        // SAFETY: as above, and the tables have an entry for every byte.
        unsafe sum.first.withUnsafeBufferPointer { firstTerms in
            unsafe sum.second.withUnsafeBufferPointer { secondTerms in
                var facts = unsafe pk_term_sum(
                    first: firstTerms.baseAddress, second: secondTerms.baseAddress, multiplier: sum.factor,
                    right: sum.rightShift, zero_point: sum.zeroPoint, minimum: sum.minimum, maximum: sum.maximum, flip: sum.flip)
                unsafe combine(pairing, first, second, &out, offsets) { unsafe elementwise.value.term_sum?(&facts, $0, $1, $2, $3) }
            }
        }
    }

    /// Lends the pairing and the memory to a kernel, after a look at their extents.
    @_lifetime(out: copy out)
    private func combine(
        _ pairing: Pairing, _ first: borrowing Span<UInt8>, _ second: borrowing Span<UInt8>, _ out: inout MutableSpan<UInt8>,
        _ offsets: PairingOffsets,
        _ kernel: (UnsafePointer<pk_pairing>, UnsafePointer<UInt8>?, UnsafePointer<UInt8>?, UnsafeMutablePointer<UInt8>?) -> Void
    ) {
        check(pairing, first.count, second.count, out.count, offsets)
        var cPairing = pairing.cValue()
        // SAFETY: check() covers every byte that a kernel reads and writes.
        unsafe first.withUnsafeBufferPointer { first in
            unsafe second.withUnsafeBufferPointer { second in
                unsafe out.withUnsafeMutableBufferPointer { out in
                    unsafe kernel(
                        &cPairing, first.baseAddress.map { unsafe $0 + offsets.first },
                        second.baseAddress.map { unsafe $0 + offsets.second }, out.baseAddress.map { unsafe $0 + offsets.output })
                }
            }
        }
    }

    /// All (x, y) whose first[x] + second[y], modulo 2^32, is within `margin` of 0 on either side; nil when there are more than `limit`.
    func nearPairs(_ first: [UInt32], _ second: [UInt32], margin: UInt32, limit: Int) -> [(x: Int, y: Int)]? {
        precondition(first.count == 256 && second.count == 256 && margin < 1 << 30)
        var pairs = [UInt16](repeating: 0, count: limit)
        // SAFETY: the kernel reads 256 numbers of each table and writes at most `limit` pairs.
        let found = unsafe first.withUnsafeBufferPointer { first in
            unsafe second.withUnsafeBufferPointer { second in
                unsafe pairs.withUnsafeMutableBufferPointer { pairs in
                    unsafe elementwise.value.near_pairs?(first.baseAddress, second.baseAddress, margin, pairs.baseAddress, limit) ?? .max
                }
            }
        }
        return found > limit ? nil : pairs.prefix(found).map { (Int($0 >> 8), Int($0 & 255)) }
    }

    private func check(_ pairing: Pairing, _ firstCount: Int, _ secondCount: Int, _ outCount: Int, _ offsets: PairingOffsets) {
        precondition(offsets.first >= 0 && pairing.firstExtent <= firstCount - offsets.first)
        precondition(offsets.second >= 0 && pairing.secondExtent <= secondCount - offsets.second)
        precondition(offsets.output >= 0 && pairing.rowCount * pairing.count <= outCount - offsets.output)
    }
}

extension LinearSum {
    fileprivate func cValue() -> pk_linear_sum {
        pk_linear_sum(
            first_high: Int16(first >> 15), first_low: Int16(first & 0x7FFF), second_high: Int16(second >> 15),
            second_low: Int16(second & 0x7FFF), offset_high: Int32(offset >> 15), offset_low: Int32(offset & 0x7FFF),
            shift: Int32(fractionBits - 15), minimum: minimum, maximum: maximum, flip: flip)
    }
}

extension FloatProduct {
    fileprivate func cValue() -> pk_float_product {
        pk_float_product(
            first_zero: firstZero, second_zero: secondZero, scale: scale, offset: offset,
            offset_negative: negativeOffset, minimum: minimum, maximum: maximum, flip: flip)
    }
}
