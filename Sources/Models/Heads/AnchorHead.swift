import FixedPoint
import Inference
import Predictions
import Tensors

/// Raw SSD: box encodings [1,A,4] (x, y, w, h relative to an anchor) and scores [1,A,C] over anchors that the sidecar describes.
struct AnchorHead: Sendable {
    /// Anchors as a grid for each stride, and square boxes of some sizes in each cell.
    struct Anchors: Sendable, Hashable {
        /// Pixels from one cell to the next, one for each feature map.
        var strides: [Int]
        /// Edge lengths in pixels, a list for each feature map.
        var sizes: [[Double]]
        /// How centres and extents were scaled in training.
        var centreVariance = 0.1
        var sizeVariance = 0.2
    }

    struct Anchor: Sendable, Hashable {
        let x: Double
        let y: Double
        let width: Double
        let height: Double
    }

    let boxes: OutputTensor
    let scores: OutputTensor
    let anchors: [Anchor]
    let variances: (centre: Double, size: Double)
    /// Whether class 0 is the background, which is no label.
    let hasBackground: Bool

    var labelCount: Int { scores.shape[2] - (hasBackground ? 1 : 0) }

    /// How many anchors a description makes; counted before they are made, since a sidecar may ask for any number.
    static func count(_ description: Anchors, inputWidth: Int, inputHeight: Int) -> Int {
        zip(description.strides, description.sizes).reduce(0) { count, map in
            let (stride, sizes) = map
            return count + ((inputWidth + stride - 1) / stride) * ((inputHeight + stride - 1) / stride) * sizes.count
        }
    }

    static func make(_ description: Anchors, inputWidth: Int, inputHeight: Int) -> [Anchor] {
        var anchors: [Anchor] = []
        for (stride, sizes) in zip(description.strides, description.sizes) {
            let columns = (inputWidth + stride - 1) / stride
            let rows = (inputHeight + stride - 1) / stride
            for row in 0..<rows {
                for column in 0..<columns {
                    for size in sizes {
                        anchors.append(
                            Anchor(
                                x: (Double(column) + 0.5) / Double(columns), y: (Double(row) + 0.5) / Double(rows),
                                width: size / Double(inputWidth), height: size / Double(inputHeight)))
                    }
                }
            }
        }
        return anchors
    }

    func decode(_ runner: borrowing Runner, minimum: Score) -> [RawDetection] {
        let (boxes, scores) = (boxes, scores)
        let classCount = scores.shape[2]
        var detections: [RawDetection] = []
        for (index, anchor) in anchors.enumerated() {
            for column in (hasBackground ? 1 : 0)..<classCount {
                let value = runner.withOutput(scores.index) { scores.value($0, index * classCount + column) }
                let score = Score(min(max(value, 0), 1))
                guard score >= minimum else { continue }
                let code = runner.withOutput(boxes.index) { bytes in
                    (
                        boxes.value(bytes, index * 4), boxes.value(bytes, index * 4 + 1), boxes.value(bytes, index * 4 + 2),
                        boxes.value(bytes, index * 4 + 3)
                    )
                }
                let x = anchor.x + code.0 * variances.centre * anchor.width
                let y = anchor.y + code.1 * variances.centre * anchor.height
                let width = anchor.width * Transcendental.exponential(code.2 * variances.size)
                let height = anchor.height * Transcendental.exponential(code.3 * variances.size)
                if let box = RawDetection.box(left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2) {
                    detections.append(RawDetection(box: box, label: column - (hasBackground ? 1 : 0), score: score))
                }
            }
        }
        return detections
    }
}
