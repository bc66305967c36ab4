package import Predictions

/// Two rows that are nearly the same.
package struct DuplicatePair: Sendable, Hashable {
    /// first < second
    package let first: Int
    package let second: Int
    /// The cosine of their codes.
    package let similarity: Score

    package init(first: Int, second: Int, similarity: Score) {
        self.first = first
        self.second = second
        self.similarity = similarity
    }
}

extension FlatSearch {
    /// All pairs of rows whose codes' cosine is at least `similarity`, in the order of the first and then the second row: N^2 / 2 * D
    /// multiplications, in blocks that stay in a near cache.
    /// - Parameters:
    ///   - codes: [N,D]; rows of zeros have no cosine and no pair.
    ///   - limit: No more pairs than this.
    ///   - isCancelled: Asked after every 256 rows.
    /// - Throws: `invalidSetting` for a similarity of 0 or below, `dimensionMismatch`, `cancelled`.
    package func duplicates(
        _ codes: borrowing Span<Int8>, above similarity: Score, filter: RowFilter? = nil, limit: Int = .max,
        isCancelled: () -> Bool = { false }
    ) throws(LearningError) -> [DuplicatePair] {
        let total = try rowCount(codes)
        guard similarity > .zero else { throw .invalidSetting(name: "similarity", value: "\(similarity.value)", allowed: "above 0") }
        if let filter, filter.count != total { throw .dimensionMismatch(expected: total, found: filter.count) }
        var norms = [Double](repeating: 0, count: total)
        var query = [Int8](repeating: 0, count: dimension)
        var dots = [Int32](repeating: 0, count: Self.pairRows)
        var positions = [UInt32](repeating: 0, count: Self.pairRows)
        for row in 0..<total {
            for index in 0..<dimension { query[index] = codes[row * dimension + index] }
            norms[row] = Double(query.reduce(0) { $0 + Int($1) * Int($1) }).squareRoot()
        }
        var pairs: [DuplicatePair] = []
        for block in stride(from: 0, to: total, by: Self.pairRows) {
            if isCancelled() { throw .cancelled }
            let end = min(block + Self.pairRows, total)
            let smallest = norms[block..<end].lazy.filter { $0 > 0 }.min() ?? .infinity
            for row in 0..<end - 1 where norms[row] > 0 && filter?[row] != false {
                let bound = similarity.value * norms[row] * smallest
                guard bound.isFinite, bound < 2e9 else { continue }
                let first = max(block, row + 1)
                for index in 0..<dimension { query[index] = codes[row * dimension + index] }
                var out = dots.mutableSpan
                kernels.dots(codes, firstRow: first, rowCount: end - first, query.span, sums: &out)
                // One below what any pair of the block needs; the pair's own norms decide.
                let least = Int32(bound.rounded(.down)) - 1
                var places = positions.mutableSpan
                let found = kernels.select(
                    dots.span, count: end - first, above: least, filter: Span<UInt64>(), firstWord: 0, positions: &places)
                for place in positions[..<found] {
                    let other = first + Int(place)
                    let cosine = Double(dots[Int(place)]) / (norms[row] * norms[other])
                    guard norms[other] > 0, cosine >= similarity.value, filter?[other] != false else { continue }
                    pairs.append(DuplicatePair(first: row, second: other, similarity: Score(cosine)))
                }
            }
            if pairs.count > limit { break }
        }
        pairs.sort { ($0.first, $0.second) < ($1.first, $1.second) }
        return Array(pairs.prefix(limit))
    }

    private static let pairRows = 256
}
