import Predictions

/// The k nearest samples vote: works from one sample of each concept on, needs no fit.
///
/// A concept's score is its share of the votes. The most votes win; among equal votes, the concept whose nearest sample is nearer; among
/// equally near ones, the concept that comes first. All integers. N * D multiplications a vector.
package struct NearestNeighbours: EmbeddingHead {
    package let concepts: [String]
    package let dimension: Int
    /// Voters; fewer when there are fewer samples.
    package let k: Int
    /// [N,D], concept by concept.
    private let rows: [Int16]
    /// Of each row.
    private let owners: [Int]
    private let kernels: VectorKernels

    /// - Throws: `tooFewConcepts` without any sample, `invalidSetting` for k below 1, `dimensionMismatch`.
    package init(_ samples: [String: [UnitEmbedding]], k: Int, _ kernels: VectorKernels = .best) throws(LearningError) {
        guard k >= 1 else { throw .invalidSetting(name: "k", value: "\(k)", allowed: "1 or more") }
        concepts = samples.keys.sorted().filter { samples[$0]?.isEmpty == false }
        guard let dimension = concepts.first.flatMap({ samples[$0]?.first?.dimension }) else { throw .tooFewConcepts(needed: 1, found: 0) }
        var rows: [Int16] = []
        var owners: [Int] = []
        for (index, name) in concepts.enumerated() {
            // In an order of their own, so that the order in which they came does not matter.
            let group = (samples[name] ?? []).sorted { $0.elements.lexicographicallyPrecedes($1.elements) }
            for sample in group {
                guard sample.dimension == dimension else { throw .dimensionMismatch(expected: dimension, found: sample.dimension) }
                rows += sample.elements
                owners.append(index)
            }
        }
        self.dimension = dimension
        self.rows = rows
        self.owners = owners
        self.k = min(k, owners.count)
        self.kernels = kernels
    }

    package func judge(_ sample: UnitEmbedding) throws(LearningError) -> Judgement {
        guard sample.dimension == dimension else { throw .dimensionMismatch(expected: dimension, found: sample.dimension) }
        var dots = [Int32](repeating: 0, count: owners.count)
        var out = dots.mutableSpan
        kernels.dots(rows.span, firstRow: 0, rowCount: owners.count, sample.elements.span, sums: &out)
        var nearest = TopMatches(count: k)
        for (row, dot) in dots.enumerated() { nearest.offer(row: row, score: dot) }
        let voters = nearest.sorted
        var votes = [Int32](repeating: 0, count: concepts.count)
        var closest = [Int32](repeating: .min, count: concepts.count)
        for voter in voters {
            votes[owners[voter.row]] += 1
            closest[owners[voter.row]] = max(closest[owners[voter.row]], voter.score)
        }
        let best = concepts.indices.reduce(0) { (votes[$1], closest[$1]) > (votes[$0], closest[$0]) ? $1 : $0 }
        return Judgement(
            scores: votes.map { Score(units: $0 * Score.unitsPerOne / Int32(k)) }, best: best,
            novelty: Judgement.novelty(ofDot: voters.first?.score ?? 0))
    }
}
