import FixedPoint

extension Projection {
    /// The components of largest variance.
    ///
    /// Up to 320 dimensions by an exact decomposition; above, by subspace iteration from a fixed random start (Halko, Martinsson, Tropp:
    /// "Finding structure with randomness", SIAM Review 2011) with 32 more vectors than wanted: all work is matrix products in a fixed
    /// order, the same bits on every machine.
    /// - Parameters:
    ///   - statistics: Any samples of the embedder; labels do not matter.
    ///   - isCancelled: Asked between steps.
    /// - Throws: `unsupportedDimension`, `tooFewSamples` unless there are more samples than components, `noVariation`, `cancelled`.
    package static func fit(
        _ statistics: ConceptStatistics, dimension: Int, _ kernels: VectorKernels = .best, isCancelled: () -> Bool = { false }
    ) throws(LearningError) -> Projection {
        let inputDimension = statistics.dimension
        guard (1...inputDimension).contains(dimension) else { throw .unsupportedDimension(dimension, allowed: 1...inputDimension) }
        guard statistics.sampleCount > dimension else { throw .tooFewSamples(needed: dimension + 1, found: statistics.sampleCount) }
        var covariance = statistics.totalScatter(kernels)
        covariance.mirrorLower()
        let count = Double(statistics.sampleCount)
        for index in covariance.values.indices { covariance.values[index] /= count }
        let trace = (0..<inputDimension).reduce(0.0) { $0 + covariance[$1, $1] }
        guard trace > 1e-3 else { throw .noVariation }
        let (values, vectors) =
            inputDimension <= 320
            ? try SymmetricEigen.decompose(covariance)
            : try leading(covariance, count: min(dimension + 32, inputDimension), trace: trace, kernels, isCancelled)
        return try quantized(values, vectors, dimension: dimension, trace: trace, statistics)
    }

    private static func leading(
        _ covariance: Matrix, count: Int, trace: Double, _ kernels: VectorKernels, _ isCancelled: () -> Bool
    ) throws(LearningError) -> (values: [Double], vectors: Matrix) {
        let n = covariance.rowCount
        var shifted = covariance
        // The same vectors; without it, directions in which nothing varies would be lost to rounding.
        for index in 0..<n { shifted[index, index] += 1e-6 * trace }
        var random = SeededGenerator(seed: 1)
        var subspace = Matrix(rowCount: n, columnCount: count)
        for index in subspace.values.indices { subspace.values[index] = Double(random.next() >> 11) / Double(1 << 52) - 1 }
        subspace = try orthonormal(try orthonormal(subspace, kernels), kernels)
        for _ in 0..<6 {
            if isCancelled() { throw .cancelled }
            subspace = try orthonormal(try orthonormal(product(shifted, subspace, kernels), kernels), kernels)
        }
        // The best vectors within the subspace (Rayleigh and Ritz).
        let across = subspace.transposed
        let small = product(across, product(covariance, subspace, kernels), kernels)
        if isCancelled() { throw .cancelled }
        let (values, turns) = try SymmetricEigen.decompose(small)
        return (values, product(turns, across, kernels))
    }

    /// Columns of length 1 at right angles, by the Cholesky factor of their products; twice is enough.
    private static func orthonormal(_ a: Matrix, _ kernels: VectorKernels) throws(LearningError) -> Matrix {
        var gram = product(a.transposed, a, kernels)
        // Rounding alone must not stop it; the second pass makes up for it.
        let mean = (0..<gram.rowCount).reduce(0.0) { $0 + gram[$1, $1] } / Double(gram.rowCount)
        for index in 0..<gram.rowCount { gram[index, index] += 1e-14 * mean }
        try Cholesky.factor(&gram, kernels)
        return product(a, Cholesky.inverse(ofLower: gram, kernels).transposed, kernels)
    }

    private static func product(_ a: Matrix, _ b: Matrix, _ kernels: VectorKernels) -> Matrix {
        var result = Matrix(rowCount: a.rowCount, columnCount: b.columnCount)
        kernels.addProduct(a.all, b.all, to: &result)
        return result
    }

    private static func quantized(
        _ values: [Double], _ vectors: Matrix, dimension: Int, trace: Double, _ statistics: ConceptStatistics
    ) throws(LearningError) -> Projection {
        let n = statistics.dimension
        let sum = statistics.totalSum
        var components: [Int16] = []
        var offsets: [Int64] = []
        components.reserveCapacity(dimension * n)
        for row in 0..<dimension {
            let vector = Array(vectors.row(row))
            // A vector and its opposite are equally good: the largest element is positive.
            let largest = vector.indices.reduce(0) { abs(vector[$1]) > abs(vector[$0]) ? $1 : $0 }
            let sign: Double = vector[largest] < 0 ? -1 : 1
            let rounded = vector.map { Int16(($0 * sign * Double(UnitEmbedding.one)).rounded(.toNearestOrAwayFromZero)) }
            components += rounded
            let projected = rounded.indices.reduce(0.0) { $0 + Double(rounded[$1]) * (Double(sum[$1]) / Double(statistics.sampleCount)) }
            offsets.append(Int64(projected.rounded(.toNearestOrEven)))
        }
        return try Projection(
            inputDimension: n, components: components, offsets: offsets,
            explained: values.prefix(dimension).map { max($0, 0) / trace })
    }
}
