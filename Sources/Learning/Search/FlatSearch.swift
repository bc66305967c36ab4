/// Exact search over the rows of a flat index, and pairs of rows that are nearly the same.
///
/// It reads codes that somebody else owns (an array, a mapped file) and keeps nothing. Memory beyond the codes: some 100 KiB. Parts of an
/// index can be searched by several threads and merged.
package struct FlatSearch: Sendable {
    /// Elements of a row: 1...2048.
    package let dimension: Int
    let kernels: VectorKernels

    /// Rows whose products are looked at together: they fit a near cache.
    private static let blockRows = 1024

    /// - Throws: `unsupportedDimension`.
    package init(dimension: Int, _ kernels: VectorKernels = .best) throws(LearningError) {
        guard UnitEmbedding.dimensions.contains(dimension) else {
            throw .unsupportedDimension(dimension, allowed: UnitEmbedding.dimensions)
        }
        self.dimension = dimension
        self.kernels = kernels
    }

    /// The k rows whose product with the query is largest, best first; equal products in the order of the rows.
    /// - Parameters:
    ///   - codes: [N,D]
    ///   - filter: Rows that take part; nil for all.
    ///   - rows: The part of the index to look at; nil for all. It begins at a multiple of 64.
    /// - Throws: `dimensionMismatch` when the codes are no whole number of rows or the query has another length.
    package func search(
        _ codes: borrowing Span<Int8>, for query: [Int8], count k: Int, filter: RowFilter? = nil, rows: Range<Int>? = nil
    ) throws(LearningError) -> [Match] {
        let total = try rowCount(codes)
        guard query.count == dimension else { throw .dimensionMismatch(expected: dimension, found: query.count) }
        if let filter, filter.count != total { throw .dimensionMismatch(expected: total, found: filter.count) }
        let rows = rows ?? 0..<total
        precondition(rows.lowerBound >= 0 && rows.upperBound <= total && rows.lowerBound % 64 == 0)
        guard k > 0 else { return [] }
        var best = TopMatches(count: k)
        var dots = [Int32](repeating: 0, count: Self.blockRows)
        var positions = [UInt32](repeating: 0, count: Self.blockRows)
        let words = filter?.words ?? []
        var first = rows.lowerBound
        while first < rows.upperBound {
            let count = min(Self.blockRows, rows.upperBound - first)
            defer { first += count }
            if filter != nil, words[first / 64..<(first + count + 63) / 64].allSatisfy({ $0 == 0 }) { continue }
            var out = dots.mutableSpan
            kernels.dots(codes, firstRow: first, rowCount: count, query.span, sums: &out)
            // Later rows with the score of the worst that is kept do not replace it.
            var places = positions.mutableSpan
            let found = kernels.select(
                dots.span, count: count, above: best.limit, filter: words.span, firstWord: first / 64, positions: &places)
            for index in 0..<found {
                let position = Int(positions[index])
                best.offer(row: first + position, score: dots[position])
            }
        }
        return best.sorted
    }

    /// The best of the matches found in several parts.
    package static func merged(_ parts: [[Match]], count k: Int) -> [Match] {
        var best = TopMatches(count: k)
        for match in parts.joined() { best.offer(row: match.row, score: match.score) }
        return best.sorted
    }

    /// Matches in the order of their full vectors.
    /// - Parameter vector: The full vector of a row; nil when it was not kept, which puts the row behind all that were, in its old order.
    /// - Returns: Scores are products of unit embeddings, in units of 2^-28; those without a vector are left out.
    package static func reranked(
        _ matches: [Match], for query: UnitEmbedding, vector: (_ row: Int) throws(LearningError) -> UnitEmbedding?
    ) throws(LearningError) -> [Match] {
        var result: [Match] = []
        for match in matches {
            guard let full = try vector(match.row) else { continue }
            guard full.dimension == query.dimension else {
                throw .dimensionMismatch(expected: query.dimension, found: full.dimension)
            }
            result.append(Match(row: match.row, score: full.dot(query)))
        }
        return result.sorted { $0.precedes($1) }
    }

    func rowCount(_ codes: borrowing Span<Int8>) throws(LearningError) -> Int {
        guard codes.count % dimension == 0 else { throw .dimensionMismatch(expected: dimension, found: codes.count % dimension) }
        return codes.count / dimension
    }
}
