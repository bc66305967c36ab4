import FoundationEssentials
import Frames
import Predictions
import Samples

/// A library in a temporary folder that goes with the value.
final class LibraryFolder {
    let path: String
    static let digest = String(repeating: "ab", count: 32)

    init() {
        path = FileManager.default.temporaryDirectory.path() + "picket-samples-\(UInt64.random(in: 0...UInt64.max))"
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func open() throws(SampleError) -> SampleLibrary { try SampleLibrary(folder: path) }

    /// A head of embeddings with four elements.
    static func head(_ library: SampleLibrary, _ name: String = "pets", digest: String = digest) throws(SampleError) -> HeadRecord {
        try library.head(name, embedderDigest: digest, path: "embedder.tflite", dimension: 4, scale: 0.5)
    }

    static func sample(_ concept: String?, _ number: Int, digest: String = digest) -> NewSample {
        let element = Int16(truncatingIfNeeded: number % 250)
        return NewSample(
            concept: concept, pictureDigest: "picture \(number)", box: .wholeFrame, source: "\(number).jpg",
            embedding: Embedding(elements: [element, -element, 255, -255], scale: 0.5, modelDigest: digest))
    }
}
