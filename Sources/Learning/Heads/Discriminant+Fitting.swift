extension Discriminant {
    /// Fits from statistics alone: D^3 / 3 multiplications, D^2 doubles of memory.
    ///
    /// The covariance is (within-concept scatter + w * background covariance) / (samples + w), then (1 - s) of it plus s times a sphere of
    /// its mean variance. Where it is zero (one sample of each concept, no background), the sphere of all samples' variance takes its
    /// place, which makes the head one of nearest means.
    /// - Throws: `tooFewConcepts`, `noVariation`, `singularCovariance`, `invalidSetting`, `dimensionMismatch`.
    package static func fit(
        _ statistics: ConceptStatistics, _ settings: DiscriminantSettings = .init(), _ kernels: VectorKernels = .best
    ) throws(LearningError) -> Discriminant {
        try check(statistics, settings)
        let dimension = statistics.dimension
        var covariance = statistics.withinScatter(kernels)
        var count = Double(statistics.sampleCount)
        if let background = settings.background {
            let other = background.statistics.withinScatter(kernels)
            let share = background.weight / Double(background.statistics.sampleCount)
            for index in covariance.values.indices { covariance.values[index] += share * other.values[index] }
            count += background.weight
        }
        var variance = meanOfDiagonal(covariance) / count
        var kept = (1 - settings.shrinkage) / count
        var added = settings.shrinkage * variance
        if variance <= negligibleVariance {
            variance = meanOfDiagonal(statistics.totalScatter(kernels)) / count
            guard variance > negligibleVariance else { throw .noVariation }
            (kept, added) = (0, variance)
        }
        for index in covariance.values.indices { covariance.values[index] *= kept }
        for index in 0..<dimension { covariance[index, index] += added }
        try Cholesky.factor(&covariance, kernels)
        let metric = Metric(whitening: Cholesky.inverse(ofLower: covariance, kernels))
        return head(statistics, metric, settings, kernels)
    }

    /// Fits from few samples without a matrix of D^2 elements: N^2 * (D + N / 6) multiplications for N samples.
    ///
    /// The same head as from the statistics, up to rounding: with K = r / b + X * transpose(X) for the centred samples X, the inverse of
    /// r + b * transpose(X) * X is (1 - transpose(X) * inverse(K) * X) / r. Samples are put in order first, so that theirs does not matter.
    /// - Parameter samples: Those of the statistics.
    /// - Throws: as above. A background has no dual form: `invalidSetting`.
    package static func fitDual(
        _ samples: [String: [UnitEmbedding]], _ settings: DiscriminantSettings = .init(), _ kernels: VectorKernels = .best
    ) throws(LearningError) -> Discriminant {
        guard settings.background == nil else {
            throw .invalidSetting(name: "background", value: "given", allowed: "none when fitting from samples alone")
        }
        let names = samples.keys.sorted().filter { samples[$0]?.isEmpty == false }
        let groups = names.map { name in (samples[name] ?? []).sorted { $0.elements.lexicographicallyPrecedes($1.elements) } }
        guard let dimension = groups.first?.first?.dimension else { throw .tooFewConcepts(needed: 2, found: 0) }
        if let other = groups.joined().first(where: { $0.dimension != dimension }) {
            throw .dimensionMismatch(expected: dimension, found: other.dimension)
        }
        let total = groups.reduce(0) { $0 + $1.count }
        var centred = Matrix(rowCount: total, columnCount: dimension)
        var means: [[Double]] = []
        var row = 0
        for group in groups {
            let mean = mean(of: group)
            for sample in group {
                for column in 0..<dimension { centred[row, column] = Double(sample.elements[column]) - mean[column] }
                row += 1
            }
            means.append(mean)
        }
        try checkConcepts(names.count, settings)
        var variance = meanSquare(centred.values, per: dimension) / Double(total)
        var ridge = settings.shrinkage * variance
        if variance <= negligibleVariance {
            let overall = mean(of: groups.flatMap { $0 })
            let all = groups.joined().flatMap { sample in sample.elements.indices.map { Double(sample.elements[$0]) - overall[$0] } }
            variance = meanSquare(all, per: dimension) / Double(total)
            guard variance > negligibleVariance else { throw .noVariation }
            ridge = variance
        }
        var spanned = Matrix(rowCount: dimension, columnCount: 0)
        let share = (1 - settings.shrinkage) / Double(total)
        if ridge < variance, share > 0 {
            let across = centred.transposed
            var gram = Matrix(rowCount: total, columnCount: total)
            kernels.addProduct(centred.all, across.all, to: &gram)
            for index in 0..<total { gram[index, index] += ridge / share }
            try Cholesky.factor(&gram, kernels)
            let inverse = Cholesky.inverse(ofLower: gram, kernels).transposed
            spanned = Matrix(rowCount: dimension, columnCount: total)
            kernels.addProduct(across.all, inverse.all, to: &spanned)
        }
        let metric = Metric(spanned: spanned, ridge: ridge)
        let features = metric.features(Matrix(rowCount: means.count, columnCount: dimension, values: means.flatMap { $0 }), kernels)
        return Discriminant(
            concepts: names, counts: groups.map(\.count), metric: metric, means: means.indices.map { Array(features.row($0)) },
            settings: settings, kernels: kernels)
    }

    /// In units of 2^-28: what rounding to 2^-14 alone makes of equal samples stays below it.
    private static let negligibleVariance = 1e-3

    private static func check(_ statistics: ConceptStatistics, _ settings: DiscriminantSettings) throws(LearningError) {
        try checkConcepts(statistics.concepts.count, settings)
        if let background = settings.background, background.statistics.dimension != statistics.dimension {
            throw .dimensionMismatch(expected: statistics.dimension, found: background.statistics.dimension)
        }
    }

    private static func checkConcepts(_ count: Int, _ settings: DiscriminantSettings) throws(LearningError) {
        try settings.check()
        guard count >= 2 else { throw .tooFewConcepts(needed: 2, found: count) }
    }

    private static func head(
        _ statistics: ConceptStatistics, _ metric: Metric, _ settings: DiscriminantSettings, _ kernels: VectorKernels
    ) -> Discriminant {
        let means = statistics.concepts.flatMap { concept in concept.sum.map { Double($0) / Double(concept.count) } }
        let features = metric.features(
            Matrix(rowCount: statistics.concepts.count, columnCount: statistics.dimension, values: means), kernels)
        return Discriminant(
            concepts: statistics.concepts.map(\.name), counts: statistics.concepts.map(\.count), metric: metric,
            means: statistics.concepts.indices.map { Array(features.row($0)) }, settings: settings, kernels: kernels)
    }

    private static func meanOfDiagonal(_ matrix: Matrix) -> Double {
        (0..<matrix.rowCount).reduce(0.0) { $0 + matrix[$1, $1] } / Double(matrix.rowCount)
    }

    private static func meanSquare(_ values: [Double], per dimension: Int) -> Double {
        values.reduce(0) { $0 + $1 * $1 } / Double(dimension)
    }

    private static func mean(of samples: [UnitEmbedding]) -> [Double] {
        var sum = [Int64](repeating: 0, count: samples.first?.dimension ?? 0)
        for sample in samples { for index in sum.indices { sum[index] += Int64(sample.elements[index]) } }
        return sum.map { Double($0) / Double(samples.count) }
    }
}
