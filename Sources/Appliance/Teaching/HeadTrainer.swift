import FoundationEssentials
import Learning
import Predictions
package import Samples

/// Fits a head from its samples, evaluates it, and keeps it as a revision. Any thread, one at a time.
package struct HeadTrainer {
    package struct Options: Sendable {
        package enum Method: String, Sendable, CaseIterable {
            /// Streaming linear discriminant analysis.
            case slda
            /// Nearest neighbours: works from one sample a concept.
            case knn
            /// Nearest class mean, for comparison.
            case mean
        }

        package var method = Method.slda
        /// Voters of `knn`.
        package var neighbours = 5
        /// Of `slda`: how much of the covariance is replaced by a sphere.
        package var shrinkage = 0.1
        /// Principal components to keep, for small boards; nil keeps the whole embedding.
        package var components: Int?
        /// The share of strangers that may be taken as known.
        package var falseAcceptRate = 0.05
        package var folds = 5
        /// Puts the revision in use although it does worse.
        package var isForced = false

        package init() {}
    }

    package struct Outcome: Sendable {
        package let revision: Int
        package let isActive: Bool
        package let evaluation: HeadEvaluation
        /// Of the revision that was in use before.
        package let earlier: HeadEvaluation?
    }

    private let library: SampleLibrary
    private let options: Options

    /// Fewer negatives do not say where the threshold of `unknown` should be.
    static let minimumNegativeCount = 5
    /// Fewer samples of concepts neither.
    static let minimumKnownCount = 10

    package init(_ library: SampleLibrary, _ options: Options) {
        self.library = library
        self.options = options
    }

    /// - Parameter progress: called before each step with a share of the work; false ends it, and nothing has changed.
    /// - Throws: `SampleError`; `TeachingError.learning` when the samples do not make a head.
    package func train(
        _ record: HeadRecord, wallNanoseconds: Int64, progress: (Double) -> Bool = { _ in true }
    ) throws -> Outcome {
        let samples = try library.samples(of: record)
        let embeddings = try library.embeddings(of: samples, record)
        let (head, evaluation) = try Self.learning { () throws(LearningError) in
            try fit(record, samples.map(\.concept), embeddings, progress)
        }
        let earlier = try library.revisions(of: record).first(where: \.isActive).flatMap {
            try? JSONDecoder().decode(HeadEvaluation.self, from: Data($0.evaluation.utf8))
        }
        let isActive = options.isForced || earlier.map { !evaluation.isWorse(than: $0) } ?? true
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let number = try library.addRevision(
            to: record, method: options.method.rawValue, sampleCount: samples.count, wallNanoseconds: wallNanoseconds,
            evaluation: String(decoding: try encoder.encode(evaluation), as: UTF8.self), contents: head.encoded(), isActive: isActive)
        return Outcome(revision: number, isActive: isActive, evaluation: evaluation, earlier: earlier)
    }

    private static func learning<T>(_ body: () throws(LearningError) -> T) throws(TeachingError) -> T {
        do { return try body() } catch { throw .learning(error) }
    }

    private func fit(
        _ record: HeadRecord, _ concepts: [String?], _ embeddings: [Embedding], _ progress: (Double) -> Bool
    ) throws(LearningError) -> (TrainedHead, HeadEvaluation) {
        let space = try space(record, embeddings)
        var known: [String: [UnitEmbedding]] = [:]
        var negatives: [UnitEmbedding] = []
        for (concept, embedding) in zip(concepts, embeddings) {
            let unit = try space.unit(embedding)
            if let concept { known[concept, default: []].append(unit) } else { negatives.append(unit) }
        }
        if options.method == .slda, known.count < 2 { throw .tooFewConcepts(needed: 2, found: known.count) }
        let canValidate = known.count >= 2 && known.values.allSatisfy { $0.count >= 2 }
        let folds = canValidate ? min(options.folds, known.values.map(\.count).min() ?? 0) : 0
        var trials: [Trial] = []
        if canValidate {
            trials = try CrossValidation(known, strangers: negatives).run(try method(), foldCount: options.folds) { done, total in
                progress(Double(done) / Double(total + 1))
            }
        }
        guard progress(Double(folds) / Double(folds + 1)) else { throw .cancelled }
        let (method, calibration) = try calibrated(known, negatives, trials)
        let head = try TrainedHead(
            space: space, method: method, evidence: TrainedHead.evidence(known, for: method), noveltyLimit: calibration?.point.limit)
        let report = canValidate ? ClassificationReport(trials, names: known.keys.sorted()) : nil
        let evaluation = HeadEvaluation(
            method: options.method.rawValue, samples: concepts.count - negatives.count, negatives: negatives.count, folds: folds,
            accuracy: report?.accuracy, macroF1: report?.macroF1, macroAreaUnderROC: report?.macroAreaUnderROC,
            concepts: known.keys.sorted().enumerated().map { index, name in
                let concept = report?.concepts[index]
                return HeadEvaluation.Concept(
                    name: name, samples: known[name]?.count ?? 0, precision: concept?.precision, recall: concept?.recall, f1: concept?.f1)
            },
            temperature: method.temperature, noveltyLimit: calibration?.point.limit, falseAcceptRate: calibration?.point.falseAcceptRate,
            falseRejectRate: calibration?.point.falseRejectRate, openSetAreaUnderROC: calibration?.areaUnderROC,
            strangers: calibration?.strangers)
        return (head, evaluation)
    }

    private func space(_ record: HeadRecord, _ embeddings: [Embedding]) throws(LearningError) -> EmbeddingSpace {
        let whole = try EmbeddingSpace(embedderDigest: record.embedderDigest, inputDimension: record.dimension)
        guard let components = options.components, components < record.dimension else { return whole }
        var statistics = try ConceptStatistics(dimension: record.dimension)
        var units: [UnitEmbedding] = []
        for embedding in embeddings { units.append(try whole.unit(embedding)) }
        // What things look like has no label.
        try statistics.add(units, to: "all")
        return try EmbeddingSpace(
            embedderDigest: record.embedderDigest, inputDimension: record.dimension,
            projection: Projection.fit(statistics, dimension: components))
    }

    private func method() throws(LearningError) -> HeadMethod {
        switch options.method {
        case .slda: .discriminant(DiscriminantSettings(shrinkage: options.shrinkage))
        case .knn: .nearestNeighbours(k: options.neighbours)
        case .mean: .nearestMean
        }
    }

    private struct Calibration {
        let point: OpenSetCurve.Point
        let areaUnderROC: Double?
        let strangers: String
    }

    /// The method with the temperature that its samples ask for, and the threshold of `unknown`; nil when nothing says where it should be.
    private func calibrated(
        _ known: [String: [UnitEmbedding]], _ negatives: [UnitEmbedding], _ trials: [Trial]
    ) throws(LearningError) -> (HeadMethod, Calibration?) {
        let method = try method()
        guard known.values.reduce(0, { $0 + $1.count }) >= Self.minimumKnownCount else { return (method, nil) }
        let hasNegatives = negatives.count >= Self.minimumNegativeCount
        guard case .discriminant(var settings) = method, let head = try method.fit(known) as? Discriminant else {
            return (method, hasNegatives && !trials.isEmpty ? calibration(OpenSetCurve(trials), "negatives") : nil)
        }
        let leftOut = try head.leaveOneOut(known)
        guard leftOut.count >= Self.minimumKnownCount else { return (method, nil) }
        settings.temperature = Temperature.fit(leftOut)
        let strangers = hasNegatives ? try head.judge(negatives).map(\.novelty) : leftOut.map(\.noveltyToOthers)
        let curve = OpenSetCurve(known: leftOut.map(\.novelty), strangers: strangers)
        return (.discriminant(settings), calibration(curve, hasNegatives ? "negatives" : "other concepts"))
    }

    private func calibration(_ curve: OpenSetCurve, _ strangers: String) -> Calibration? {
        curve.point(falseAcceptRateAtMost: options.falseAcceptRate).map {
            Calibration(point: $0, areaUnderROC: curve.areaUnderROC, strangers: strangers)
        }
    }
}

extension HeadMethod {
    fileprivate var temperature: Double {
        if case .discriminant(let settings) = self { settings.temperature } else { 1 }
    }
}
