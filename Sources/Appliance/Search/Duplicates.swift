import Learning
package import Predictions

/// Things that look nearly the same, two by two.
package struct Duplicates: Sendable {
    package struct Pair: Sendable, Hashable {
        /// Indices of the gallery's contents, first < second.
        package let first: Int
        package let second: Int
        package let similarity: Score
    }

    /// The most similar first.
    package let pairs: [Pair]

    /// What two may have in common at least for this to be a fast and certain answer.
    package static let allowed = 0.5...1.0
    /// N^2 products: a minute for some 30 000.
    package static let limit = 30_000
    /// More pairs help nobody, and could fill the memory.
    private static let pairLimit = 1_000_000

    /// All pairs from a similarity on.
    ///
    /// Int8 codes choose, whole vectors decide. A code differs from m times its unit vector by at most 0.5 in each of d elements, so that its
    /// angle to it is at most asin(0.5 sqrt(d) / m); two codes are then at most twice that further apart than their vectors, and no pair is
    /// missed.
    /// - Parameter progress: told how many are done, now and then.
    /// - Throws: `SearchError.learning`.
    package init(of contents: GalleryContents, above similarity: Score, progress: (_ done: Int, _ total: Int) -> Void) throws(SearchError) {
        let units = contents.units
        guard let dimension = units.first?.dimension, units.count > 1 else {
            pairs = []
            return
        }
        var found: [Pair] = []
        do throws(LearningError) {
            let code = try SearchCode(for: units)
            var codes: [Int8] = []
            codes.reserveCapacity(units.count * dimension)
            for unit in units { codes += code.encode(unit) }
            let sine = min(0.5 * Double(dimension).squareRoot() / Double(code.multiplier), 0.5)
            let (cosineOfBoth, sineOfBoth) = (1 - 2 * sine * sine, 2 * sine * (1 - sine * sine).squareRoot())
            let wanted = min(max(similarity.value, Self.allowed.lowerBound), 1)
            let bound = wanted * cosineOfBoth - (1 - wanted * wanted).squareRoot() * sineOfBoth
            var blockCount = 0
            let candidates = try FlatSearch(dimension: dimension).duplicates(
                codes.span, above: Score(max(bound - 0.001, 0.01)), limit: Self.pairLimit,
                isCancelled: {
                    progress(min(256 * blockCount, units.count), units.count)
                    blockCount += 1
                    return false
                })
            for pair in candidates {
                let exact = UnitEmbedding.similarity(ofDot: units[pair.first].dot(units[pair.second]))
                if exact >= similarity { found.append(Pair(first: pair.first, second: pair.second, similarity: exact)) }
            }
        } catch {
            throw .learning(error.description)
        }
        pairs = found.sorted { ($1.similarity, $0.first, $0.second) < ($0.similarity, $1.first, $1.second) }
    }
}
