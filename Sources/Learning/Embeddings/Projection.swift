/// Principal components: a shorter vector that keeps most of what tells images apart; for small boards and for the search index.
///
/// Components are Int16, and a projection is integer arithmetic: the same bits on every machine.
package struct Projection: Sendable, Hashable {
    package let inputDimension: Int
    package let dimension: Int
    /// [dimension, inputDimension], rows of length 1 in units of 2^-14.
    package let components: [Int16]
    /// [dimension]: the projected mean, in units of 2^-28.
    package let offsets: [Int64]
    /// Variance along each component as a share of the whole, from the largest down; for display.
    package let explained: [Double]

    /// A projection as it was stored.
    /// - Throws: `dimensionMismatch`, `unsupportedDimension`, `invalidSetting`.
    package init(inputDimension: Int, components: [Int16], offsets: [Int64], explained: [Double]) throws(LearningError) {
        guard UnitEmbedding.dimensions.contains(inputDimension) else {
            throw .unsupportedDimension(inputDimension, allowed: UnitEmbedding.dimensions)
        }
        guard (1...inputDimension).contains(offsets.count) else {
            throw .unsupportedDimension(offsets.count, allowed: 1...inputDimension)
        }
        guard components.count == offsets.count * inputDimension, explained.count == offsets.count else {
            throw .dimensionMismatch(expected: offsets.count * inputDimension, found: components.count)
        }
        for row in stride(from: 0, to: components.count, by: inputDimension) {
            let square = components[row..<row + inputDimension].reduce(Int64(0)) { $0 + Int64($1) * Int64($1) }
            // Lengths of 1, so that products with unit vectors fit Int32.
            guard abs(square - 1 << 28) <= 1 << 24 else {
                throw .invalidSetting(name: "component \(row / inputDimension)", value: "not of length 1", allowed: "length 1")
            }
        }
        guard offsets.allSatisfy({ $0.magnitude <= 1 << 30 }) else {
            throw .invalidSetting(name: "offset", value: "too large", allowed: "at most 4.0")
        }
        self.inputDimension = inputDimension
        dimension = offsets.count
        self.components = components
        self.offsets = offsets
        self.explained = explained
    }

    /// The direction of a vector's difference to the mean, along the components.
    /// - Throws: `dimensionMismatch`; `zeroEmbedding` for a vector that is the mean.
    package func project(_ x: UnitEmbedding, _ kernels: VectorKernels = .best) throws(LearningError) -> UnitEmbedding {
        guard x.dimension == inputDimension else { throw .dimensionMismatch(expected: inputDimension, found: x.dimension) }
        var dots = [Int32](repeating: 0, count: dimension)
        var out = dots.mutableSpan
        kernels.dots(components.span, firstRow: 0, rowCount: dimension, x.elements.span, sums: &out)
        return try UnitEmbedding(direction: dots.indices.map { Int64(dots[$0]) - offsets[$0] })
    }
}
