/// What the user wants to know.
package struct EvaluationOptions: Sendable, Hashable {
    /// Parts of a cross-validation.
    package var folds = 5
    /// Holds out this share once instead of a cross-validation; in percent.
    package var heldOutPercent: Int?
    /// Thresholds are suggested that reach this recall, and that keep this precision.
    package var wantedRecall = 0.95
    package var wantedPrecision = 0.95

    package init() {}
}

/// How far an evaluation is.
package struct EvaluationProgress: Sendable, Hashable {
    package let done: Int
    package let total: Int
    /// `pictures`, `parts`
    package let noun: String
}
