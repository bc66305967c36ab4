/// How well a head did on samples that it had not learned: what a revision is kept or refused by.
package struct HeadEvaluation: Sendable, Hashable, Codable {
    package struct Concept: Sendable, Hashable, Codable {
        package let name: String
        package let samples: Int
        /// Nil where nothing was asked about it.
        package let precision: Double?
        package let recall: Double?
        package let f1: Double?
    }

    package let method: String
    package let samples: Int
    package let negatives: Int
    /// Parts of the cross-validation; 0 when a concept has too few samples for one.
    package let folds: Int
    /// The share of samples that got their own name; nil without a cross-validation.
    package let accuracy: Double?
    package let macroF1: Double?
    package let macroAreaUnderROC: Double?
    package let concepts: [Concept]
    /// What logits are divided by; 1 where the method has none.
    package let temperature: Double
    /// The highest novelty of something known; nil when nothing is called unknown.
    package let noveltyLimit: Int64?
    /// At that limit, of what was at hand: strangers taken as known, and known things taken as strangers.
    package let falseAcceptRate: Double?
    package let falseRejectRate: Double?
    /// The probability that a stranger looks more novel than something known.
    package let openSetAreaUnderROC: Double?
    /// What strangers were: `negatives`, or `other concepts` where there were too few.
    package let strangers: String?

    /// Whether this one does worse than an earlier one on the concepts that both know, by more than chance explains.
    ///
    /// The margin is one standard error of the mean recall, as of a binomial: with few samples, one more mistake says nothing.
    package func isWorse(than earlier: HeadEvaluation) -> Bool {
        let recalls = Dictionary(uniqueKeysWithValues: earlier.concepts.compactMap { concept in concept.recall.map { (concept.name, $0) } })
        let shared = concepts.compactMap { concept in
            concept.recall.flatMap { now in recalls[concept.name].map { (now: now, before: $0, count: concept.samples) } }
        }
        let count = shared.reduce(0) { $0 + $1.count }
        guard count > 0 else { return false }
        let now = shared.reduce(0) { $0 + $1.now } / Double(shared.count)
        let before = shared.reduce(0) { $0 + $1.before } / Double(shared.count)
        let error = (before * (1 - before) / Double(count)).squareRoot()
        return now < before - max(error, 1 / Double(count))
    }
}
