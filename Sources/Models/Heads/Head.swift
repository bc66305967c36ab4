import Inference
import ModelGraph
import Predictions
import TFLite
import Tensors

/// How a model's outputs are read.
enum Head: Sendable {
    case scores(ScoreVector)
    case embedding(OutputTensor, scale: Float)
    case postProcessed(PostProcessedHead)
    case anchors(AnchorHead)
    case yolo(YOLOHead)
    case heatmap(HeatmapHead)

    /// How many labels the outputs have; 0 for embedders.
    var labelCount: Int {
        switch self {
        case .scores(let vector): vector.output.elementCount
        case .embedding: 0
        case .postProcessed(let head): head.labelCount
        case .anchors(let head): head.labelCount
        case .yolo(let head): head.labelCount
        case .heatmap(let head): head.labelCount
        }
    }

    /// The detections above a score, in the coordinates of the input, before suppression; empty for other heads.
    func detections(_ runner: borrowing Runner, minimum: Score) -> [RawDetection] {
        switch self {
        case .postProcessed(let head): head.decode(runner, minimum: minimum)
        case .anchors(let head): head.decode(runner, minimum: minimum)
        case .yolo(let head): head.decode(runner, minimum: minimum)
        case .heatmap(let head): head.decode(runner, minimum: minimum)
        case .scores, .embedding: []
        }
    }
}

/// Finds the head that fits a model: the one that the sidecar names, or the one that the graph and the shapes show.
struct HeadRecognizer {
    let graph: Graph
    let plan: Plan
    let sidecar: Sidecar
    let hasLabels: Bool

    private var inputWidth: Int { plan.inputs[0].shape[2] }
    private var inputHeight: Int { plan.inputs[0].shape[1] }

    /// Without those that go back into a recurrent model, which are the last ones.
    private var outputCount: Int { plan.outputs.count - (plan.inputs.count - 1) }

    /// Nil when none fits.
    func recognize() -> (HeadKind, Head)? {
        if let kind = sidecar.head { return head(kind).map { (kind, $0) } }
        for kind in [HeadKind.detectionPostProcess, .centreHeatmap, .ssd, .yolov8, .yolov5, .fomo] {
            if let head = head(kind) { return (kind, head) }
        }
        let isClassifier = endsInScores(0) || hasLabels || sidecar.scoreScale != nil
        let kind = isClassifier ? HeadKind.classifier : .embedder
        return head(kind).map { (kind, $0) }
    }

    private func head(_ kind: HeadKind) -> Head? {
        switch kind {
        case .classifier: classifier()
        case .embedder: embedder()
        case .detectionPostProcess: PostProcessedHead(graph, plan).map(Head.postProcessed)
        case .ssd: ssd()
        case .yolov5: yolo(isVersion5: true)
        case .yolov8: yolo(isVersion5: false)
        case .centreHeatmap: heatmap()
        case .fomo: fomo()
        }
    }

    private func output(_ index: Int) -> OutputTensor? {
        index < plan.outputs.count ? OutputTensor(plan.outputs[index], index: index) : nil
    }

    /// [1,N], [1,1,1,N] and their like.
    private func vector() -> OutputTensor? {
        guard let output = output(0), let last = output.shape.extents.last, last == output.elementCount, outputCount == 1 else {
            return nil
        }
        return output
    }

    private func classifier() -> Head? {
        vector().map { output in
            let scale = sidecar.scoreScale ?? (endsInScores(0) ? .asTheyAre : .softmax)
            return .scores(ScoreVector(output: output, scale: scale))
        }
    }

    private func embedder() -> Head? {
        guard let output = vector(), output.elementType != .float32 else { return nil }
        return .embedding(output, scale: plan.outputs[0].quantization?.scale ?? 1)
    }

    private func ssd() -> Head? {
        guard outputCount == 2, let description = sidecar.anchors, let first = output(0), let second = output(1),
            first.shape.rank == 3, second.shape.rank == 3, first.shape[0] == 1, second.shape[0] == 1, first.shape[1] == second.shape[1]
        else { return nil }
        let boxes = first.shape[2] == 4 ? first : second
        let scores = first.shape[2] == 4 ? second : first
        guard boxes.shape[2] == 4, scores.shape[2] >= 1,
            AnchorHead.count(description, inputWidth: inputWidth, inputHeight: inputHeight) == boxes.shape[1]
        else { return nil }
        let anchors = AnchorHead.make(description, inputWidth: inputWidth, inputHeight: inputHeight)
        return .anchors(
            AnchorHead(
                boxes: boxes, scores: scores, anchors: anchors, variances: (description.centreVariance, description.sizeVariance),
                hasBackground: scores.shape[2] >= 2))
    }

    /// Cells of the strides 8, 16 and 32 of all YOLO versions.
    private var cellCount: Int {
        [8, 16, 32].reduce(0) { $0 + ((inputWidth + $1 - 1) / $1) * ((inputHeight + $1 - 1) / $1) }
    }

    private func yolo(isVersion5: Bool) -> Head? {
        guard outputCount == 1, let output = output(0), output.shape.rank == 3, output.shape[0] == 1 else { return nil }
        let anchors = output.shape[isVersion5 ? 1 : 2]
        guard anchors == cellCount * (isVersion5 ? 3 : 1), output.shape[isVersion5 ? 2 : 1] > (isVersion5 ? 5 : 4) else { return nil }
        return .yolo(
            YOLOHead(
                output: output, isVersion5: isVersion5, inputWidth: inputWidth, inputHeight: inputHeight, isInPixels: sidecar.isInPixels))
    }

    private func heatmap() -> Head? {
        guard outputCount == 2, let scores = output(0), let boxes = output(1), scores.shape.rank == 4, boxes.shape.rank == 4,
            scores.shape[0] == 1, boxes.shape[0] == 1, scores.shape[1] == boxes.shape[1], scores.shape[2] == boxes.shape[2],
            boxes.shape[3] == 4
        else { return nil }
        return .heatmap(HeatmapHead(scores: scores, boxes: boxes))
    }

    private func fomo() -> Head? {
        guard outputCount == 1, let scores = output(0), scores.shape.rank == 4, scores.shape[0] == 1, scores.shape[1] > 1,
            scores.shape[2] > 1,
            scores.shape[3] >= 2, sidecar.head == .fomo || endsInScores(0) && scores.shape[1] <= inputHeight / 4
        else { return nil }
        return .heatmap(HeatmapHead(scores: scores, boxes: nil))
    }

    /// Whether an output comes from a softmax or a logistic, perhaps by way of layers that change no value.
    private func endsInScores(_ index: Int) -> Bool {
        guard index < graph.outputs.count else { return false }
        var tensor = graph.outputs[index]
        for layer in graph.layers.reversed() where layer.outputs.contains(tensor) {
            switch layer.kind {
            case .softmax, .unary(.logistic): return true
            case .reshape, .quantize, .dequantize:
                guard let input = layer.inputs.first.flatMap({ $0 }) else { return false }
                tensor = input
            default: return false
            }
        }
        return false
    }
}
