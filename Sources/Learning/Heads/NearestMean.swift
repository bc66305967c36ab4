import FixedPoint
import Predictions

/// The concept whose mean points most nearly the same way: what other heads are measured against.
///
/// Scores are a softmax of the cosines times `sharpness`.
package struct NearestMean: EmbeddingHead {
    package let concepts: [String]
    package let dimension: Int
    package let sharpness: Double
    private let means: [UnitEmbedding]

    /// - Throws: `tooFewConcepts` without any sample; `zeroEmbedding` when a concept's samples cancel each other out.
    package init(_ statistics: ConceptStatistics, sharpness: Double = 16) throws(LearningError) {
        guard !statistics.concepts.isEmpty else { throw .tooFewConcepts(needed: 1, found: 0) }
        var means: [UnitEmbedding] = []
        for concept in statistics.concepts { means.append(try UnitEmbedding(direction: concept.sum)) }
        concepts = statistics.concepts.map(\.name)
        dimension = statistics.dimension
        self.means = means
        self.sharpness = sharpness
    }

    package func judge(_ sample: UnitEmbedding) throws(LearningError) -> Judgement {
        guard sample.dimension == dimension else { throw .dimensionMismatch(expected: dimension, found: sample.dimension) }
        let dots = means.map { $0.dot(sample) }
        let cosines = dots.map { Double($0) / Double(UnitEmbedding.squaredOne) }
        let best = cosines.indexOfLargest
        return Judgement(
            scores: Transcendental.softmax(cosines.map { $0 * sharpness }).map { Score($0) }, best: best,
            novelty: Judgement.novelty(ofDot: dots[best]))
    }
}
