extension ConceptStatistics {
    /// The sum over all samples of (x - mean of its concept) squared, [D,D]: only the lower triangle and the diagonal are filled.
    /// In units of 2^-28. C * D^2 / 2 multiplications.
    package func withinScatter(_ kernels: VectorKernels) -> Matrix { scatter(around: concepts.map { ($0.count, $0.sum) }, kernels) }

    /// The same around the mean of all samples.
    package func totalScatter(_ kernels: VectorKernels) -> Matrix { scatter(around: [(sampleCount, totalSum)], kernels) }

    /// [D]
    package var totalSum: [Int64] {
        concepts.reduce(into: [Int64](repeating: 0, count: dimension)) { total, concept in
            for index in total.indices { total[index] += concept.sum[index] }
        }
    }

    private func scatter(around groups: [(count: Int, sum: [Int64])], _ kernels: VectorKernels) -> Matrix {
        var result = Matrix(rowCount: dimension, columnCount: dimension)
        var next = 0
        for row in 0..<dimension {
            for column in 0...row {
                // Exact: below 2^52.
                result.values[row * dimension + column] = Double(secondMoment[next])
                next += 1
            }
        }
        let groups = groups.filter { $0.count > 0 }
        let sums = Matrix(rowCount: groups.count, columnCount: dimension, values: groups.flatMap { $0.sum.map(Double.init) })
        var means = Matrix(rowCount: dimension, columnCount: groups.count)
        for (column, group) in groups.enumerated() {
            for row in 0..<dimension { means[row, column] = Double(group.sum[row]) / Double(group.count) }
        }
        for start in stride(from: 0, to: dimension, by: Cholesky.blockSize) {
            let end = min(start + Cholesky.blockSize, dimension)
            kernels.addProduct(
                means.block(start..<end, 0..<groups.count), sums.block(0..<groups.count, 0..<end), sign: -1, to: &result, row: start)
        }
        return result
    }
}
