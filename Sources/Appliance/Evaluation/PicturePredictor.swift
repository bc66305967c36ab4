import FoundationEssentials
import Frames
import Imaging
import Models
import Predictions

/// Runs a model on files of pictures. One thread's.
final class PicturePredictor {
    let model: LoadedModel
    private let vision: VisionModel
    private let pictures = FramePictures()

    init(_ model: LoadedModel, options: VisionModel.Options) throws(EvaluationError) {
        self.model = model
        do { vision = try VisionModel(model, options: options) } catch { throw .model(error.description) }
    }

    /// - Parameter file: a whole JPEG or BMP file.
    /// - Returns: what the model says, and the size of the picture.
    /// - Throws: `picture`.
    func predict(_ file: [UInt8], path: String) throws(EvaluationError) -> (predictions: [Prediction], size: Size) {
        do throws(ImagingError) {
            let picture = try Picture(file: file.span)
            pictures.begin(
                Frame(
                    sequence: 0, timestamp: Timestamp(nanoseconds: 0), wallNanoseconds: 0, format: .rgb24, size: picture.size,
                    bytesPerRow: picture.size.width * 3, bytes: picture.pixels))
            defer { pictures.end() }
            return (try vision.predict(pictures), picture.size)
        } catch {
            throw .picture(path: path, reason: "\(error)")
        }
    }

    /// The bytes of a picture's file.
    static func file(_ path: String) throws(EvaluationError) -> [UInt8] {
        do { return try PictureEmbedder.file(path) } catch { throw .picture(path: path, reason: reason(error)) }
    }

    private static func reason(_ error: TeachingError) -> String {
        if case .picture(_, let reason) = error { reason } else { error.description }
    }
}
