import Predictions

/// How well a head names things of known concepts; strangers among the trials do not count here (see `OpenSetCurve`).
package struct ClassificationReport: Sendable, Hashable {
    package struct Concept: Sendable, Hashable {
        package let name: String
        /// Samples of the concept.
        package let labelled: Int
        /// Samples that were given its name.
        package let predicted: Int
        package let truePositives: Int
        package var falsePositives: Int { predicted - truePositives }
        package var falseNegatives: Int { labelled - truePositives }
        /// Of what got the name, the share that has it by right; nil when nothing got it.
        package var precision: Double? { predicted == 0 ? nil : Double(truePositives) / Double(predicted) }
        /// Of what has the name by right, the share that got it; nil without samples.
        package var recall: Double? { labelled == 0 ? nil : Double(truePositives) / Double(labelled) }
        /// The harmonic mean of both; nil when there is neither a sample nor a prediction.
        package var f1: Double? { labelled + predicted == 0 ? nil : 2 * Double(truePositives) / Double(labelled + predicted) }
        /// The probability that one of its samples scores higher than another concept's, ties half; nil without either.
        package let areaUnderROC: Double?
    }

    package let concepts: [Concept]
    /// [truth][predicted]: how many.
    package let confusionCounts: [[Int]]
    /// [truth][concept]: the average score that samples of `truth` got for the concept. Rows of concepts without samples are zero.
    package let confusionProbabilities: [[Double]]

    /// - Parameter names: Of the concepts, in the order of the trials' scores.
    package init(_ trials: [Trial], names: [String]) {
        let count = names.count
        var counts = [[Int]](repeating: [Int](repeating: 0, count: count), count: count)
        var sums = [[Int64]](repeating: [Int64](repeating: 0, count: count), count: count)
        for trial in trials {
            guard let truth = trial.truth else { continue }
            precondition(trial.scores.count == count)
            counts[truth][trial.predicted] += 1
            for concept in 0..<count { sums[truth][concept] += Int64(trial.scores[concept].units) }
        }
        confusionCounts = counts
        confusionProbabilities = sums.indices.map { truth in
            let total = counts[truth].reduce(0, +)
            return sums[truth].map { total == 0 ? 0 : Double($0) / Double(total) / Double(Score.unitsPerOne) }
        }
        let known = trials.filter { $0.truth != nil }
        concepts = names.indices.map { index in
            Concept(
                name: names[index], labelled: counts[index].reduce(0, +), predicted: counts.reduce(0) { $0 + $1[index] },
                truePositives: counts[index][index],
                areaUnderROC: Ranking.area(known.map { (Int64($0.scores[index].units), $0.truth == index) }))
        }
    }

    package var labelled: Int { concepts.reduce(0) { $0 + $1.labelled } }
    /// The share of samples that got their own name; nil without samples.
    package var accuracy: Double? {
        labelled == 0 ? nil : Double(concepts.reduce(0) { $0 + $1.truePositives }) / Double(labelled)
    }
    /// Averages over the concepts that have the number.
    package var macroPrecision: Double? { Self.mean(concepts.compactMap(\.precision)) }
    package var macroRecall: Double? { Self.mean(concepts.compactMap(\.recall)) }
    package var macroF1: Double? { Self.mean(concepts.compactMap(\.f1)) }
    package var macroAreaUnderROC: Double? { Self.mean(concepts.compactMap(\.areaUnderROC)) }

    private static func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
}

package enum Ranking {
    /// The area under the ROC curve: the share of pairs of a positive and a negative in which the positive is larger, ties half (Mann and
    /// Whitney). Exact in integers up to the last division; nil without a pair.
    package static func area(_ items: [(value: Int64, isPositive: Bool)]) -> Double? {
        let sorted = items.sorted { $0.value < $1.value }
        var (negatives, doubled) = (0, 0)
        var start = 0
        while start < sorted.count {
            var (end, positiveHere) = (start, 0)
            while end < sorted.count, sorted[end].value == sorted[start].value {
                positiveHere += sorted[end].isPositive ? 1 : 0
                end += 1
            }
            let negativeHere = end - start - positiveHere
            doubled += positiveHere * (2 * negatives + negativeHere)
            negatives += negativeHere
            start = end
        }
        let pairs = negatives * (sorted.count - negatives)
        return pairs == 0 ? nil : Double(doubled) / 2 / Double(pairs)
    }
}
