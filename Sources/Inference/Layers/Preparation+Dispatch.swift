import ModelGraph

extension Preparation {
    /// Prepares the layer: the one place that knows which `prepare` function serves which kind.
    mutating func prepare() throws(InferenceError) -> any PreparedLayer {
        switch layer.kind {
        case .convolution2D(let convolution): try prepareConvolution2D(convolution)
        case .depthwiseConvolution2D(let convolution, let multiplier):
            try prepareDepthwiseConvolution2D(convolution, depthMultiplier: multiplier)
        case .transposeConvolution2D(let convolution): try prepareTransposeConvolution2D(convolution)
        case .fullyConnected(let activation): try prepareFullyConnected(activation: activation)
        case .elementwise(let operation, let activation): try prepareElementwise(operation, activation: activation)
        case .unary(let operation): try prepareUnary(operation)
        case .gate(let function, let through, let activation):
            try prepareGate(function, through: through, activation: activation)
        case .prelu: try preparePReLU()
        case .concatenation(let axis, let activation): try prepareConcatenation(axis: axis, activation: activation)
        case .split(let axis): try prepareSplit(axis: axis)
        case .stridedSlice(let begins, let strides, let extents):
            try prepareStridedSlice(begins: begins, strides: strides, extents: extents)
        case .pad(let before, let after, let value): try preparePad(before: before, after: after, value: value)
        case .reshape: try prepareReshape()
        case .transpose(let permutation): try prepareTranspose(permutation: permutation)
        case .pack(let axis): try preparePack(axis: axis)
        case .unpack(let axis): try prepareUnpack(axis: axis)
        case .averagePool2D(let pool): try prepareAveragePool2D(pool)
        case .maximumPool2D(let pool): try prepareMaximumPool2D(pool)
        case .mean(let axes, let keepsAxes): try prepareMean(axes: axes, keepsAxes: keepsAxes)
        case .softmax(let beta): try prepareSoftmax(beta: beta)
        case .quantize: try prepareQuantize()
        case .dequantize: try prepareDequantize()
        case .cast: try prepareCast()
        case .resizeBilinear(let alignsCorners, let usesHalfPixelCenters):
            try prepareResizeBilinear(alignsCorners: alignsCorners, usesHalfPixelCenters: usesHalfPixelCenters)
        case .resizeNearestNeighbor(let alignsCorners, let usesHalfPixelCenters):
            try prepareResizeNearestNeighbor(alignsCorners: alignsCorners, usesHalfPixelCenters: usesHalfPixelCenters)
        case .argMax(let axis): try prepareArgMax(axis: axis)
        case .gatherND: try prepareGatherND()
        case .detectionPostProcess(let options): try prepareDetectionPostProcess(options)
        }
    }
}
