import CKernels
import Glibc

/// The C kernels of one tier, each behind spans whose extents are checked before the call.
///
/// This is the only file that imports `CKernels`. Values are immutable and shared by all threads.
struct Kernels: Sendable {
    /// Rows of a matrix product are filled up with zeros to a multiple of this many elements.
    static let depthMultiple = Int(PK_DEPTH_MULTIPLE)
    /// Packed weights and per-channel numbers are filled up with zeros to a multiple of this many channels.
    static let channelMultiple = Int(PK_CHANNEL_MULTIPLE)

    private let table: KernelTable

    /// The kernels of a tier that this CPU has; the reference tier gets the baseline's.
    init(tier: Tier) {
        table = KernelTable(flags: tier.requiredFlags & pk_cpu_flags())
    }

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
        let function = transposed ? unsafe table.value.pack_transposed_rows_u8_s16 : unsafe table.value.pack_rows_u8_s16
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
        precondition(weights.count >= stage.paddedChannelCount * depth)
        precondition(outputOffset >= 0 && out.count - outputOffset >= rowCount * stage.channelCount)
        // SAFETY: the preconditions above cover every element that the kernel reads and writes.
        unsafe rows.withUnsafeBufferPointer { rows in
            unsafe weights.withUnsafeBufferPointer { weights in
                unsafe out.withUnsafeMutableBufferPointer { out in
                    unsafe stage.withCValue { requantization in
                        unsafe table.value.gemm_s16?(
                            rows.baseAddress, rowCount, weights.baseAddress, stage.channelCount, depth, requantization,
                            out.baseAddress.map { unsafe $0 + outputOffset })
                    }
                }
            }
        }
    }

    /// Lines `range` of the N * OH output lines of a depthwise convolution.
    ///
    /// - Parameters:
    ///   - weights: [KH,KW,O].
    ///   - channelMap: [O] input channel of each output channel; empty when O = I.
    @_lifetime(out: copy out)
    func depthwise(
        _ window: Window2D, x: borrowing Span<UInt8>, bytes: ByteMeaning, weights: borrowing Span<Int16>,
        channelMap: borrowing Span<Int32>, stage: OutputStage, out: inout MutableSpan<UInt8>, range: Range<Int>
    ) {
        precondition(x.count >= window.inputByteCount && out.count >= window.outputPixelCount * window.outputChannels)
        precondition(weights.count >= window.kernelHeight * window.kernelWidth * window.outputChannels)
        precondition(channelMap.isEmpty ? window.inputChannels == window.outputChannels : channelMap.count == window.outputChannels)
        precondition(range.lowerBound >= 0 && range.upperBound <= window.batches * window.outputHeight)
        precondition(stage.channelCount == window.outputChannels)
        var cWindow = window.cValue(bytes)
        // SAFETY: the preconditions above cover every element that the kernel reads and writes; the entries of the map are below I by
        // construction in DepthwiseConvolution2D.swift.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe weights.withUnsafeBufferPointer { weights in
                unsafe channelMap.withUnsafeBufferPointer { channelMap in
                    unsafe out.withUnsafeMutableBufferPointer { out in
                        unsafe stage.withCValue { requantization in
                            unsafe table.value.depthwise_u8_s16?(
                                &cWindow, x.baseAddress, weights.baseAddress, channelMap.isEmpty ? nil : channelMap.baseAddress,
                                requantization, out.baseAddress, range.lowerBound, range.upperBound)
                        }
                    }
                }
            }
        }
    }
}

/// The function pointers, filled once.
@safe private struct KernelTable: Sendable {
    let value: pk_kernels

    init(flags: UInt32) {
        var table = pk_kernels()
        // SAFETY: fills the struct and keeps no pointer to it.
        unsafe pk_kernels_init(&table, flags)
        value = table
    }
}

extension Window2D {
    fileprivate func cValue(_ bytes: ByteMeaning) -> pk_window {
        pk_window(
            input_height: Int32(inputHeight), input_width: Int32(inputWidth), input_channels: Int32(inputChannels),
            output_height: Int32(outputHeight), output_width: Int32(outputWidth), output_channels: Int32(outputChannels),
            kernel_height: Int32(kernelHeight), kernel_width: Int32(kernelWidth),
            stride_height: Int32(strideHeight), stride_width: Int32(strideWidth),
            dilation_height: Int32(dilationHeight), dilation_width: Int32(dilationWidth),
            pad_top: Int32(padTop), pad_left: Int32(padLeft), padded_depth: Int32(paddedDepth),
            input_zero: bytes.zeroPoint + (bytes.isSigned ? 128 : 0), input_flip: bytes.isSigned ? 0x80 : 0)
    }
}

extension OutputStage {
    /// Lends the numbers in the kernels' form for the duration of `body`.
    fileprivate func withCValue(_ body: (UnsafePointer<pk_requantization>) -> Void) {
        // SAFETY: `numbers` holds four runs of paddedChannelCount numbers (see its init), and lives until body returns.
        unsafe numbers.withUnsafeBufferPointer { numbers in
            guard let base = numbers.baseAddress else { return }
            var value = unsafe pk_requantization(
                bias: base, multiplier: base + paddedChannelCount, left: base + 2 * paddedChannelCount,
                right: base + 3 * paddedChannelCount, zero_point: zeroPoint, minimum: minimum, maximum: maximum)
            unsafe body(&value)
        }
    }
}

extension Tier {
    fileprivate var requiredFlags: UInt32 {
        switch self {
        case .reference, .baseline: 0
        case .avx2: PK_CPU_AVX2
        }
    }

    /// Whether this CPU can run the tier.
    package var isAvailable: Bool { requiredFlags & ~pk_cpu_flags() == 0 }

    /// The tier that the environment variable PICKET_CPU asks for by name, if this CPU has it.
    static var requested: Tier? {
        // SAFETY: the text is copied before anything else can change the environment; it is read at start only.
        guard let text = unsafe getenv("PICKET_CPU"), let tier = unsafe Tier(rawValue: String(cString: text)), tier.isAvailable else {
            return nil
        }
        return tier
    }
}
