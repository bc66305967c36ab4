package import Frames

/// A concept (a class's name) and its score.
package struct ScoredConcept: Sendable, Hashable {
    package let name: String
    package let score: Score

    package init(_ name: String, _ score: Score) {
        self.name = name
        self.score = score
    }
}

/// What a node of a workflow says about one region of a frame; the only thing that flows along a workflow's edges.
///
/// An image is a prediction that names a region and no concepts; a detection has a region and at least one concept; a classification has
/// the concepts of its region (the whole frame if nothing was cropped); an embedding has the vector.
package struct Prediction: Sendable, Hashable {
    /// The region of the frame, in frame coordinates whatever was cropped before.
    package var box: Box
    /// Highest score first; equal scores in the order of the model's labels.
    package var concepts: [ScoredConcept]
    /// Nil unless an embedder made it.
    package var embedding: Embedding?

    package init(box: Box, concepts: [ScoredConcept] = [], embedding: Embedding? = nil) {
        self.box = box
        self.concepts = concepts
        self.embedding = embedding
    }

    package func score(of concept: String) -> Score? { concepts.first { $0.name == concept }?.score }
}

/// A vector that stands for what a region looks like, as an embedder's int8 output gave it.
package struct Embedding: Sendable, Hashable {
    /// Zero point removed: value = scale * element; each element in -255...255.
    package let elements: [Int16]
    package let scale: Float
    /// SHA-256 of the embedder's file, in hexadecimal; vectors of different embedders never mix.
    package let modelDigest: String

    package init(elements: [Int16], scale: Float, modelDigest: String) {
        self.elements = elements
        self.scale = scale
        self.modelDigest = modelDigest
    }

    /// The square of the L2 norm in units of scale squared.
    package var squaredNorm: Int64 { elements.reduce(0) { $0 + Int64($1) * Int64($1) } }
}

/// What an edge of a workflow carries; `check` compares these before anything runs.
package enum PortKind: String, Sendable, Hashable, CaseIterable {
    case image, regions, concepts, embedding
}
