package import Frames
package import Imaging
import Inference
package import Predictions
import Tensors

/// Runs a model on regions of frames: the working memory of one node of one executor. One thread's.
package final class VisionModel {
    package struct Options: Sendable, Hashable {
        /// Detections and concepts below are left out.
        package var minimumScore: Score
        /// Boxes of one label that overlap more than this (intersection over union, in 1/65 536) are one object.
        package var iou: Int32 = 29_491
        /// Detections of one region at most, best first.
        package var maximum = 100
        /// Concepts of a classification at most, best first; nil keeps all.
        package var top: Int?
        /// Only these labels; nil keeps all.
        package var only: [String]?
        package var fit = Fit.stretch

        package init(minimumScore: Score = Score(0.3)) { self.minimumScore = minimumScore }
    }

    package let model: LoadedModel
    private let options: Options
    private var runner: Runner
    private var filler: TensorFiller
    private let wanted: [Bool]
    /// What recurrent models remember, in the order of `model.states`.
    private var memories: [[UInt8]]

    /// - Throws: `ModelError.input` when the image input cannot be filled in the way that the options ask for.
    package init(_ model: LoadedModel, options: Options) throws(ModelError) {
        self.model = model
        self.options = options
        let input = model.plan.inputs[0]
        do {
            filler = TensorFiller(
                try InputTransform(
                    shape: input.shape, elementType: input.elementType, quantization: input.quantization,
                    normalization: model.normalization, fit: options.fit))
        } catch {
            throw .input(path: model.path, reason: "\(error)")
        }
        runner = Runner(model.plan)
        wanted = model.labels.map { label in options.only.map { $0.contains(label) } ?? true }
        memories = model.states.map(\.initial)
    }

    /// The predictions of one region of the frame.
    /// - Parameter region: in frame coordinates; the result is in frame coordinates too.
    /// - Throws: `ImagingError` when the frame cannot be decoded.
    package func predict(_ pictures: FramePictures, region: Box = .wholeFrame) throws(ImagingError) -> [Prediction] {
        let placement = try fill(pictures, region: region)
        run()
        switch model.head {
        case .scores(let vector):
            return [Prediction(box: region, concepts: concepts(vector.scores(runner)))]
        case .embedding(let output, let scale):
            return [Prediction(box: region, embedding: embedding(output, scale))]
        case .postProcessed, .anchors, .yolo, .heatmap:
            return detections(placement)
        }
    }

    private func fill(_ pictures: FramePictures, region: Box) throws(ImagingError) -> Placement {
        let transform = filler.transform
        func fill(_ picture: Picture) throws(ImagingError) -> Placement {
            try runner.withMutableInput(0) { (bytes) throws(ImagingError) in try filler.fill(&bytes, from: picture, region: region) }
        }
        if region == .wholeFrame {
            return try pictures.withPicture(atLeast: Size(width: transform.width, height: transform.height), fill)
        }
        return try pictures.withWhole(fill)
    }

    private func run() {
        for (index, state) in model.states.enumerated() {
            runner.withMutableInput(state.input) { bytes in
                for position in bytes.indices { bytes[position] = memories[index][position] }
            }
        }
        runner.run()
        for (index, state) in model.states.enumerated() {
            runner.withOutput(state.output) { bytes in
                for position in bytes.indices { memories[index][position] = bytes[position] }
            }
        }
    }

    private func concepts(_ scores: [Score]) -> [ScoredConcept] {
        let ranked = scores.enumerated().filter { wanted[$0.offset] && $0.element >= options.minimumScore }
            .sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
        return ranked.prefix(options.top ?? ranked.count).map { ScoredConcept(model.labels[$0.offset], $0.element) }
    }

    private func detections(_ placement: Placement) -> [Prediction] {
        let candidates = model.head.detections(runner, minimum: options.minimumScore).filter { wanted[$0.label] }
        let kept = NonMaximumSuppression.apply(candidates, iou: options.iou, maximum: options.maximum)
        return kept.compactMap { detection in
            let box = placement.frameBox(detection.box).clippedToFrame
            guard !box.isEmpty else { return nil }
            return Prediction(box: box, concepts: [ScoredConcept(model.labels[detection.label], detection.score)])
        }
    }

    private func embedding(_ output: OutputTensor, _ scale: Float) -> Embedding {
        let zeroPoint = Int16(truncatingIfNeeded: model.plan.outputs[output.index].quantization?.zeroPoint ?? 0)
        let isSigned = output.elementType == .int8
        let elements = runner.withOutput(output.index) { bytes in
            var elements: [Int16] = []
            elements.reserveCapacity(bytes.count)
            for index in bytes.indices {
                let stored = isSigned ? Int16(Int8(bitPattern: bytes[index])) : Int16(bytes[index])
                elements.append(stored - zeroPoint)
            }
            return elements
        }
        return Embedding(elements: elements, scale: scale, modelDigest: model.digest)
    }
}
