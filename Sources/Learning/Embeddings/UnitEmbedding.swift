package import Predictions

/// An embedding's direction: its vector divided by its L2 norm, in units of 2^-14, each element rounded to nearest (half away from zero).
///
/// Made by integer arithmetic alone, so that every machine learns from the same numbers. Elements are within ±2^14; with at most 2048
/// of them the squared norm is within 2^28 * (1 ± 0.003), so that the product of two such vectors fits Int32.
package struct UnitEmbedding: Sendable, Hashable {
    /// 1.0
    package static let one: Int32 = 1 << 14
    /// The product of two equal vectors, up to rounding: cosine 1.0.
    package static let squaredOne: Int32 = 1 << 28
    /// Dimensions for which all bounds of this module are proven.
    package static let dimensions = 1...2048

    /// [D], each within ±2^14.
    package let elements: [Int16]

    package var dimension: Int { elements.count }

    /// The direction of an embedder's output. Its scale does not matter.
    /// - Throws: `unsupportedDimension`, `zeroEmbedding`.
    package init(_ embedding: Embedding) throws(LearningError) {
        try Self.check(embedding.elements.count)
        let squaredNorm = embedding.elements.reduce(UInt64(0)) { $0 + UInt64(Int64($1) * Int64($1)) }
        guard squaredNorm > 0 else { throw .zeroEmbedding }
        // Few magnitudes occur in 8-bit outputs: each root is taken once.
        let largest = embedding.elements.reduce(0) { max($0, Int($1.magnitude)) }
        if largest < embedding.elements.count {
            let table = (0...UInt64(largest)).map { Self.quotient($0, squaredNorm: squaredNorm) }
            elements = embedding.elements.map { $0 < 0 ? -table[Int($0.magnitude)] : table[Int($0)] }
        } else {
            elements = embedding.elements.map {
                let magnitude = Self.quotient(UInt64($0.magnitude), squaredNorm: squaredNorm)
                return $0 < 0 ? -magnitude : magnitude
            }
        }
    }

    /// The direction of any integer vector. Large ones first lose low bits, until all elements are below 2^26.
    /// - Throws: `unsupportedDimension`, `zeroEmbedding`.
    package init(direction: [Int64]) throws(LearningError) {
        try Self.check(direction.count)
        let largest = direction.reduce(UInt64(0)) { max($0, $1.magnitude) }
        guard largest > 0 else { throw .zeroEmbedding }
        let shift = UInt64(max(0, 64 - largest.leadingZeroBitCount - 26))
        let magnitudes = direction.map { $0.magnitude >> shift }
        // Bound: 2048 squares below 2^52 sum to less than 2^63.
        let squaredNorm = magnitudes.reduce(UInt64(0)) { $0 + $1 * $1 }
        elements = zip(direction, magnitudes).map {
            let magnitude = Self.quotient($1, squaredNorm: squaredNorm)
            return $0 < 0 ? -magnitude : magnitude
        }
    }

    /// Elements as they were stored.
    /// - Throws: `unsupportedDimension`; `zeroEmbedding` when the norm is not that of a unit vector within 1 %, or an element exceeds 2^14.
    package init(stored elements: [Int16]) throws(LearningError) {
        try Self.check(elements.count)
        let squaredNorm = elements.reduce(Int64(0)) { $0 + Int64($1) * Int64($1) }
        let isUnit = abs(squaredNorm - Int64(Self.squaredOne)) <= Int64(Self.squaredOne) / 100
        guard isUnit, elements.allSatisfy({ $0.magnitude <= Self.one.magnitude }) else { throw .zeroEmbedding }
        self.elements = elements
    }

    private static func check(_ count: Int) throws(LearningError) {
        guard dimensions.contains(count) else { throw .unsupportedDimension(count, allowed: dimensions) }
    }

    /// round(2^14 * magnitude / sqrt(squaredNorm)): with t = floor(2^15 * magnitude / norm), it is (t + 1) / 2 rounded down.
    private static func quotient(_ magnitude: UInt64, squaredNorm: UInt64) -> Int16 {
        let square = (magnitude * magnitude).multipliedFullWidth(by: 1 << 30)
        // Bound: magnitude^2 <= squaredNorm, so that the quotient is at most 2^30.
        let ratio = magnitude == 0 ? 0 : squaredNorm.dividingFullWidth(square).quotient
        return Int16((ratio.integerSquareRoot + 1) / 2)
    }

    /// The cosine of the angle between both, in units of 2^-28.
    /// - Precondition: The same dimension.
    package func dot(_ other: UnitEmbedding) -> Int32 {
        precondition(dimension == other.dimension)
        var sum: Int32 = 0
        for index in elements.indices { sum += Int32(elements[index]) * Int32(other.elements[index]) }
        return sum
    }

    /// A cosine as a score.
    package static func similarity(ofDot dot: Int32) -> Score { Score(units: Int32((Int64(dot) + 1 << 11) >> 12)) }

    /// The smallest product that `similarity(ofDot:)` does not put below a score.
    package static func dot(ofSimilarity score: Score) -> Int32 {
        Int32(clamping: Int64(score.units) << 12 - 1 << 11)
    }
}
