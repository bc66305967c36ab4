/// A kind of head and its settings: what is fitted again for every fold of an evaluation.
package enum HeadMethod: Sendable, Hashable {
    case discriminant(DiscriminantSettings)
    case nearestNeighbours(k: Int)
    case nearestMean
    case imprinting

    /// Fits from samples; a discriminant in the form that costs less.
    /// - Parameter samples: By concept; concepts without samples do not count.
    package func fit(
        _ samples: [String: [UnitEmbedding]], _ kernels: VectorKernels = .best
    ) throws(LearningError) -> any EmbeddingHead {
        switch self {
        case .nearestNeighbours(let k): return try NearestNeighbours(samples, k: k, kernels)
        case .nearestMean: return try NearestMean(Self.statistics(samples, kernels))
        case .imprinting: return try Imprinting(Self.statistics(samples, kernels))
        case .discriminant(let settings):
            let count = samples.values.reduce(0) { $0 + $1.count }
            let dimension = samples.values.first { !$0.isEmpty }?.first?.dimension ?? 0
            if settings.background == nil, count * 2 < dimension { return try Discriminant.fitDual(samples, settings, kernels) }
            return try Discriminant.fit(Self.statistics(samples, kernels), settings, kernels)
        }
    }

    private static func statistics(
        _ samples: [String: [UnitEmbedding]], _ kernels: VectorKernels
    ) throws(LearningError) -> ConceptStatistics {
        guard let dimension = samples.values.first(where: { !$0.isEmpty })?.first?.dimension else {
            throw .tooFewConcepts(needed: 1, found: 0)
        }
        var statistics = try ConceptStatistics(dimension: dimension)
        for (name, group) in samples { try statistics.add(group, to: name, kernels) }
        return statistics
    }
}
