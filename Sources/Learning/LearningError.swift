/// Why something could not be learned, searched or evaluated. All are the caller's data or settings; nothing has changed when one is thrown.
package enum LearningError: Error, Sendable, Hashable {
    /// A vector has another length than the others it is used with.
    case dimensionMismatch(expected: Int, found: Int)
    /// A vector's length is not one that can be learned from.
    case unsupportedDimension(Int, allowed: ClosedRange<Int>)
    /// Embeddings of two embedders; the digests of both.
    case embedderMismatch(expected: String, found: String)
    /// All elements are zero, so that the vector has no direction.
    case zeroEmbedding
    /// One more sample could overflow the sums.
    case tooManySamples(limit: Int)
    case tooFewSamples(needed: Int, found: Int)
    case tooFewConcepts(needed: Int, found: Int)
    /// There is no sample of the concept.
    case unknownConcept(String)
    /// Samples were to be forgotten that are not those that were added.
    case forgottenSampleWasNotAdded(concept: String)
    /// All samples are the same, so that nothing tells one concept from another.
    case noVariation
    /// The covariance cannot be inverted; a higher shrinkage helps.
    case singularCovariance
    case invalidSetting(name: String, value: String, allowed: String)
    case cancelled
}

extension LearningError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .dimensionMismatch(let expected, let found): "a vector of \(found) elements where \(expected) are expected"
        case .unsupportedDimension(let found, let allowed):
            "vectors of \(found) elements; \(allowed.lowerBound) to \(allowed.upperBound) can be learned from"
        case .embedderMismatch(let expected, let found):
            "an embedding of embedder \(found) where those of embedder \(expected) are expected"
        case .zeroEmbedding: "an embedding without any element other than zero"
        case .tooManySamples(let limit): "more than \(limit) samples"
        case .tooFewSamples(let needed, let found): "\(found) samples where at least \(needed) are needed"
        case .tooFewConcepts(let needed, let found): "\(found) concepts where at least \(needed) are needed"
        case .unknownConcept(let name): "no sample of the concept '\(name)'"
        case .forgottenSampleWasNotAdded(let concept): "a sample of '\(concept)' to be forgotten was never added"
        case .noVariation: "all samples are the same"
        case .singularCovariance: "the covariance of the samples cannot be inverted; a higher shrinkage helps"
        case .invalidSetting(let name, let value, let allowed): "\(name) is \(value); allowed: \(allowed)"
        case .cancelled: "cancelled"
        }
    }
}
