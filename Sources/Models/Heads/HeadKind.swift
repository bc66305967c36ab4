/// The forms of output that are understood, by the name that a sidecar uses.
package enum HeadKind: String, Sendable, Hashable, CaseIterable {
    /// One vector of scores, one for each label.
    case classifier
    /// One vector that stands for the picture's looks.
    case embedder
    /// `TFLite_Detection_PostProcess` inside the model: boxes, classes, scores, count.
    case detectionPostProcess = "detection-postprocess"
    /// Raw SSD: box encodings [1,A,4] and scores [1,A,C] over anchors that the sidecar describes.
    case ssd
    /// [1,A,5+C]: centre, extent, objectness, class scores.
    case yolov5
    /// [1,4+C,A]: centre, extent, class scores; anchor-free.
    case yolov8
    /// Scores [1,h,w,C] and boxes [1,h,w,4]: Picket's own detector.
    case centreHeatmap = "centre-heatmap"
    /// [1,h,w,1+C], background first, softmax: FOMO. Boxes are cells.
    case fomo

    /// What the head gives.
    package var isDetector: Bool { self != .classifier && self != .embedder }
}
