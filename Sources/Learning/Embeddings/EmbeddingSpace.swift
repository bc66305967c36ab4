package import Predictions

/// The vectors that may meet: those of one embedder, as they are or behind one projection.
///
/// Samples, statistics and heads belong to a space; vectors enter through `unit(_:)`, which is where a vector of another embedder is turned
/// away.
package struct EmbeddingSpace: Sendable, Hashable {
    /// SHA-256 of the embedder's file, in hexadecimal.
    package let embedderDigest: String
    /// Elements of the embedder's output.
    package let inputDimension: Int
    package let projection: Projection?

    package init(embedderDigest: String, inputDimension: Int, projection: Projection? = nil) throws(LearningError) {
        guard UnitEmbedding.dimensions.contains(inputDimension) else {
            throw .unsupportedDimension(inputDimension, allowed: UnitEmbedding.dimensions)
        }
        if let projection, projection.inputDimension != inputDimension {
            throw .dimensionMismatch(expected: inputDimension, found: projection.inputDimension)
        }
        self.embedderDigest = embedderDigest
        self.inputDimension = inputDimension
        self.projection = projection
    }

    /// Elements of the vectors that are learned from.
    package var dimension: Int { projection?.dimension ?? inputDimension }

    /// - Throws: `embedderMismatch` with both digests, `dimensionMismatch`, `zeroEmbedding`.
    package func unit(_ embedding: Embedding) throws(LearningError) -> UnitEmbedding {
        guard embedding.modelDigest == embedderDigest else {
            throw .embedderMismatch(expected: embedderDigest, found: embedding.modelDigest)
        }
        guard embedding.elements.count == inputDimension else {
            throw .dimensionMismatch(expected: inputDimension, found: embedding.elements.count)
        }
        let unit = try UnitEmbedding(embedding)
        return try projection?.project(unit) ?? unit
    }
}
