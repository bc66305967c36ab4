package import Frames
package import Predictions

/// A head's entry in the library: what it is called, and whose embeddings it is made from.
package struct HeadRecord: Sendable, Hashable {
    package let id: Int64
    package let name: String
    /// SHA-256 of the embedder's file, in hexadecimal.
    package let embedderDigest: String
    /// Where the embedder lay when the head was begun.
    package let embedderPath: String
    /// Elements of an embedding.
    package let dimension: Int
    /// Value of an element = scale * element.
    package let scale: Float
    /// The number of the revision in use; nil before the first training.
    package let activeRevision: Int?
}

/// A picture, or a region of one, that somebody says is a concept, or none of the head's concepts.
package struct Sample: Sendable, Hashable {
    package let id: Int64
    /// Nil for a negative.
    package let concept: String?
    /// SHA-256 of the picture's file, in hexadecimal.
    package let pictureDigest: String
    package let box: Box
    /// For people: the picture's path, or the event it comes from.
    package let source: String
    /// When it was added.
    package let wallNanoseconds: Int64
    /// Row and check of the embedding in the embedder's file of vectors.
    let row: Int
    let check: Int64
}

/// A sample to be added.
package struct NewSample: Sendable {
    /// Nil for a negative.
    package var concept: String?
    package var pictureDigest: String
    package var box: Box
    package var source: String
    package var embedding: Embedding

    package init(concept: String?, pictureDigest: String, box: Box, source: String, embedding: Embedding) {
        self.concept = concept
        self.pictureDigest = pictureDigest
        self.box = box
        self.source = source
        self.embedding = embedding
    }
}

/// A trained head as it was at one time.
package struct Revision: Sendable, Hashable {
    /// Counts from 1 in each head.
    package let number: Int
    package let method: String
    package let sampleCount: Int
    package let wallNanoseconds: Int64
    /// What its evaluation said, as JSON.
    package let evaluation: String
    package let isActive: Bool
}
