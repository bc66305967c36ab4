package import Predictions

/// Which samples belong together, and what each group looks like.
package struct Clustering: Sendable, Hashable {
    /// The cluster of each sample: 0..<count.
    package let assignments: [Int]
    /// The direction of each cluster's mean.
    package let centres: [UnitEmbedding]

    package var count: Int { centres.count }

    package init(assignments: [Int], centres: [UnitEmbedding]) {
        self.assignments = assignments
        self.centres = centres
    }

    /// From assignments alone. Clusters without samples are left out, and the others keep their order.
    /// - Throws: `zeroEmbedding` when the samples of a cluster cancel each other out.
    init(assignments: [Int], of samples: [UnitEmbedding]) throws(LearningError) {
        var sums: [Int: [Int64]] = [:]
        for (index, cluster) in assignments.enumerated() {
            var sum = sums[cluster] ?? [Int64](repeating: 0, count: samples[index].dimension)
            sums[cluster] = nil
            for place in sum.indices { sum[place] += Int64(samples[index].elements[place]) }
            sums[cluster] = sum
        }
        let kept = sums.keys.sorted()
        var centres: [UnitEmbedding] = []
        for cluster in kept { centres.append(try UnitEmbedding(direction: sums[cluster] ?? [])) }
        let renamed = Dictionary(uniqueKeysWithValues: kept.enumerated().map { ($1, $0) })
        self.init(assignments: assignments.map { renamed[$0] ?? 0 }, centres: centres)
    }

    /// The samples of each cluster, the most central first: nearest to the mean's direction; equally near ones in their order.
    package func members(of samples: [UnitEmbedding]) -> [[Int]] {
        precondition(samples.count == assignments.count)
        var groups = [[(index: Int, dot: Int32)]](repeating: [], count: count)
        for (index, cluster) in assignments.enumerated() { groups[cluster].append((index, samples[index].dot(centres[cluster]))) }
        return groups.map { group in group.sorted { $0.dot == $1.dot ? $0.index < $1.index : $0.dot > $1.dot }.map(\.index) }
    }

    /// The nearest cluster and the cosine to its centre; the first of equally near ones, nil without clusters.
    /// - Throws: `dimensionMismatch`.
    package func nearest(to sample: UnitEmbedding) throws(LearningError) -> (cluster: Int, similarity: Score)? {
        guard let first = centres.first else { return nil }
        guard first.dimension == sample.dimension else { throw .dimensionMismatch(expected: first.dimension, found: sample.dimension) }
        var best = (cluster: 0, dot: Int32.min)
        for (cluster, centre) in centres.enumerated() {
            let dot = centre.dot(sample)
            if dot > best.dot { best = (cluster, dot) }
        }
        return (best.cluster, UnitEmbedding.similarity(ofDot: best.dot))
    }
}

/// Unit vectors one after the other, for kernels that read rows.
struct UnitRows {
    let dimension: Int
    let count: Int
    let elements: [Int16]

    /// - Throws: `dimensionMismatch`, `tooFewSamples` without any.
    init(_ samples: [UnitEmbedding]) throws(LearningError) {
        guard let dimension = samples.first?.dimension else { throw .tooFewSamples(needed: 1, found: 0) }
        if let other = samples.first(where: { $0.dimension != dimension }) {
            throw .dimensionMismatch(expected: dimension, found: other.dimension)
        }
        self.dimension = dimension
        count = samples.count
        elements = samples.flatMap(\.elements)
    }

    /// The product of each row with x.
    func dots(_ x: UnitEmbedding, _ kernels: VectorKernels, into dots: inout [Int32]) {
        var out = dots.mutableSpan
        kernels.dots(elements.span, firstRow: 0, rowCount: count, x.elements.span, sums: &out)
    }
}
