import Tensors

/// Layers that sum up, look up or resample: pools, MEAN, ARG_MAX, resizing, detection post-processing.
extension LayerCheck {
    /// The most rows that detection post-processing may give, and the most anchors it may read.
    static let maximumDetectionRows = 10_000
    static let maximumAnchors = 1_000_000
    static let maximumDetectionClasses = 10_000
    /// Resampling works in fixed point with 10 fractional bits in 32-bit numbers.
    static let maximumResizeExtent = 16_384

    func pool2D(_ pool: Pool2D) throws(GraphError) {
        let (x, y) = try oneToOne(Self.eightBitOrFloat)
        try rank(x, is: 4, "inputs[0]", "input")
        try range(pool.windowHeight, in: 1...Self.maximumWindow, "filter_height")
        try range(pool.windowWidth, in: 1...Self.maximumWindow, "filter_width")
        try range(pool.strideHeight, in: 1...Self.maximumStep, "stride_h")
        try range(pool.strideWidth, in: 1...Self.maximumStep, "stride_w")
        let height = pool.padding.outputExtent(x.shape[1], window: pool.windowHeight, stride: pool.strideHeight)
        let width = pool.padding.outputExtent(x.shape[2], window: pool.windowWidth, stride: pool.strideWidth)
        guard let height, let width else {
            throw error("filter", "\(pool.windowHeight)x\(pool.windowWidth) does not fit into \(x.shape) without padding")
        }
        try outputShape(is: [x.shape[0], height, width, x.shape[3]])
        try sameQuantization(x, y, "outputs[0]")
    }

    func mean(_ axes: [Int], keepsAxes: Bool) throws(GraphError) {
        let (x, _) = try oneToOne(Self.eightBitOrFloat)
        guard !axes.isEmpty, axes.indices.allSatisfy({ !axes[..<$0].contains(axes[$0]) })
        else { throw error("axes", "\(axes) must be one or more different axes") }
        for axis in axes { try self.axis(axis, of: x.shape) }
        var extents: [Int] = []
        for axis in 0..<x.shape.rank {
            if !axes.contains(axis) {
                extents.append(x.shape[axis])
            } else if keepsAxes {
                extents.append(1)
            }
        }
        try outputShape(is: extents)
    }

    func argMax(axis: Int) throws(GraphError) {
        try expect(inputs: 1...1)
        let (x, y) = (try input(0), try output())
        try type(x, in: [.int8, .uint8, .int32, .float32], "inputs[0]")
        try type(y, in: [.int32, .int64], "outputs[0]")
        try self.axis(axis, of: x.shape)
        var extents = x.shape.extents
        extents.remove(at: axis)
        try outputShape(is: extents)
    }

    func resize(alignsCorners: Bool, usesHalfPixelCenters: Bool) throws(GraphError) {
        let (x, y) = try oneToOne(Self.eightBitOrFloat)
        try rank(x, is: 4, "inputs[0]", "input")
        try rank(y, is: 4, "outputs[0]", "output")
        guard !(alignsCorners && usesHalfPixelCenters) else {
            throw error("half_pixel_centers", "and align_corners are both set; at most one may be")
        }
        try outputShape(is: [x.shape[0], y.shape[1], y.shape[2], x.shape[3]])
        for axis in 1...2 {
            try range(x.shape[axis], in: 1...Self.maximumResizeExtent, "inputs[0].shape[\(axis)]")
            try range(y.shape[axis], in: 1...Self.maximumResizeExtent, "outputs[0].shape[\(axis)]")
        }
    }

    func detectionPostProcess(_ options: DetectionPostProcess) throws(GraphError) {
        try expect(inputs: 3...3, outputs: 4...4)
        let (boxes, scores, anchors) = (try input(0), try input(1), try input(2))
        for (position, tensor) in [boxes, scores, anchors].enumerated() {
            try type(tensor, in: Self.eightBitOrFloat, "inputs[\(position)]")
            try oneScale(tensor, "inputs[\(position)]")
        }
        try range(options.classCount, in: 1...Self.maximumDetectionClasses, "num_classes")
        try range(options.maxDetections, in: 1...Self.maximumDetectionRows, "max_detections")
        try range(options.maxClassesPerDetection, in: 1...options.classCount, "max_classes_per_detection")
        try range(options.maxDetections * options.maxClassesPerDetection, in: 1...Self.maximumDetectionRows, "max_detections x classes")
        try range(options.detectionsPerClass, in: 1...Self.maximumAnchors, "detections_per_class")
        for (value, name) in [
            (options.scaleY, "y_scale"), (options.scaleX, "x_scale"), (options.scaleH, "h_scale"), (options.scaleW, "w_scale"),
        ] where !value.isFinite || value <= 0 {
            throw error(name, "is \(value), must be a finite number above 0")
        }
        guard options.scoreThreshold.isFinite else { throw error("nms_score_threshold", "is \(options.scoreThreshold)") }
        guard options.iouThreshold > 0, options.iouThreshold <= 1 else {
            throw error("nms_iou_threshold", "is \(options.iouThreshold), must be above 0 and at most 1")
        }
        try rank(anchors, is: 2, "inputs[2]", "anchors")
        let count = anchors.shape[0]
        try range(count, in: 1...Self.maximumAnchors, "inputs[2].shape[0]")
        guard anchors.shape[1] == 4 else { throw error("inputs[2]", "has shape \(anchors.shape), must be [A,4]") }
        guard boxes.shape.extents == [1, count, 4] else {
            throw error("inputs[0]", "has shape \(boxes.shape), must be [1,\(count),4] for \(count) anchors")
        }
        // One class more is the background, which comes first.
        guard scores.shape.extents == [1, count, options.classCount] || scores.shape.extents == [1, count, options.classCount + 1] else {
            throw error("inputs[1]", "has shape \(scores.shape), must be [1,\(count),\(options.classCount)], or one class more")
        }
        let rows = options.maxDetections * options.maxClassesPerDetection
        for (position, extents) in [[1, rows, 4], [1, rows], [1, rows], [1]].enumerated() {
            try type(try output(position), in: [.float32], "outputs[\(position)]")
            try outputShape(is: extents, at: position)
        }
    }
}
