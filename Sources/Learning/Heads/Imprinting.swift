import FixedPoint
import Predictions

/// Weight imprinting (Qi, Brown, Lowe: "Low-shot learning with imprinted weights", CVPR 2018) as accelerators have it: the weights of a last
/// layer are the concepts' mean directions, in int8 with one scale a concept. For comparisons.
package struct Imprinting: EmbeddingHead {
    package let concepts: [String]
    package let dimension: Int
    package let sharpness: Double
    /// [C][D] and the value of one unit.
    private let weights: [(codes: [Int8], scale: Double)]

    /// - Throws: `tooFewConcepts` without any sample; `zeroEmbedding` when a concept's samples cancel each other out.
    package init(_ statistics: ConceptStatistics, sharpness: Double = 16) throws(LearningError) {
        guard !statistics.concepts.isEmpty else { throw .tooFewConcepts(needed: 1, found: 0) }
        var weights: [(codes: [Int8], scale: Double)] = []
        for concept in statistics.concepts {
            let mean = try UnitEmbedding(direction: concept.sum)
            let largest = mean.elements.reduce(1) { max($0, Int32($1.magnitude)) }
            let codes = mean.elements.map { element -> Int8 in
                let magnitude = (Int32(element.magnitude) * 254 + largest) / (2 * largest)
                return Int8(element < 0 ? -magnitude : magnitude)
            }
            weights.append((codes, Double(largest) / 127 / Double(UnitEmbedding.one)))
        }
        concepts = statistics.concepts.map(\.name)
        dimension = statistics.dimension
        self.weights = weights
        self.sharpness = sharpness
    }

    package func judge(_ sample: UnitEmbedding) throws(LearningError) -> Judgement {
        guard sample.dimension == dimension else { throw .dimensionMismatch(expected: dimension, found: sample.dimension) }
        let cosines = weights.map { codes, scale in
            // Bound: 2048 * 2^14 * 127 is below 2^33.
            let sum = codes.indices.reduce(Int64(0)) { $0 + Int64(codes[$1]) * Int64(sample.elements[$1]) }
            return Double(sum) * scale / Double(UnitEmbedding.one)
        }
        let best = cosines.indexOfLargest
        return Judgement(
            scores: Transcendental.softmax(cosines.map { $0 * sharpness }).map { Score($0) }, best: best,
            novelty: Judgement.units(1 - cosines[best]))
    }
}
