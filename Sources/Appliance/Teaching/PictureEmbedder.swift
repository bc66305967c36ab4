import FoundationEssentials
package import Frames
import Imaging
package import Models
package import Predictions
package import Samples

/// Makes samples of pictures: decodes them and runs an embedder on them. One thread's.
package final class PictureEmbedder {
    package let model: LoadedModel
    private let vision: VisionModel
    private let pictures = FramePictures()
    private let form: (dimension: Int, scale: Float)

    /// The most bytes that a picture's file may have.
    private static let maximumByteCount = 64 << 20

    /// - Throws: `TeachingError.notAnEmbedder`, `.model`.
    package init(path: String) throws(TeachingError) {
        do throws(ModelError) {
            model = try LoadedModel(path: path)
            vision = try VisionModel(model, options: VisionModel.Options())
        } catch {
            throw .model(error.description)
        }
        guard let form = model.embeddingForm else { throw .notAnEmbedder(path: path, kind: model.kind.rawValue) }
        self.form = form
    }

    /// The head of that name in a library, begun with this embedder when it is new.
    /// - Throws: `SampleError.otherEmbedder` and what the disk says.
    package func head(_ name: String, in library: SampleLibrary) throws(SampleError) -> HeadRecord {
        try library.head(
            name, embedderDigest: model.digest, path: Self.absolute(model.path), dimension: form.dimension, scale: form.scale)
    }

    /// Whose embeddings it makes.
    package var galleryEmbedder: GalleryEmbedder {
        GalleryEmbedder(digest: model.digest, path: Self.absolute(model.path), dimension: form.dimension, scale: form.scale)
    }

    /// The bytes of a picture's file.
    /// - Throws: `TeachingError.picture`.
    package static func file(_ path: String) throws(TeachingError) -> [UInt8] {
        do {
            return try RegularFile.bytes(path, limit: maximumByteCount)
        } catch {
            throw .picture(path: path, reason: error.description)
        }
    }

    /// A sample of a region of a picture.
    /// - Parameters:
    ///   - file: a whole JPEG or BMP file.
    ///   - source: what the sample's origin is called, for people.
    /// - Throws: `TeachingError.picture`.
    package func sample(_ file: [UInt8], concept: String?, region: Box, source: String) throws(TeachingError) -> NewSample {
        NewSample(
            concept: concept, pictureDigest: ContentDigest.sha256(file), box: region, source: source,
            embedding: try embedding(file, region: region, source: source))
    }

    /// The embedding of a region of a picture.
    /// - Throws: `TeachingError.picture`.
    package func embedding(_ file: [UInt8], region: Box, source: String) throws(TeachingError) -> Embedding {
        let predictions: [Prediction]
        do throws(ImagingError) {
            let picture = try Picture(file: file.span)
            pictures.begin(
                Frame(
                    sequence: 0, timestamp: Timestamp(nanoseconds: 0), wallNanoseconds: 0, format: .rgb24, size: picture.size,
                    bytesPerRow: picture.size.width * 3, bytes: picture.pixels))
            defer { pictures.end() }
            predictions = try vision.predict(pictures, region: region)
        } catch {
            throw .picture(path: source, reason: "\(error)")
        }
        guard let embedding = predictions.first?.embedding else {
            throw .picture(path: source, reason: "the embedder gave no embedding")
        }
        return embedding
    }

    /// A path that means the same in every folder.
    static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : URL(filePath: path, relativeTo: URL(filePath: FileManager.default.currentDirectoryPath + "/")).path()
    }
}
