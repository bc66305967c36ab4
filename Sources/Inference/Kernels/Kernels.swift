import CKernels

/// The C kernels of one tier, each behind spans whose extents are checked before the call.
///
/// This folder is the only place that imports `CKernels`: a file for each family of kernels. Values are immutable and shared by all
/// threads.
struct Kernels: Sendable {
    let convolution: KernelTable<pk_convolution_kernels>
    let depthwise: KernelTable<pk_depthwise_kernels>
    let elementwise: KernelTable<pk_elementwise_kernels>
    let lookup: KernelTable<pk_lookup_kernels>
    let resize: KernelTable<pk_resize_kernels>
    let reduction: KernelTable<pk_reduction_kernels>
    let copying: KernelTable<pk_copy_kernels>
    let thresholds: KernelTable<pk_threshold_kernels>

    let tier: Tier

    /// The kernels of a tier that this CPU has; the reference tier gets the baseline's.
    init(tier: Tier) {
        let flags = tier.requiredFlags & pk_cpu_flags()
        self.tier = tier
        // SAFETY: each function fills the struct and keeps no pointer to it.
        convolution = KernelTable(pk_convolution_kernels()) { unsafe pk_convolution_init(&$0, flags) }
        depthwise = KernelTable(pk_depthwise_kernels()) { unsafe pk_depthwise_init(&$0, flags) }
        elementwise = KernelTable(pk_elementwise_kernels()) { unsafe pk_elementwise_init(&$0, flags) }
        lookup = KernelTable(pk_lookup_kernels()) { unsafe pk_lookup_init(&$0, flags) }
        resize = KernelTable(pk_resize_kernels()) { unsafe pk_resize_init(&$0, flags) }
        reduction = KernelTable(pk_reduction_kernels()) { unsafe pk_reduction_init(&$0, flags) }
        copying = KernelTable(pk_copy_kernels()) { unsafe pk_copy_init(&$0, flags) }
        thresholds = KernelTable(pk_threshold_kernels()) { unsafe pk_threshold_init(&$0, flags) }
    }
}

/// The function pointers of a family, filled once; they point to code, which outlives all.
@safe struct KernelTable<Functions: Sendable>: Sendable {
    let value: Functions

    init(_ empty: Functions, fill: (inout Functions) -> Void) {
        var value = empty
        fill(&value)
        self.value = value
    }
}

extension Window2D {
    /// - Parameters:
    ///   - zero: the zero point in the form that the kernel computes with.
    ///   - flip: whether stored bytes have the other sign.
    func cValue(zero: Int32 = 0, flip: Bool = false) -> pk_window {
        pk_window(
            input_height: Int32(inputHeight), input_width: Int32(inputWidth), input_channels: Int32(inputChannels),
            output_height: Int32(outputHeight), output_width: Int32(outputWidth), output_channels: Int32(outputChannels),
            kernel_height: Int32(kernelHeight), kernel_width: Int32(kernelWidth),
            stride_height: Int32(strideHeight), stride_width: Int32(strideWidth),
            dilation_height: Int32(dilationHeight), dilation_width: Int32(dilationWidth),
            pad_top: Int32(padTop), pad_left: Int32(padLeft), input_zero: zero, input_flip: flip ? 0x80 : 0)
    }
}

extension Kernels {
    /// The numbers of a requantisation are filled up with zeros to a multiple of this many channels.
    static let channelFill = Int(PK_CHANNEL_FILL)
    /// Whether the product kernels take activations as int8, else as uint8.
    static let readsSigned = PK_READS_SIGNED != 0
    /// Channels that share a form of requantisation.
    static let requantizationBlock = Int(PK_REQUANTIZATION_BLOCK)
    /// Single precision, one offset.
    static let unsignedForm = UInt8(PK_FORM_FLOAT)
    /// Single precision, an offset for sums of each sign.
    static let signedForm = UInt8(PK_FORM_FLOAT_SIGNED)
}

extension OutputStage {
    /// Lends the numbers in the kernels' form for the duration of `body`.
    func withCValue(_ body: (UnsafePointer<pk_requantization>) -> Void) {
        let offset: Int32 = isSigned ? 128 : 0
        // SAFETY: `numbers`, `floats` and `forms` hold runs of paddedChannelCount numbers (see the init), and live until body returns.
        unsafe numbers.withUnsafeBufferPointer { numbers in
            unsafe floats.withUnsafeBufferPointer { floats in
                unsafe forms.withUnsafeBufferPointer { forms in
                    guard let base = numbers.baseAddress, let scale = floats.baseAddress, let form = forms.baseAddress else { return }
                    var value = unsafe pk_requantization(
                        bias: base, multiplier: base + paddedChannelCount, left: base + 2 * paddedChannelCount,
                        right: base + 3 * paddedChannelCount, scale: scale, offset: scale + paddedChannelCount,
                        offset_negative: scale + 2 * paddedChannelCount, form: form, zero_point: zeroPoint + offset,
                        minimum: minimum + offset, maximum: maximum + offset, flip: storesSigned ? 0x80 : 0)
                    unsafe body(&value)
                }
            }
        }
    }
}
