import CKernels

extension Kernels {
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
        var cWindow = window.cValue(zero: bytes.zeroPoint + (bytes.isSigned ? 128 : 0), flip: bytes.isSigned)
        // SAFETY: the preconditions above cover every element that the kernel reads and writes; the entries of the map are below I by
        // construction in DepthwiseConvolution2D.swift.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe weights.withUnsafeBufferPointer { weights in
                unsafe channelMap.withUnsafeBufferPointer { channelMap in
                    unsafe out.withUnsafeMutableBufferPointer { out in
                        unsafe stage.withCValue { requantization in
                            unsafe depthwise.value.depthwise_u8_s16?(
                                &cWindow, x.baseAddress, weights.baseAddress, channelMap.isEmpty ? nil : channelMap.baseAddress,
                                requantization, out.baseAddress, range.lowerBound, range.upperBound)
                        }
                    }
                }
            }
        }
    }
}
