import Frames
import Inference
import ModelGraph
import Predictions
import Tensors

/// Reads `TFLite_Detection_PostProcess`: boxes [1,D,4] as top, left, bottom, right; classes [1,D]; scores [1,D]; count [1].
struct PostProcessedHead: Sendable {
    let boxes: OutputTensor
    let classes: OutputTensor
    let scores: OutputTensor
    let count: OutputTensor
    let labelCount: Int

    /// Finds the operator and which of the model's outputs are its four (exporters order them differently); nil when there is none.
    init?(_ graph: Graph, _ plan: Plan) {
        for layer in graph.layers {
            guard case .detectionPostProcess(let options) = layer.kind, layer.outputs.count == 4 else { continue }
            var roles: [OutputTensor] = []
            for tensor in layer.outputs {
                guard let position = graph.outputs.firstIndex(of: tensor),
                    let output = OutputTensor(plan.outputs[position], index: position)
                else { return nil }
                roles.append(output)
            }
            (boxes, classes, scores, count) = (roles[0], roles[1], roles[2], roles[3])
            labelCount = options.classCount
            return
        }
        return nil
    }

    func decode(_ runner: borrowing Runner, minimum: Score) -> [RawDetection] {
        let (boxes, classes, scores, count) = (boxes, classes, scores, count)
        let found = runner.withOutput(count.index) { count.value($0, 0) }
        // The models' own numbers are data: a count beyond the tensor, or an absurd box near score 0, must do no harm.
        let total = Int(min(max(found, 0), Double(scores.elementCount)))
        var detections: [RawDetection] = []
        for index in 0..<total {
            let score = Score(min(max(runner.withOutput(scores.index) { scores.value($0, index) }, 0), 1))
            let label = runner.withOutput(classes.index) { classes.value($0, index) }
            guard score >= minimum, label >= 0, label < Double(labelCount) else { continue }
            let box = runner.withOutput(boxes.index) { bytes in
                RawDetection.box(
                    left: boxes.value(bytes, index * 4 + 1), top: boxes.value(bytes, index * 4), right: boxes.value(bytes, index * 4 + 3),
                    bottom: boxes.value(bytes, index * 4 + 2))
            }
            if let box { detections.append(RawDetection(box: box, label: Int(label), score: score)) }
        }
        return detections
    }
}
