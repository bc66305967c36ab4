package import Predictions

/// One pass, for streams: a sample joins the most similar leader, or becomes a leader itself when none is similar enough (Hartigan:
/// "Clustering Algorithms", 1975). Leaders do not move, so that a cluster's number keeps its meaning.
package struct LeaderClustering: Sendable, Hashable {
    package struct Leader: Sendable, Hashable {
        /// Counts up from 0 and is never used again.
        package let number: Int
        package let embedding: UnitEmbedding
        package fileprivate(set) var memberCount: Int
        fileprivate var lastJoined: Int
    }

    /// The cosine from which on a sample joins.
    package let similarity: Score
    /// Leaders at most: one more takes the place of that which was joined the longest ago.
    package let capacity: Int
    package private(set) var leaders: [Leader] = []
    private var sampleCount = 0
    private var nextNumber = 0

    /// - Throws: `invalidSetting` unless the similarity is -1...1 and the capacity 1 or more.
    package init(similarity: Score, capacity: Int = 4096) throws(LearningError) {
        guard (Score(-1)...Score.one).contains(similarity) else {
            throw .invalidSetting(name: "similarity", value: "\(similarity.value)", allowed: "-1...1")
        }
        guard capacity >= 1 else { throw .invalidSetting(name: "capacity", value: "\(capacity)", allowed: "1 or more") }
        self.similarity = similarity
        self.capacity = capacity
    }

    /// - Returns: The leader's number, the cosine to it, and whether the sample founded it.
    /// - Throws: `dimensionMismatch`; nothing has changed then.
    package mutating func add(_ sample: UnitEmbedding) throws(LearningError) -> (number: Int, similarity: Score, isNew: Bool) {
        if let first = leaders.first, first.embedding.dimension != sample.dimension {
            throw .dimensionMismatch(expected: first.embedding.dimension, found: sample.dimension)
        }
        sampleCount += 1
        var best: (index: Int, dot: Int32)?
        for (index, leader) in leaders.enumerated() {
            let dot = leader.embedding.dot(sample)
            if dot > best?.dot ?? .min { best = (index, dot) }
        }
        if let best, UnitEmbedding.similarity(ofDot: best.dot) >= similarity {
            leaders[best.index].memberCount += 1
            leaders[best.index].lastJoined = sampleCount
            return (leaders[best.index].number, UnitEmbedding.similarity(ofDot: best.dot), false)
        }
        let leader = Leader(number: nextNumber, embedding: sample, memberCount: 1, lastJoined: sampleCount)
        nextNumber += 1
        if leaders.count == capacity, let oldest = leaders.indices.min(by: { leaders[$0].lastJoined < leaders[$1].lastJoined }) {
            leaders[oldest] = leader
        } else {
            leaders.append(leader)
        }
        return (leader.number, .one, true)
    }
}
