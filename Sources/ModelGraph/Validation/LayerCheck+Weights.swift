import Tensors

/// Layers with weights: convolutions and fully-connected layers.
extension LayerCheck {
    func convolution2D(_ options: Convolution2D) throws(GraphError) {
        let (x, weights, _) = try weightedOperands(axes: 4, channelAxis: 0)
        guard weights.shape[3] == x.shape[3] else {
            throw error(
                "inputs[0]", "has \(x.shape[3]) channels (shape \(x.shape)), the weights \(weights.shape) expect \(weights.shape[3])")
        }
        let size = try outputSize(x.shape, weights.shape, options)
        try outputShape(is: [x.shape[0], size.height, size.width, weights.shape[0]])
        try bias(count: weights.shape[0])
    }

    func depthwiseConvolution2D(_ options: Convolution2D, depthMultiplier: Int) throws(GraphError) {
        let (x, weights, _) = try weightedOperands(axes: 4, channelAxis: 3)
        try range(depthMultiplier, in: 1...Shape.maximumExtent, "depthMultiplier")
        guard weights.shape[0] == 1, weights.shape[3] == x.shape[3] * depthMultiplier else {
            throw error(
                "inputs[1]", "the weights have shape \(weights.shape), must be [1,KH,KW,\(x.shape[3] * depthMultiplier)] for \(x.shape)")
        }
        let size = try outputSize(x.shape, weights.shape, options)
        try outputShape(is: [x.shape[0], size.height, size.width, weights.shape[3]])
        try bias(count: weights.shape[3])
    }

    /// The file chooses the output's height and width; they must be ones that a convolution with the same options would map back to x.
    func transposeConvolution2D(_ options: Convolution2D) throws(GraphError) {
        let (x, weights, y) = try weightedOperands(axes: 4, channelAxis: 0)
        guard weights.shape[3] == x.shape[3] else {
            throw error(
                "inputs[0]", "has \(x.shape[3]) channels (shape \(x.shape)), the weights \(weights.shape) expect \(weights.shape[3])")
        }
        guard options.dilationHeight == 1, options.dilationWidth == 1 else {
            throw error("dilation", "must be 1 for a transposed convolution")
        }
        try rank(y, is: 4, "outputs[0]", "output")
        guard y.shape[0] == x.shape[0], y.shape[3] == weights.shape[0] else {
            throw error("outputs[0]", "has shape \(y.shape), must be [\(x.shape[0]),H,W,\(weights.shape[0])]")
        }
        let size = try outputSize(y.shape, weights.shape, options)
        guard size.height == x.shape[1], size.width == x.shape[2] else {
            throw error("outputs[0]", "has shape \(y.shape), which strides and weights do not lead back to \(x.shape)")
        }
        try bias(count: weights.shape[0])
    }

    /// x is taken as rows of I elements, whatever its axes.
    func fullyConnected() throws(GraphError) {
        let (x, weights, y) = try weightedOperands(axes: 2, channelAxis: 0)
        let (depth, channels) = (weights.shape[1], weights.shape[0])
        guard x.shape.elementCount % depth == 0 else {
            throw error("inputs[0]", "has shape \(x.shape), which is not rows of \(depth) elements as the weights \(weights.shape) expect")
        }
        let flat = [x.shape.elementCount / depth, channels]
        let leading = x.shape.extents.last == depth ? Array(x.shape.extents.dropLast()) + [channels] : flat
        guard y.shape.extents == flat || y.shape.extents == leading else {
            throw error("outputs[0]", "has shape \(y.shape), the operator gives \(Self.text(flat))")
        }
        try bias(count: channels)
    }

    // MARK: Parts

    /// Input, constant weights and output of one 8-bit type, their scales, the weights' scales along `channelAxis`.
    private func weightedOperands(
        axes: Int, channelAxis: Int
    ) throws(GraphError) -> (x: Graph.Tensor, weights: Graph.Tensor, y: Graph.Tensor) {
        try expect(inputs: 2...3)
        let (x, weights, y) = (try input(0), try input(1), try output())
        try type(x, in: Self.eightBit, "inputs[0]")
        try sameType([(x.elementType, "inputs[0]"), (weights.elementType, "inputs[1]"), (y.elementType, "outputs[0]")])
        if axes == 4 { try rank(x, is: 4, "inputs[0]", "input") }
        try rank(weights, is: axes, "inputs[1]", "weights")
        guard weights.constant != nil else { throw error("inputs[1]", "the weights are computed by the model, they must be constant") }
        try oneScale(x, "inputs[0]")
        try oneScale(y, "outputs[0]")
        guard let quantization = weights.quantization else { throw error("inputs[1]", "the weights have no scale") }
        if let axis = quantization.axis {
            guard axis == channelAxis else {
                throw error("inputs[1]", "the weights have scales along axis \(axis), must be along axis \(channelAxis)")
            }
            guard weights.elementType == .int8 else {
                throw error("inputs[1]", "the weights have a scale for each channel; only int8 weights may")
            }
        }
        guard weights.elementType != .int8 || quantization.zeroPoint == 0 else {
            throw error("inputs[1]", "the int8 weights have zero point \(quantization.zeroPoint), must be 0")
        }
        return (x, weights, y)
    }

    /// Height and width of what a window slid over x gives.
    private func outputSize(_ x: Shape, _ weights: Shape, _ options: Convolution2D) throws(GraphError) -> (height: Int, width: Int) {
        try range(options.strideHeight, in: 1...Self.maximumStep, "stride_h")
        try range(options.strideWidth, in: 1...Self.maximumStep, "stride_w")
        try range(options.dilationHeight, in: 1...Self.maximumStep, "dilation_h_factor")
        try range(options.dilationWidth, in: 1...Self.maximumStep, "dilation_w_factor")
        let margins = options.margins ?? Margins(top: 0, bottom: 0, left: 0, right: 0)
        for margin in [margins.top, margins.bottom, margins.left, margins.right] { try range(margin, in: 0...Self.maximumStep, "margins") }
        let padding = options.margins == nil ? options.padding : .valid
        let height = padding.outputExtent(
            x[1] + margins.top + margins.bottom, window: (weights[1] - 1) * options.dilationHeight + 1, stride: options.strideHeight)
        let width = padding.outputExtent(
            x[2] + margins.left + margins.right, window: (weights[2] - 1) * options.dilationWidth + 1, stride: options.strideWidth)
        guard let height, let width else {
            throw error("inputs[1]", "the weights \(weights) with dilation do not fit into \(x) without padding")
        }
        return (height, width)
    }

    private func bias(count: Int) throws(GraphError) {
        guard let bias = optionalInput(2) else { return }
        guard bias.constant != nil else { throw error("inputs[2]", "the bias is computed by the model, it must be constant") }
        guard bias.elementType == .int32 else { throw error("inputs[2]", "the bias is \(bias.elementType.rawValue), must be int32") }
        guard bias.shape.elementCount == count else {
            throw error("inputs[2]", "the bias has \(bias.shape.elementCount) elements, the weights have \(count) channels")
        }
    }
}

extension Padding {
    /// How many places a window takes along an axis; nil when it does not fit.
    func outputExtent(_ extent: Int, window: Int, stride: Int) -> Int? {
        switch self {
        case .same: (extent - 1) / stride + 1
        case .valid: window <= extent ? (extent - window) / stride + 1 : nil
        }
    }
}
