import Frames
import Learning
import Models
import Predictions
package import Samples

/// Judges a trained head, by its own samples or by pictures that it has not seen.
package struct HeadJudge {
    private let library: SampleLibrary
    private let record: HeadRecord
    private let head: TrainedHead
    private let options: EvaluationOptions

    /// - Throws: `SampleError`, `TeachingError.notTrained`.
    package init(_ library: SampleLibrary, head name: String, _ options: EvaluationOptions) throws {
        self.library = library
        self.options = options
        record = try library.head(name)
        head = try library.trainedHead(record)
    }

    /// By its own samples: fits the method of the head in use again without those that are asked about.
    /// - Parameter progress: false ends it.
    /// - Throws: `SampleError`, `EvaluationError`.
    package func judgeSamples(progress: (EvaluationProgress) -> Bool = { _ in true }) throws -> RecognitionResult {
        let samples = try library.samples(of: record)
        let embeddings = try library.embeddings(of: samples, record)
        var known: [String: [UnitEmbedding]] = [:]
        var strangers: [UnitEmbedding] = []
        for (sample, embedding) in zip(samples, embeddings) {
            let unit = try judging { () throws(LearningError) in try head.space.unit(embedding) }
            if let concept = sample.concept { known[concept, default: []].append(unit) } else { strangers.append(unit) }
        }
        let groups = known
        let others = strangers
        let validation = try judging { () throws(LearningError) in try CrossValidation(groups, strangers: others) }
        let trials = try judging { () throws(LearningError) in
            if let percent = options.heldOutPercent { return try validation.runHeldOut(head.method, percent: percent) }
            return try validation.run(head.method, foldCount: options.folds) { done, total in
                progress(EvaluationProgress(done: done, total: total, noun: "parts"))
            }
        }
        let folds = min(options.folds, known.values.map(\.count).min() ?? 0)
        let procedure =
            options.heldOutPercent.map { "\($0)% of the samples held out, the others learned" }
            ?? "cross-validation in \(folds) parts: every sample judged by a head that had not learned it"
        var recognition = Recognition(
            subject: .head, name: record.name, procedure: procedure, concepts: validation.concepts, trials: trials)
        recognition.noveltyLimit = head.noveltyLimit
        if case .discriminant(var settings) = head.method {
            recognition.temperature = settings.temperature
            settings.temperature = 1
            let plain = HeadMethod.discriminant(settings)
            let leftOut = try judging { () throws(LearningError) in
                try (plain.fit(groups) as? Discriminant)?.leaveOneOut(groups) ?? []
            }
            if leftOut.count >= HeadTrainer.minimumKnownCount { recognition.suggestedTemperature = Temperature.fit(leftOut) }
            if strangers.isEmpty, !leftOut.isEmpty { recognition.standIn = OpenSetCurve(leftOut) }
        }
        return RecognitionResult(recognition, options)
    }

    /// By pictures in a folder for each concept: the head as it is in use.
    /// - Parameters:
    ///   - embedder: where the embedder lies now; nil where it was when the head was begun.
    ///   - progress: called before each picture; false ends it.
    /// - Throws: `SampleError`, `TeachingError` for an embedder that is not the head's, `EvaluationError`.
    package func judge(
        folder path: String, embedder: String? = nil, progress: (EvaluationProgress) -> Bool = { _ in true }
    ) throws -> RecognitionResult {
        let folder = try LabelledFolder(path)
        if let other = folder.concepts.first(where: { !head.concepts.contains($0) }) {
            throw EvaluationError.unknownLabel(other, path: "head '\(record.name)'", known: head.concepts)
        }
        let embedder = try PictureEmbedder(path: embedder ?? record.embedderPath)
        let learned = Set(try library.samples(of: record).map(\.pictureDigest))
        var trials: [Trial] = []
        var learnedBefore = 0
        for (index, item) in folder.items.enumerated() {
            guard progress(EvaluationProgress(done: index, total: folder.items.count, noun: "pictures")) else {
                throw EvaluationError.cancelled
            }
            let file = try PicturePredictor.file(item.path)
            learnedBefore += learned.contains(ContentDigest.sha256(file)) ? 1 : 0
            let embedding = try embedder.embedding(file, region: .wholeFrame, source: item.path)
            let judgement = try judging { () throws(LearningError) in try head.head.judge(try head.space.unit(embedding)) }
            trials.append(Trial(truth: item.concept.flatMap(head.concepts.firstIndex), judgement))
        }
        var recognition = Recognition(
            subject: .head, name: record.name, procedure: "the head in use, on pictures of \(path)", concepts: head.concepts,
            trials: trials)
        recognition.noveltyLimit = head.noveltyLimit
        recognition.learnedBefore = learnedBefore
        if case .discriminant(let settings) = head.method { recognition.temperature = settings.temperature }
        return RecognitionResult(recognition, options)
    }
}
