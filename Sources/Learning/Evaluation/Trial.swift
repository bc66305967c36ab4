package import Predictions

/// What a head said of one sample whose concept is known to the user; the head had not learned it.
package struct Trial: Sendable, Hashable {
    /// The concept's position; nil for something that belongs to none.
    package let truth: Int?
    /// Of each concept.
    package let scores: [Score]
    package let predicted: Int
    /// In units of 1/65 536; see `Judgement.novelty`.
    package let novelty: Int64

    package init(truth: Int?, scores: [Score], predicted: Int, novelty: Int64) {
        self.truth = truth
        self.scores = scores
        self.predicted = predicted
        self.novelty = novelty
    }

    package init(truth: Int?, _ judgement: Judgement) {
        self.init(truth: truth, scores: judgement.scores, predicted: judgement.best, novelty: judgement.novelty)
    }
}
