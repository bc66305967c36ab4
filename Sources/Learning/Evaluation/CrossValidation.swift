import Predictions

/// Fits a head to some samples and asks it about the others.
package struct CrossValidation: Sendable {
    /// By name.
    package let concepts: [String]
    private let samples: [UnitEmbedding]
    private let labels: [Int]
    private let strangers: [UnitEmbedding]
    private let kernels: VectorKernels

    /// - Parameters:
    ///   - samples: By concept; concepts without samples do not count.
    ///   - strangers: Of no concept: each is asked about, none is learned.
    /// - Throws: `tooFewConcepts` for fewer than two, `dimensionMismatch`.
    package init(
        _ samples: [String: [UnitEmbedding]], strangers: [UnitEmbedding] = [], _ kernels: VectorKernels = .best
    ) throws(LearningError) {
        concepts = samples.keys.sorted().filter { samples[$0]?.isEmpty == false }
        guard concepts.count >= 2 else { throw .tooFewConcepts(needed: 2, found: concepts.count) }
        self.samples = concepts.flatMap { samples[$0] ?? [] }
        labels = concepts.enumerated().flatMap { index, name in [Int](repeating: index, count: samples[name]?.count ?? 0) }
        self.strangers = strangers
        self.kernels = kernels
        let dimension = self.samples[0].dimension
        if let other = (self.samples + strangers).first(where: { $0.dimension != dimension }) {
            throw .dimensionMismatch(expected: dimension, found: other.dimension)
        }
    }

    /// Every sample is asked about once, by a head that learned all parts but its own; strangers by the head of the first part.
    /// - Parameters:
    ///   - foldCount: Lowered to the number of samples of the smallest concept where that is less, at least 2, so that no head lacks a concept.
    ///   - progress: Called before each fit with the parts done and their number; false ends it.
    /// - Returns: A trial for each sample, concept by concept in the order given, then one for each stranger.
    /// - Throws: `tooFewSamples` when a concept has only one sample; `cancelled`; what fitting throws.
    package func run(
        _ method: HeadMethod, foldCount: Int = 5, seed: UInt64 = 1, progress: (_ done: Int, _ total: Int) -> Bool = { _, _ in true }
    ) throws(LearningError) -> [Trial] {
        let smallest = concepts.indices.map { concept in labels.count { $0 == concept } }.min() ?? 0
        guard smallest >= 2 else { throw .tooFewSamples(needed: 2, found: smallest) }
        guard foldCount >= 2 else { throw .invalidSetting(name: "folds", value: "\(foldCount)", allowed: "2 or more") }
        let count = min(foldCount, smallest)
        let folds = try Folds.stratified(labels, count: count, seed: seed)
        var trials = [Trial?](repeating: nil, count: samples.count)
        var strange: [Trial] = []
        for fold in 0..<count {
            guard progress(fold, count) else { throw .cancelled }
            let head = try method.fit(learned { folds[$0] != fold }, kernels)
            for index in samples.indices where folds[index] == fold {
                trials[index] = Trial(truth: labels[index], try head.judge(samples[index]))
            }
            if fold == 0 { for sample in strangers { strange.append(Trial(truth: nil, try head.judge(sample))) } }
        }
        return trials.compactMap { $0 } + strange
    }

    /// One fit; the samples held out are asked about, and the strangers.
    package func runHeldOut(_ method: HeadMethod, percent: Int = 20, seed: UInt64 = 1) throws(LearningError) -> [Trial] {
        let isHeldOut = try Folds.heldOut(labels, percent: percent, seed: seed)
        let head = try method.fit(learned { !isHeldOut[$0] }, kernels)
        var trials: [Trial] = []
        for index in samples.indices where isHeldOut[index] { trials.append(Trial(truth: labels[index], try head.judge(samples[index]))) }
        for sample in strangers { trials.append(Trial(truth: nil, try head.judge(sample))) }
        return trials
    }

    private func learned(_ isLearned: (Int) -> Bool) -> [String: [UnitEmbedding]] {
        var result: [String: [UnitEmbedding]] = [:]
        for index in samples.indices where isLearned(index) { result[concepts[labels[index]], default: []].append(samples[index]) }
        return result
    }
}
