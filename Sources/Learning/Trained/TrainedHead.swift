package import Predictions

/// A head in use: fitted, with the threshold of `unknown`, and all that it was learned from.
///
/// What is stored is the evidence (samples, or statistics where there are many) and the settings, not the fitted numbers: fitting gives the
/// same bits on every machine, so a head can always be explained by its samples. Immutable, shared by all threads.
package struct TrainedHead: Sendable {
    /// What a head is fitted from.
    package enum Evidence: Sendable, Hashable {
        /// By concept: for nearest neighbours, and where samples are fewer than dimensions.
        case samples([String: [UnitEmbedding]])
        /// For discriminants and means of many samples.
        case statistics(ConceptStatistics)
    }

    package let space: EmbeddingSpace
    package let method: HeadMethod
    package let evidence: Evidence
    /// The highest novelty of something known (`Judgement.novelty`); nil takes everything as known.
    package let noveltyLimit: Int64?
    package let head: any EmbeddingHead

    package var concepts: [String] { head.concepts }

    /// Fits the head.
    /// - Throws: what fitting throws; `invalidSetting` for nearest neighbours from statistics, which have lost the samples.
    package init(
        space: EmbeddingSpace, method: HeadMethod, evidence: Evidence, noveltyLimit: Int64?, _ kernels: VectorKernels = .best
    ) throws(LearningError) {
        self.space = space
        self.method = method
        self.evidence = evidence
        self.noveltyLimit = noveltyLimit
        switch evidence {
        case .samples(let samples): head = try method.fit(samples, kernels)
        case .statistics(let statistics):
            switch method {
            case .discriminant(let settings): head = try Discriminant.fit(statistics, settings, kernels)
            case .nearestMean: head = try NearestMean(statistics)
            case .imprinting: head = try Imprinting(statistics)
            case .nearestNeighbours:
                throw .invalidSetting(name: "evidence", value: "statistics", allowed: "samples, for nearest neighbours")
            }
        }
        guard head.dimension == space.dimension else {
            throw .dimensionMismatch(expected: space.dimension, found: head.dimension)
        }
    }

    /// The smaller form of the evidence that the method can be fitted from.
    package static func evidence(
        _ samples: [String: [UnitEmbedding]], for method: HeadMethod, _ kernels: VectorKernels = .best
    ) throws(LearningError) -> Evidence {
        let count = samples.values.reduce(0) { $0 + $1.count }
        guard let dimension = samples.values.first(where: { !$0.isEmpty })?.first?.dimension else {
            throw .tooFewConcepts(needed: 1, found: 0)
        }
        // 2 bytes an element of a sample; 8 bytes an element of a triangle of D * D / 2.
        if case .nearestNeighbours = method { return .samples(samples) }
        guard count > 2 * dimension else { return .samples(samples) }
        var statistics = try ConceptStatistics(dimension: dimension)
        for (name, group) in samples { try statistics.add(group, to: name, kernels) }
        return .statistics(statistics)
    }

    /// What the head says of an embedding.
    package struct Verdict: Sendable, Hashable {
        /// Highest score first.
        package let concepts: [ScoredConcept]
        /// Unlike everything that was taught.
        package let isUnknown: Bool
        package let novelty: Int64
    }

    /// - Throws: `embedderMismatch`, `dimensionMismatch`, `zeroEmbedding`.
    package func judge(_ embedding: Embedding) throws(LearningError) -> Verdict {
        let judgement = try head.judge(try space.unit(embedding))
        return Verdict(
            concepts: judgement.ranked(head.concepts), isUnknown: judgement.isUnknown(above: noveltyLimit), novelty: judgement.novelty)
    }
}
