package import Predictions

/// What a threshold on one concept's score lets through: a point for each score that occurs, from the highest down.
package struct PrecisionRecallCurve: Sendable, Hashable {
    package struct Point: Sendable, Hashable {
        /// Scores of at least this are let through.
        package let threshold: Score
        package let truePositives: Int
        package let falsePositives: Int
        package let precision: Double
        package let recall: Double
        /// The share of other things that are let through; 0 when there are none.
        package let falseAcceptRate: Double
    }

    package let positiveCount: Int
    package let negativeCount: Int
    package let points: [Point]

    package init(_ items: [(score: Score, isPositive: Bool)]) {
        let sorted = items.sorted { $0.score > $1.score }
        let positives = sorted.count { $0.isPositive }
        let negatives = sorted.count - positives
        var points: [Point] = []
        var through = 0
        for (index, item) in sorted.enumerated() {
            through += item.isPositive ? 1 : 0
            guard index + 1 == sorted.count || sorted[index + 1].score != item.score else { continue }
            let wrong = index + 1 - through
            points.append(
                Point(
                    threshold: item.score, truePositives: through, falsePositives: wrong, precision: Double(through) / Double(index + 1),
                    recall: positives == 0 ? 0 : Double(through) / Double(positives),
                    falseAcceptRate: negatives == 0 ? 0 : Double(wrong) / Double(negatives)))
        }
        positiveCount = positives
        negativeCount = negatives
        self.points = points
    }

    /// Of one concept; strangers are among what must not be let through.
    package init(_ trials: [Trial], concept: Int) { self.init(trials.map { ($0.scores[concept], $0.truth == concept) }) }

    /// The highest threshold that reaches a recall; nil when none does.
    package func point(recallAtLeast recall: Double) -> Point? { points.first { $0.recall >= recall } }

    /// The lowest threshold that keeps a precision: the most recall that it allows; nil when none does.
    package func point(precisionAtLeast precision: Double) -> Point? { points.last { $0.precision >= precision } }

    /// The lowest threshold that lets no more than this share of other things through; nil when even the highest score does.
    package func point(falseAcceptRateAtMost rate: Double) -> Point? { points.last { $0.falseAcceptRate <= rate } }

    /// The mean precision over the recall steps.
    package var averagePrecision: Double {
        var (sum, before) = (0.0, 0.0)
        for point in points {
            sum += (point.recall - before) * point.precision
            before = point.recall
        }
        return sum
    }
}
