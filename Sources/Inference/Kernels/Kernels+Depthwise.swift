import CKernels

extension Kernels {
    /// How these kernels take the weights of a depthwise convolution.
    var depthwisePacking: DepthwiseWeights.Packing {
        switch depthwise.value.packing {
        case PK_DEPTHWISE_QUADS: .quads
        case PK_DEPTHWISE_PAIRS: .pairs
        case PK_DEPTHWISE_TAPS: .taps
        default: .plain
        }
    }

    /// Whether the depthwise kernels requantise in single precision where that is proven.
    var depthwiseFollowsForms: Bool { depthwise.value.follows_forms != 0 }

    /// Output lines `lines` of one image of a depthwise convolution with as many outputs as inputs.
    ///
    /// - Parameters:
    ///   - x: line y of the image starts (y mod ring) lines behind imageOffset.
    ///   - stage: its biases folded, with the zero point in the kernels' form.
    ///   - out: written from `outputOffset` on.
    @_lifetime(out: copy out)
    func depthwise(
        _ window: Window2D, x: borrowing Span<UInt8>, imageOffset: Int, ring: Int, bytes: ByteMeaning, weights: borrowing DepthwiseWeights,
        stage: OutputStage, out: inout MutableSpan<UInt8>, outputOffset: Int, lines: Range<Int>
    ) {
        precondition(window.inputChannels == window.outputChannels && stage.channelCount == window.outputChannels)
        precondition(ring >= 1 && ring <= Int32.max && imageOffset >= 0 && imageOffset <= x.count)
        precondition(x.count - imageOffset >= min(ring, window.inputHeight) * window.inputLineByteCount)
        precondition(lines.lowerBound >= 0 && lines.upperBound <= window.outputHeight)
        precondition(outputOffset >= 0 && outputOffset <= out.count && out.count - outputOffset >= lines.count * window.outputLineByteCount)
        precondition(weights.packing == depthwisePacking && weights.channels == window.inputChannels)
        precondition(weights.kernelHeight == window.kernelHeight && weights.kernelWidth == window.kernelWidth)
        var cWindow = window.cValue(zero: bytes.kernelZero, flip: bytes.needsFlip)
        // SAFETY: the preconditions above cover every byte that the kernel reads and writes; DepthwiseWeights' init packed as many weights
        // as the packing has for a kernel of this size.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe weights.withUnsafeWeights { packed, planes in
                unsafe out.withUnsafeMutableBufferPointer { out in
                    unsafe stage.withCValue { requantization in
                        guard let x = x.baseAddress, let out = out.baseAddress else { return }
                        unsafe withUnsafePointer(to: &cWindow) { window in
                            var arguments = unsafe pk_depthwise_lines(
                                window: window, x: x + imageOffset, ring: Int32(ring), weights: packed, planes: planes,
                                requantization: requantization, out: out + outputOffset, first: lines.lowerBound, end: lines.upperBound)
                            unsafe depthwise.value.lines?(&arguments)
                        }
                    }
                }
            }
        }
    }

    /// Lines `range` of the N * OH output lines of a depthwise convolution with several outputs for each input.
    ///
    /// - Parameters:
    ///   - weights: [KH,KW,O].
    ///   - channelMap: [O] input channel of each output channel.
    @_lifetime(out: copy out)
    func depthwiseExpansion(
        _ window: Window2D, x: borrowing Span<UInt8>, bytes: ByteMeaning, weights: borrowing Span<Int16>,
        channelMap: borrowing Span<Int32>, stage: OutputStage, out: inout MutableSpan<UInt8>, range: Range<Int>
    ) {
        precondition(x.count >= window.inputByteCount && out.count >= window.outputPixelCount * window.outputChannels)
        precondition(weights.count >= window.kernelHeight * window.kernelWidth * window.outputChannels)
        precondition(channelMap.count == window.outputChannels)
        precondition(range.lowerBound >= 0 && range.upperBound <= window.batches * window.outputHeight)
        precondition(stage.channelCount == window.outputChannels)
        var cWindow = window.cValue(zero: bytes.zeroPoint + (bytes.isSigned ? 128 : 0), flip: bytes.isSigned)
        // SAFETY: the preconditions above cover every element that the kernel reads and writes; the entries of the map are below I by
        // construction in Preparation.prepareDepthwiseConvolution2D.
        unsafe x.withUnsafeBufferPointer { x in
            unsafe weights.withUnsafeBufferPointer { weights in
                unsafe channelMap.withUnsafeBufferPointer { channelMap in
                    unsafe out.withUnsafeMutableBufferPointer { out in
                        unsafe stage.withCValue { requantization in
                            unsafe depthwise.value.depthwise_u8_s16?(
                                &cWindow, x.baseAddress, weights.baseAddress, channelMap.baseAddress, requantization,
                                out.baseAddress, range.lowerBound, range.upperBound)
                        }
                    }
                }
            }
        }
    }
}

extension DepthwiseWeights {
    /// Lends the packed weights and the planes for the duration of `body`.
    fileprivate func withUnsafeWeights(_ body: (UnsafeRawPointer?, UnsafePointer<UInt8>?) -> Void) {
        // SAFETY: the arrays live until body returns, which keeps no pointer.
        unsafe planes.withUnsafeBufferPointer { planes in
            if packing == .quads || packing == .taps {
                unsafe bytes.withUnsafeBytes { unsafe body($0.baseAddress, planes.baseAddress) }
            } else {
                unsafe halves.withUnsafeBytes { unsafe body($0.baseAddress, planes.baseAddress) }
            }
        }
    }
}
