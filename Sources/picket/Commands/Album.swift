import Appliance
import Capture
import FoundationEssentials
import Frames
import Imaging
import Models
import Predictions

/// Draws what the workflow saw into a folder of pictures.
final class Album {
    private let folder: String
    private let every: Int
    private let pictures: FramePictures
    private var count = 0

    /// - Throws: an exit code when the folder cannot be made.
    init(folder: String, every: Int, masks camera: CameraSettings) throws {
        self.folder = folder
        self.every = max(every, 1)
        pictures = FramePictures(masks: camera.imagingMasks)
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw fail("cannot make the folder \(folder): \(error)")
        }
    }

    func add(_ step: Simulation.Step) throws {
        defer { count += 1 }
        guard count % every == 0 else { return }
        let digits = String(step.frame.sequence)
        let name = "frame-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".jpg"
        try write(step.frame, step.predictions, to: folder + "/" + name)
    }

    /// Draws one frame into one file.
    func write(_ frame: Frame, _ predictions: [Prediction], to path: String) throws {
        do {
            pictures.begin(frame)
            let picture = try pictures.withWhole { $0 }
            try Self.draw(predictions, on: picture, to: path)
        } catch let error as ImagingError {
            throw fail("frame \(frame.sequence): \(error)")
        }
    }

    /// Draws boxes and names on a picture and writes it as JPEG.
    static func draw(_ predictions: [Prediction], on picture: Picture, to path: String) throws {
        var canvas = Canvas(picture)
        // The best last, so that it lies on top.
        for prediction in predictions.reversed() {
            let best = prediction.concepts.first
            canvas.annotate(
                prediction.box, label: best.map { "\($0.name) \(Text.score($0.score))" } ?? "", colour: .of(concept: best?.name ?? ""))
        }
        do {
            var bytes: [UInt8] = []
            try JPEGEncoder(quality: 92).encode(canvas.picture, into: &bytes)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        } catch {
            throw fail("cannot write \(path): \(error)")
        }
    }
}
