package import Learning
import Predictions

/// How well a head or classifier recognizes things: all numbers that are shown, and the curves that are drawn.
package struct RecognitionResult: Sendable, Encodable {
    /// A threshold on one concept's score, and what it does to the samples at hand.
    package struct Threshold: Sendable, Encodable, Hashable {
        package let threshold: Double
        package let precision: Double
        package let recall: Double
    }

    package struct Concept: Sendable, Encodable, Hashable {
        package let name: String
        package let labelled: Int
        package let predicted: Int
        package let truePositives: Int
        package let falsePositives: Int
        package let falseNegatives: Int
        package let precision: Double?
        package let recall: Double?
        package let f1: Double?
        package let areaUnderROC: Double?
        /// The area under the curve of precision over recall; nil without samples.
        package let averagePrecision: Double?
        /// The highest threshold with the wanted recall, and the lowest with the wanted precision; nil when there is none.
        package let forRecall: Threshold?
        package let forPrecision: Threshold?
    }

    /// How strangers are told from the known.
    package struct OpenSet: Sendable, Encodable, Hashable {
        package struct Point: Sendable, Encodable, Hashable {
            /// Novelties above are unknown.
            package let limit: Double
            package let falseAcceptRate: Double
            package let falseRejectRate: Double
        }

        /// `strangers` that the user named, or `other concepts` that stand for them.
        package let strangers: String
        package let knownCount: Int
        package let strangerCount: Int
        package let areaUnderROC: Double?
        package let points: [Point]
    }

    /// At the threshold of `unknown` that is in use.
    package struct Unknown: Sendable, Encodable, Hashable {
        package let limit: Double
        /// Known things that are called unknown.
        package let rejected: Int
        package let known: Int
        /// Strangers that are taken as known.
        package let accepted: Int
        package let strangers: Int
    }

    /// Samples of one concept that got the name of another.
    package struct Confusion: Sendable, Encodable, Hashable {
        package let truth: String
        package let predicted: String
        package let count: Int
    }

    package let kind: String
    package let name: String
    package let procedure: String
    package let samples: Int
    package let strangers: Int
    package let learnedBefore: Int
    package let accuracy: Double?
    package let macroPrecision: Double?
    package let macroRecall: Double?
    package let macroF1: Double?
    package let macroAreaUnderROC: Double?
    package let wantedRecall: Double
    package let wantedPrecision: Double
    package let concepts: [Concept]
    /// [truth][predicted], in the order of the concepts.
    package let confusionCounts: [[Int]]
    /// [truth][concept]: the average score that samples of `truth` got for the concept.
    package let confusionProbabilities: [[Double]]
    package let temperature: Double?
    package let suggestedTemperature: Double?
    package let unknown: Unknown?
    package let openSet: OpenSet?

    /// Of each concept, for drawing; not part of the JSON. Strangers count among what must not get through.
    package let curves: [PrecisionRecallCurve]
    /// The same without strangers: what the areas under ROC are of.
    package let curvesOfKnown: [PrecisionRecallCurve]

    private enum CodingKeys: String, CodingKey {
        case kind, name, procedure, samples, strangers, learnedBefore, accuracy, macroPrecision, macroRecall, macroF1, macroAreaUnderROC,
            wantedRecall, wantedPrecision, concepts, confusionCounts, confusionProbabilities, temperature, suggestedTemperature, unknown,
            openSet
    }

    /// What stands for all labels that a data set does not have.
    package static let othersName = "(any other)"
    /// Of a curve in JSON or in a table; all others lie between them.
    private static let maximumPointCount = 200

    init(_ recognition: Recognition, _ options: EvaluationOptions) {
        let report = ClassificationReport(recognition.trials, names: recognition.concepts)
        let curves = recognition.concepts.indices.map { PrecisionRecallCurve(recognition.trials, concept: $0) }
        kind = recognition.subject.rawValue
        name = recognition.name
        procedure = recognition.procedure
        samples = report.labelled
        strangers = recognition.trials.count - report.labelled
        learnedBefore = recognition.learnedBefore
        accuracy = report.accuracy
        // What nobody labelled is no concept to be averaged.
        let labelled = report.concepts.filter { $0.labelled > 0 }
        macroPrecision = Self.mean(labelled.compactMap(\.precision))
        macroRecall = Self.mean(labelled.compactMap(\.recall))
        macroF1 = Self.mean(labelled.compactMap(\.f1))
        macroAreaUnderROC = Self.mean(labelled.compactMap(\.areaUnderROC))
        wantedRecall = options.wantedRecall
        wantedPrecision = options.wantedPrecision
        confusionCounts = report.confusionCounts
        confusionProbabilities = report.confusionProbabilities
        temperature = recognition.temperature
        suggestedTemperature = recognition.suggestedTemperature
        concepts = report.concepts.enumerated().map { index, concept in
            let curve = curves[index]
            let hasSamples = concept.labelled > 0
            return Concept(
                name: concept.name, labelled: concept.labelled, predicted: concept.predicted, truePositives: concept.truePositives,
                falsePositives: concept.falsePositives, falseNegatives: concept.falseNegatives, precision: concept.precision,
                recall: concept.recall, f1: concept.f1, areaUnderROC: concept.areaUnderROC,
                averagePrecision: hasSamples ? curve.averagePrecision : nil,
                forRecall: hasSamples ? curve.point(recallAtLeast: options.wantedRecall).map(Threshold.init) : nil,
                forPrecision: hasSamples
                    ? curve.point(precisionAtLeast: options.wantedPrecision).flatMap { $0.recall > 0 ? Threshold($0) : nil } : nil)
        }
        self.curves = curves
        let known = recognition.trials.filter { $0.truth != nil }
        curvesOfKnown = recognition.concepts.indices.map { PrecisionRecallCurve(known, concept: $0) }
        unknown = recognition.noveltyLimit.map { limit in
            let others = recognition.trials.filter { $0.truth == nil }
            return Unknown(
                limit: Self.value(limit), rejected: known.count { $0.novelty > limit }, known: known.count,
                accepted: others.count { $0.novelty <= limit }, strangers: others.count)
        }
        let hasStrangers = strangers > 0
        openSet = (hasStrangers ? OpenSetCurve(recognition.trials) : recognition.standIn).map { curve in
            OpenSet(
                strangers: hasStrangers ? "strangers" : "other concepts", knownCount: curve.knownCount, strangerCount: curve.strangerCount,
                areaUnderROC: curve.areaUnderROC,
                points: Self.thinned(curve.points).map {
                    OpenSet.Point(
                        limit: Self.value($0.limit), falseAcceptRate: $0.falseAcceptRate, falseRejectRate: $0.falseRejectRate)
                })
        }
    }

    /// Those that happen most, the most frequent first.
    package var confusions: [Confusion] {
        var found: [Confusion] = []
        for (truth, row) in confusionCounts.enumerated() {
            for (predicted, count) in row.enumerated() where predicted != truth && count > 0 {
                found.append(Confusion(truth: concepts[truth].name, predicted: concepts[predicted].name, count: count))
            }
        }
        return found.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
    }

    private static func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }

    private static func value(_ novelty: Int64) -> Double { Double(novelty) / Double(Score.unitsPerOne) }

    /// The first, the last, and evenly many between.
    private static func thinned<T>(_ points: [T]) -> [T] {
        guard points.count > maximumPointCount else { return points }
        return (0..<maximumPointCount).map { points[$0 * (points.count - 1) / (maximumPointCount - 1)] }
    }
}

extension RecognitionResult.Threshold {
    fileprivate init(_ point: PrecisionRecallCurve.Point) {
        self.init(threshold: point.threshold.value, precision: point.precision, recall: point.recall)
    }
}

extension RecognitionResult.OpenSet {
    /// Where a share of strangers gets in: the highest limit for each of some rates.
    package func points(atRates rates: [Double]) -> [(rate: Double, point: Point)] {
        rates.compactMap { rate in points.last { $0.falseAcceptRate <= rate }.map { (rate, $0) } }
    }
}
