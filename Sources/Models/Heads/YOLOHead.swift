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
    /// Whether boxes are in pixels of the input; integer exports have them in 0...1.
    let isInPixels: Bool

    var anchorCount: Int { output.shape[isVersion5 ? 1 : 2] }
    var labelCount: Int { output.shape[isVersion5 ? 2 : 1] - (isVersion5 ? 5 : 4) }

    func decode(_ runner: borrowing Runner, minimum: Score) -> [RawDetection] {
        let (output, anchorCount, labelCount, isVersion5) = (output, anchorCount, labelCount, isVersion5)
        let rowLength = output.shape[2]
        let unit = isInPixels ? (1 / Double(inputWidth), 1 / Double(inputHeight)) : (1, 1)
        return runner.withOutput(output.index) { bytes in
            var detections: [RawDetection] = []
            for anchor in 0..<anchorCount {
                func value(_ field: Int, _ bytes: borrowing Span<UInt8>) -> Double {
                    output.value(bytes, isVersion5 ? anchor * rowLength + field : field * anchorCount + anchor)
                }
                let objectness = isVersion5 ? value(4, bytes) : 1
                if Score(objectness) < minimum { continue }
                var best = (label: 0, value: -1.0)
                for label in 0..<labelCount {
                    let score = value(label + (isVersion5 ? 5 : 4), bytes)
                    if score > best.value { best = (label, score) }
                }
                let score = Score(min(max(best.value * objectness, 0), 1))
                guard score >= minimum else { continue }
                let (x, y) = (value(0, bytes) * unit.0, value(1, bytes) * unit.1)
                let (width, height) = (value(2, bytes) * unit.0, value(3, bytes) * unit.1)
                if let box = RawDetection.box(left: x - width / 2, top: y - height / 2, right: x + width / 2, bottom: y + height / 2) {
                    detections.append(RawDetection(box: box, label: best.label, score: score))
                }
            }
            return detections
        }
    }
}
