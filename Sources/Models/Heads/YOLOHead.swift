import Inference
import Predictions
import Tensors

/// YOLOv5 rows [1,A,5+C] and YOLOv8/11 columns [1,4+C,A]: centre, extent, (objectness,) class scores.
struct YOLOHead: Sendable {
    let output: OutputTensor
    /// v5 has objectness and one row an anchor; v8 has neither.
    let isVersion5: Bool
    let inputWidth: Int
    let inputHeight: Int
    /// Whether boxes are in pixels of the input or in 0...1 of it, as the sidecar says; nil looks at the boxes, since exporters of one and
    /// the same network differ.
    let isInPixels: Bool?

    var anchorCount: Int { output.shape[isVersion5 ? 1 : 2] }
    var labelCount: Int { output.shape[isVersion5 ? 2 : 1] - (isVersion5 ? 5 : 4) }

    func decode(_ runner: borrowing Runner, minimum: Score) -> [RawDetection] {
        let (output, anchorCount, labelCount, isVersion5) = (output, anchorCount, labelCount, isVersion5)
        let rowLength = output.shape[2]
        return runner.withOutput(output.index) { bytes in
            var detections: [RawDetection] = []
            func value(_ anchor: Int, _ field: Int, _ bytes: borrowing Span<UInt8>) -> Double {
                output.value(bytes, isVersion5 ? anchor * rowLength + field : field * anchorCount + anchor)
            }
            // Of hundreds of boxes some are wider than two pixels; in fractions of the input none is twice as wide as the input.
            var areInPixels = isInPixels ?? false
            if isInPixels == nil {
                for anchor in 0..<anchorCount where value(anchor, 2, bytes) > 2 || value(anchor, 3, bytes) > 2 { areInPixels = true }
            }
            let unit = areInPixels ? (1 / Double(inputWidth), 1 / Double(inputHeight)) : (1, 1)
            for anchor in 0..<anchorCount {
                let objectness = isVersion5 ? value(anchor, 4, bytes) : 1
                if Score(objectness) < minimum { continue }
                var best = (label: 0, value: -1.0)
                for label in 0..<labelCount {
                    let score = value(anchor, label + (isVersion5 ? 5 : 4), bytes)
                    if score > best.value { best = (label, score) }
                }
                let score = Score(min(max(best.value * objectness, 0), 1))
                guard score >= minimum else { continue }
                let (x, y) = (value(anchor, 0, bytes) * unit.0, value(anchor, 1, bytes) * unit.1)
                let (width, height) = (value(anchor, 2, bytes) * unit.0, value(anchor, 3, bytes) * unit.1)
                if let box = RawDetection.box(left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2) {
                    detections.append(RawDetection(box: box, label: best.label, score: score))
                }
            }
            return detections
        }
    }
}
