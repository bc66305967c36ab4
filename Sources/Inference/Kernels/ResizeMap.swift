import CKernels
import ModelGraph
import Tensors

/// Which elements of the input each position of a resized output samples, in the kernels' form.
struct ResizeMap: Sendable {
    enum Weights: Sendable {
        /// Multiples of 1/16 or coarser: sums fit 16 bits.
        case short
        /// In units of 1/1024.
        case fractions
        case floats
    }

    let weights: Weights
    let batchCount: Int
    let inputHeight: Int
    let inputWidth: Int
    let outputHeight: Int
    let outputWidth: Int
    /// Elements of a pixel, or its bytes for the nearest neighbour.
    let channelCount: Int
    /// Bits behind the point of the weights of an axis.
    let bits: Int
    let flip: UInt8
    fileprivate let rows: [pk_sample]
    fileprivate let columns: [pk_sample]

    static let sampleByteCount = MemoryLayout<pk_sample>.stride

    /// Nil for float32.
    init?(_ samples: PreparedResizeBilinear.Samples, _ x: Graph.Tensor, _ y: Graph.Tensor) {
        guard x.elementType != .float32 else { return nil }
        flip = x.elementType == .int8 ? 0x80 : 0
        (batchCount, inputHeight, inputWidth, channelCount) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
        (outputHeight, outputWidth) = (y.shape[1], y.shape[2])
        switch samples {
        case .fractions(let rows, let columns):
            // Weights of one and the same element are worth their sum, 1.
            let (rows, columns) = (rows.map(Self.settled), columns.map(Self.settled))
            if let bits = Self.bits(rows + columns) {
                weights = .short
                self.bits = bits
                self.rows = rows.map { Self.sample($0, shift: 10 - bits) }
                self.columns = columns.map { Self.sample($0, shift: 10 - bits) }
            } else {
                (weights, bits) = (.fractions, 10)
                self.rows = rows.map { Self.sample($0, shift: 0) }
                self.columns = columns.map { Self.sample($0, shift: 0) }
            }
        case .floats(let rows, let columns):
            // Products and sums of a byte and weights of few bits are exact in single precision, in any order.
            let (wholeRows, wholeColumns) = (rows.compactMap(Self.fraction), columns.compactMap(Self.fraction))
            if wholeRows.count == rows.count, wholeColumns.count == columns.count, let bits = Self.bits(wholeRows + wholeColumns) {
                weights = .short
                self.bits = bits
                self.rows = wholeRows.map { Self.sample($0, shift: 10 - bits) }
                self.columns = wholeColumns.map { Self.sample($0, shift: 10 - bits) }
            } else {
                (weights, bits) = (.floats, 0)
                self.rows = rows.map(Self.sample)
                self.columns = columns.map(Self.sample)
            }
        }
    }

    /// The nearest neighbours, of any element type.
    init(rows: [Int], columns: [Int], _ x: Graph.Tensor, _ y: Graph.Tensor) {
        (weights, bits, flip) = (.short, 0, 0)
        (batchCount, inputHeight, inputWidth) = (x.shape[0], x.shape[1], x.shape[2])
        (outputHeight, outputWidth) = (y.shape[1], y.shape[2])
        channelCount = x.shape[3] * x.elementType.byteCount
        func sample(_ position: Int) -> pk_sample {
            Self.sample(BilinearSample(first: position, second: position, firstWeight: 0, secondWeight: 0), shift: 0)
        }
        self.rows = rows.map(sample)
        self.columns = columns.map(sample)
    }

    /// Bytes of scratch memory that a kernel needs at a time.
    var scratchByteCount: Int {
        let elements = inputWidth * channelCount
        return switch weights {
        case .short: (elements + Int(PK_RESIZE_FILL)) * 2
        case .fractions: (elements + Int(PK_RESIZE_FILL)) * 4
        case .floats: (2 * elements + Int(PK_RESIZE_FILL)) * 4
        }
    }

    private static func settled(_ sample: BilinearSample<Int32>) -> BilinearSample<Int32> {
        guard sample.first == sample.second else { return sample }
        return BilinearSample(first: sample.first, second: sample.second, firstWeight: 1024, secondWeight: 0)
    }

    /// The same in units of 1/1024, when both weights are small multiples of 1/16: the norm's products and sums are exact then.
    private static func fraction(_ sample: BilinearSample<Float>) -> BilinearSample<Int32>? {
        let (first, second) = (sample.firstWeight * 16, sample.secondWeight * 16)
        guard abs(first) <= 64, abs(second) <= 64, first == first.rounded(.down), second == second.rounded(.down), first + second == 16
        else { return nil }
        return settled(
            BilinearSample(first: sample.first, second: sample.second, firstWeight: 64 * Int32(first), secondWeight: 64 * Int32(second)))
    }

    /// The fewest bits behind the point, but one at least, that all weights need, when that is at most 4 and all weights are 0...1.
    private static func bits(_ samples: [BilinearSample<Int32>]) -> Int? {
        var all: Int32 = 0
        for sample in samples {
            guard sample.firstWeight >= 0, sample.secondWeight >= 0 else { return nil }
            all |= sample.firstWeight | sample.secondWeight
        }
        let bits = max(1, 10 - all.trailingZeroBitCount)
        return bits <= 4 ? bits : nil
    }

    private static func sample(_ sample: BilinearSample<Int32>, shift: Int) -> pk_sample {
        var value = pk_sample()
        (value.first, value.second) = (Int32(sample.first), Int32(sample.second))
        // SAFETY: a union of two plain numbers of four bytes.
        unsafe value.first_weight.fraction = sample.firstWeight >> Int32(shift)
        unsafe value.second_weight.fraction = sample.secondWeight >> Int32(shift)
        return value
    }

    private static func sample(_ sample: BilinearSample<Float>) -> pk_sample {
        var value = pk_sample()
        (value.first, value.second) = (Int32(sample.first), Int32(sample.second))
        // SAFETY: a union of two plain numbers of four bytes.
        unsafe value.first_weight.number = sample.firstWeight
        unsafe value.second_weight.number = sample.secondWeight
        return value
    }
}

extension ResizeMap {
    /// Whether all that the lines read and write lies in tensors of these many elements.
    fileprivate func fits(_ lines: Range<Int>, input: Int, output: Int) -> Bool {
        lines.lowerBound >= 0 && lines.upperBound <= batchCount * outputHeight
            && input >= batchCount * inputHeight * inputWidth * channelCount
            && output >= batchCount * outputHeight * outputWidth * channelCount
    }

    fileprivate func withCValue(_ body: (UnsafePointer<pk_resize>) -> Void) {
        // SAFETY: the samples live until body returns; their positions lie within the input by construction.
        unsafe rows.withUnsafeBufferPointer { rows in
            unsafe columns.withUnsafeBufferPointer { columns in
                var value = unsafe pk_resize(
                    rows: rows.baseAddress, columns: columns.baseAddress, input_height: inputHeight, input_width: inputWidth,
                    output_height: outputHeight, output_width: outputWidth, channels: channelCount, bits: UInt32(bits), flip: flip)
                unsafe body(&value)
            }
        }
    }
}

extension Kernels {
    @_lifetime(out: copy out)
    @_lifetime(scratch: copy scratch)
    func bilinearShort(
        _ map: ResizeMap, _ x: borrowing Span<UInt8>, to out: inout MutableSpan<UInt8>, lines: Range<Int>,
        scratch: inout MutableSpan<UInt16>
    ) {
        precondition(map.weights == .short)
        // SAFETY: bilinear() lends memory of the extents that the kernel reads and writes.
        unsafe bilinear(map, x, &out, lines, &scratch) {
            unsafe resize.value.bilinear_short?($0, $1, $2, lines.lowerBound, lines.upperBound, $3)
        }
    }

    @_lifetime(out: copy out)
    @_lifetime(scratch: copy scratch)
    func bilinearFractions(
        _ map: ResizeMap, _ x: borrowing Span<Int8>, to out: inout MutableSpan<Int8>, lines: Range<Int>,
        scratch: inout MutableSpan<Int32>
    ) {
        precondition(map.weights == .fractions)
        // SAFETY: as above.
        unsafe bilinear(map, x, &out, lines, &scratch) {
            unsafe resize.value.bilinear_fractions?($0, $1, $2, lines.lowerBound, lines.upperBound, $3)
        }
    }

    @_lifetime(out: copy out)
    @_lifetime(scratch: copy scratch)
    func bilinearFloat(
        _ map: ResizeMap, _ x: borrowing Span<UInt8>, to out: inout MutableSpan<UInt8>, lines: Range<Int>,
        scratch: inout MutableSpan<Float>
    ) {
        precondition(map.weights == .floats)
        // SAFETY: as above.
        unsafe bilinear(map, x, &out, lines, &scratch) {
            unsafe resize.value.bilinear_float?($0, $1, $2, lines.lowerBound, lines.upperBound, $3)
        }
    }

    /// Lends the map and the memory to a kernel, after a look at their extents.
    @_lifetime(out: copy out)
    @_lifetime(scratch: copy scratch)
    private func bilinear<Element: BitwiseCopyable, Weight: BitwiseCopyable>(
        _ map: ResizeMap, _ x: borrowing Span<Element>, _ out: inout MutableSpan<Element>, _ lines: Range<Int>,
        _ scratch: inout MutableSpan<Weight>,
        _ kernel: (UnsafePointer<pk_resize>, UnsafePointer<Element>?, UnsafeMutablePointer<Element>?, UnsafeMutablePointer<Weight>?) -> Void
    ) {
        precondition(map.fits(lines, input: x.count, output: out.count))
        precondition(scratch.count * MemoryLayout<Weight>.stride >= map.scratchByteCount)
        // SAFETY: the preconditions cover every element that a kernel reads and writes.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe out.withUnsafeMutableBufferPointer { out in
                unsafe scratch.withUnsafeMutableBufferPointer { scratch in
                    unsafe map.withCValue { unsafe kernel($0, x.baseAddress, out.baseAddress, scratch.baseAddress) }
                }
            }
        }
    }

    /// Pixels of any element type, as bytes.
    @_lifetime(out: copy out)
    func nearest(_ map: ResizeMap, _ x: borrowing Span<UInt8>, to out: inout MutableSpan<UInt8>, lines: Range<Int>) {
        precondition(map.fits(lines, input: x.count, output: out.count))
        // SAFETY: the precondition covers every byte that the kernel reads and writes.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe out.withUnsafeMutableBufferPointer { out in
                unsafe map.withCValue {
                    unsafe resize.value.nearest?($0, x.baseAddress, out.baseAddress, lines.lowerBound, lines.upperBound)
                }
            }
        }
    }
}
