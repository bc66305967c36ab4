package import Predictions

/// What tells concepts apart in embeddings: fitted once, immutable, shared by all threads.
package protocol EmbeddingHead: Sendable {
    /// By name; the order of all scores.
    var concepts: [String] { get }
    /// Elements of the vectors that it judges.
    var dimension: Int { get }
    /// - Throws: `dimensionMismatch`.
    func judge(_ sample: UnitEmbedding) throws(LearningError) -> Judgement
}

/// What a head says of one vector; integers, the same on every machine.
package struct Judgement: Sendable, Hashable {
    /// Of each concept, in the head's order.
    package let scores: [Score]
    /// The head's choice among its concepts.
    package let best: Int
    /// How unlike the samples the vector is, in units of 1/65 536: the squared Mahalanobis distance to the nearest concept for a
    /// discriminant, 1 - cosine to the nearest sample or mean for the others.
    package let novelty: Int64

    package init(scores: [Score], best: Int, novelty: Int64) {
        self.scores = scores
        self.best = best
        self.novelty = novelty
    }

    /// - Parameter limit: The highest novelty of something known; nil when all is taken as known.
    package func isUnknown(above limit: Int64?) -> Bool { limit.map { novelty > $0 } ?? false }

    /// The concepts as a prediction carries them: highest score first, equal scores in the head's order.
    package func ranked(_ concepts: [String]) -> [ScoredConcept] {
        let order = scores.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
        return order.map { ScoredConcept(concepts[$0], scores[$0]) }
    }

    /// 1 - cosine in units of 1/65 536.
    package static func novelty(ofDot dot: Int32) -> Int64 { Int64(Score.unitsPerOne - UnitEmbedding.similarity(ofDot: dot).units) }

    /// A real number in units of 1/65 536, clamped to 2^62.
    static func units(_ value: Double) -> Int64 {
        let scaled = (value * Double(Score.unitsPerOne)).rounded(.toNearestOrEven)
        return scaled < 4e18 ? (scaled > -4e18 ? Int64(scaled) : -(1 << 62)) : 1 << 62
    }
}

extension [Double] {
    /// The first position of the largest number; 0 when empty.
    var indexOfLargest: Int { indices.reduce(0) { self[$1] > self[$0] ? $1 : $0 } }
}
