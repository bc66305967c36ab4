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
            let bytes = try pictures.withWhole { (picture) throws(ImagingError) in
                var canvas = Canvas(picture)
                for prediction in predictions.reversed() {
                    let label = prediction.concepts.first.map { "\($0.name) \(Text.score($0.score))" } ?? ""
                    canvas.annotate(prediction.box, label: label, colour: .of(concept: prediction.concepts.first?.name ?? ""))
                }
                var bytes: [UInt8] = []
                try JPEGEncoder(quality: 92).encode(canvas.picture, into: &bytes)
                return bytes
            }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        } catch {
            throw fail("cannot draw \(path): \(error)")
        }
    }
}
