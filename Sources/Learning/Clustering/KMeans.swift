import FixedPoint

/// k groups around mean directions (spherical k-means: Dhillon and Modha, Machine Learning 42, 2001), started by k-means++ (Arthur and
/// Vassilvitskii, SODA 2007). Integers throughout: the same groups for the same seed on every machine, whatever its kernels.
package enum KMeans {
    /// - Parameters:
    ///   - k: 1 to the number of samples.
    ///   - seed: Of the starts.
    ///   - starts: The best of so many is taken: that of the largest sum of cosines.
    ///   - isCancelled: Asked in every round.
    /// - Returns: k clusters, the largest first; fewer when the samples have fewer directions than k.
    /// - Throws: `invalidSetting`, `tooFewSamples`, `dimensionMismatch`, `cancelled`; `zeroEmbedding` for samples that cancel each other out.
    package static func cluster(
        _ samples: [UnitEmbedding], k: Int, seed: UInt64 = 1, starts: Int = 3, _ kernels: VectorKernels = .best,
        isCancelled: () -> Bool = { false }
    ) throws(LearningError) -> Clustering {
        let rows = try UnitRows(samples)
        guard k >= 1 else { throw .invalidSetting(name: "k", value: "\(k)", allowed: "1 or more") }
        guard k <= samples.count else { throw .tooFewSamples(needed: k, found: samples.count) }
        guard starts >= 1 else { throw .invalidSetting(name: "starts", value: "\(starts)", allowed: "1 or more") }
        var random = SeededGenerator(seed: seed)
        var best: (clustering: Clustering, quality: Int64)?
        for _ in 0..<starts {
            let found = try refine(samples, rows, centres: start(samples, rows, k, &random, kernels), kernels, isCancelled)
            if found.quality > best?.quality ?? .min { best = found }
        }
        guard let best else { throw .cancelled }
        return bySize(best.clustering)
    }

    /// Each next centre is a sample, drawn with a probability in proportion to 1 - cosine to the nearest centre.
    private static func start(
        _ samples: [UnitEmbedding], _ rows: UnitRows, _ k: Int, _ random: inout SeededGenerator, _ kernels: VectorKernels
    ) -> [UnitEmbedding] {
        var centres = [samples[Int(random.below(UInt64(samples.count)))]]
        var nearest = [Int32](repeating: .min, count: rows.count)
        var dots = nearest
        while centres.count < k {
            rows.dots(centres[centres.count - 1], kernels, into: &dots)
            var total: UInt64 = 0
            for index in dots.indices {
                nearest[index] = max(nearest[index], dots[index])
                total += weight(nearest[index])
            }
            // Rounding leaves some weight to samples that are centres; without any other there is nothing more to tell apart.
            guard total > 0 else { break }
            var draw = random.below(total)
            guard
                let choice = nearest.indices.first(where: { index in
                    let weight = weight(nearest[index])
                    if draw < weight { return true }
                    draw -= weight
                    return false
                })
            else { break }
            centres.append(samples[choice])
        }
        return centres
    }

    /// 1 - cosine, 0 within what rounding does to equal vectors.
    private static func weight(_ dot: Int32) -> UInt64 {
        let distance = UnitEmbedding.squaredOne - dot
        return distance > UnitEmbedding.squaredOne / 300 ? UInt64(distance) : 0
    }

    private static func refine(
        _ samples: [UnitEmbedding], _ rows: UnitRows, centres start: [UnitEmbedding], _ kernels: VectorKernels, _ isCancelled: () -> Bool
    ) throws(LearningError) -> (clustering: Clustering, quality: Int64) {
        var assignments = [Int](repeating: -1, count: rows.count)
        var centres = start
        var dots = [Int32](repeating: 0, count: rows.count)
        for _ in 0..<100 {
            if isCancelled() { throw .cancelled }
            var (best, choice) = ([Int32](repeating: .min, count: rows.count), [Int](repeating: 0, count: rows.count))
            for (cluster, centre) in centres.enumerated() {
                rows.dots(centre, kernels, into: &dots)
                for index in dots.indices where dots[index] > best[index] { (best[index], choice[index]) = (dots[index], cluster) }
            }
            let quality = best.reduce(Int64(0)) { $0 + Int64($1) }
            let clustering = try Clustering(assignments: choice, of: samples)
            if choice == assignments { return (clustering, quality) }
            assignments = choice
            centres = clustering.centres
        }
        let clustering = try Clustering(assignments: assignments, of: samples)
        let quality = assignments.indices.reduce(Int64(0)) { $0 + Int64(samples[$1].dot(clustering.centres[clustering.assignments[$1]])) }
        return (clustering, quality)
    }

    private static func bySize(_ clustering: Clustering) -> Clustering {
        var sizes = [Int](repeating: 0, count: clustering.count)
        for cluster in clustering.assignments { sizes[cluster] += 1 }
        let order = sizes.indices.sorted { sizes[$0] == sizes[$1] ? $0 < $1 : sizes[$0] > sizes[$1] }
        var places = sizes
        for (place, cluster) in order.enumerated() { places[cluster] = place }
        return Clustering(assignments: clustering.assignments.map { places[$0] }, centres: order.map { clustering.centres[$0] })
    }
}
