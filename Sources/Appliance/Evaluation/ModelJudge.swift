import Frames
import Learning
package import Models
import Predictions

/// Judges a classifier or a detector by labelled pictures.
package struct ModelJudge {
    package let model: LoadedModel

    /// - Parameters:
    ///   - names: a text with the name of each class on a line, for models that have none.
    ///   - threadCount: how many threads run the model.
    /// - Throws: `EvaluationError.model`, `.dataset`, `.wrongKind` for embedders.
    package init(path: String, names: String? = nil, threadCount: Int = 1) throws(EvaluationError) {
        let labels = try names.map(YOLOLabels.readNames)
        do { model = try LoadedModel(path: path, labels: labels, threadCount: threadCount) } catch { throw .model(error.description) }
        guard model.kind != .embedder else { throw .wrongKind(path: path, kind: model.kind.rawValue) }
    }

    // MARK: Classifiers

    /// By pictures in a folder for each label.
    /// - Parameter progress: called before each picture; false ends it.
    package func judge(
        folder path: String, _ options: EvaluationOptions, progress: (EvaluationProgress) -> Bool = { _ in true }
    ) throws(EvaluationError) -> RecognitionResult {
        guard model.kind == .classifier else {
            throw .dataset(path: path, reason: "\(model.path) is a detector; name its --labels and --images instead of a folder")
        }
        let folder = try LabelledFolder(path)
        let names = LabelNames(model.labels)
        var places: [[Int]] = []
        for concept in folder.concepts {
            let found = names.positions(of: concept)
            guard !found.isEmpty else { throw .unknownLabel(concept, path: model.path, known: model.labels) }
            places.append(found)
        }
        // Whatever else the model can say is one wrong answer.
        let named = Set(places.joined())
        let others = model.labels.indices.filter { !named.contains($0) }
        let hasOthers = !others.isEmpty
        if hasOthers { places.append(others) }
        var everything = VisionModel.Options(minimumScore: Score(units: .min))
        everything.top = nil
        let predictor = try PicturePredictor(model, options: everything)
        var trials: [Trial] = []
        for (index, item) in folder.items.enumerated() {
            guard progress(EvaluationProgress(done: index, total: folder.items.count, noun: "pictures")) else { throw .cancelled }
            let said = try predictor.predict(PicturePredictor.file(item.path), path: item.path).predictions.first?.concepts ?? []
            // Of labels with one name, the highest score.
            let byName = Dictionary(said.map { ($0.name, $0.score) }, uniquingKeysWith: max)
            let scores = places.map { positions in positions.compactMap { byName[model.labels[$0]] }.max() ?? .zero }
            let best = scores.indices.reduce(0) { scores[$1] > scores[$0] ? $1 : $0 }
            trials.append(
                Trial(
                    truth: item.concept.flatMap(folder.concepts.firstIndex), scores: scores, predicted: best,
                    novelty: Int64(Score.unitsPerOne) - Int64(scores.prefix(folder.concepts.count).max()?.units ?? 0)))
        }
        var recognition = Recognition(
            subject: .classifier, name: model.path, procedure: "pictures of \(path)",
            concepts: folder.concepts + (hasOthers ? [RecognitionResult.othersName] : []), trials: trials)
        recognition.hasOthers = hasOthers
        return RecognitionResult(recognition, options)
    }

    // MARK: Detectors

    /// By pictures with labelled objects, as COCO's challenge counts.
    /// - Parameters:
    ///   - minimumScore: detections below do not count; low, since average precision looks at all of them.
    ///   - progress: called before each picture; false ends it.
    package func judge(
        _ dataset: DetectionDataset, name: String, minimumScore: Double = 0.01, progress: (EvaluationProgress) -> Bool = { _ in true }
    ) throws(EvaluationError) -> DetectionResult {
        guard model.kind.isDetector else {
            throw .dataset(path: name, reason: "\(model.path) is a classifier; give it a folder for each label instead of --labels")
        }
        let (categoryOfLabel, names, unknown) = try categories(dataset, name: name)
        let predictor = try PicturePredictor(model, options: VisionModel.Options(minimumScore: Score(minimumScore)))
        var labels: [LabelledObject] = []
        var detections: [DetectedObject] = []
        for (index, item) in dataset.items.enumerated() {
            guard progress(EvaluationProgress(done: index, total: dataset.items.count, noun: "pictures")) else { throw .cancelled }
            let (predictions, ownSize) = try predictor.predict(PicturePredictor.file(item.path), path: item.path)
            // Boxes count in the pixels that the labels were made for.
            let size = item.statedSize ?? ownSize
            let (width, height) = (Double(size.width), Double(size.height))
            for object in item.objects where names[object.category] != nil {
                let box = object.box
                labels.append(
                    LabelledObject(
                        image: index, category: object.category,
                        box: dataset.isFractional
                            ? PixelBox(x: box.x * width, y: box.y * height, width: box.width * width, height: box.height * height) : box,
                        area: object.area, isCrowd: object.isCrowd))
            }
            for prediction in predictions {
                guard let concept = prediction.concepts.first, let category = categoryOfLabel[concept.name] else { continue }
                func pixels(_ units: Int32, _ extent: Double) -> Double { Double(units) / 65_536 * extent }
                let box = prediction.box
                detections.append(
                    DetectedObject(
                        image: index, category: category,
                        box: PixelBox(
                            x: pixels(box.left, width), y: pixels(box.top, height), width: pixels(box.width, width),
                            height: pixels(box.height, height)), score: concept.score.value))
            }
        }
        let (allLabels, allDetections) = (labels, detections)
        let evaluation = try judging { () throws(LearningError) in
            try DetectionEvaluation(labels: allLabels, detections: allDetections, categories: names.keys.sorted())
        }
        return DetectionResult(
            model: model.path, dataset: name, evaluation, names: names, labels: labels, detections: detections,
            pictureCount: dataset.items.count, unknown: unknown)
    }

    /// Which category a label of the model is, the names of the categories that count, and the names of those that the model does not have.
    private func categories(
        _ dataset: DetectionDataset, name: String
    ) throws(EvaluationError) -> (ofLabel: [String: Int], names: [Int: String], unknown: [String]) {
        guard let categories = dataset.categories else {
            let used = Set(dataset.items.flatMap { $0.objects.map(\.category) })
            if let other = used.sorted().first(where: { !model.labels.indices.contains($0) }) {
                throw .unknownLabel("class \(other)", path: model.path, known: model.labels)
            }
            // Of labels with one name, the first.
            let ofLabel = Dictionary(model.labels.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
            let numbers = used.union(ofLabel.values)
            return (ofLabel, Dictionary(uniqueKeysWithValues: numbers.map { ($0, model.labels[$0]) }), [])
        }
        let labels = LabelNames(model.labels)
        var ofLabel: [String: Int] = [:]
        var names: [Int: String] = [:]
        var unknown: [String] = []
        for (number, category) in categories.sorted(by: { $0.key < $1.key }) {
            let positions = labels.positions(of: category)
            if positions.isEmpty { unknown.append(category) } else { names[number] = category }
            for position in positions { ofLabel[model.labels[position]] = number }
        }
        guard !names.isEmpty else { throw .unknownLabel(unknown.first ?? "", path: model.path, known: model.labels) }
        return (ofLabel, names, unknown)
    }
}
