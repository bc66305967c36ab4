import Frames
import Imaging
import Models
import Operators
import Predictions
import Workflow

/// The models of one workflow with their working memory, as its executor wants them. Built and used on the pipeline's thread.
final class WorkflowModels: ModelRunner {
    let pictures: FramePictures
    /// By the index of the node.
    private let models: [VisionModel?]

    init(_ configuration: Configuration) throws(ModelError) {
        pictures = FramePictures(masks: configuration.camera.imagingMasks)
        var models = [VisionModel?](repeating: nil, count: configuration.definition.nodes.count)
        for (node, settings) in configuration.definition.models {
            guard let model = configuration.library.model(path: settings.path) else {
                throw .unreadable(path: settings.path, reason: "it was not loaded with the configuration")
            }
            models[node] = try VisionModel(model, options: Self.options(settings, model))
        }
        self.models = models
    }

    private static func options(_ settings: ModelNodeSettings, _ model: LoadedModel) -> VisionModel.Options {
        // A classifier tells all its scores unless asked otherwise: a rule behind it may be about a low one.
        var options = VisionModel.Options(minimumScore: settings.minimumScore ?? (model.kind == .classifier ? .zero : Score(0.3)))
        if let overlap = settings.maximumOverlap { options.iou = overlap.units }
        if let maximum = settings.maximumCount { options.maximum = maximum }
        options.top = settings.top
        options.only = settings.only
        switch settings.resize {
        case .letterbox?: options.fit = .letterbox(fill: 114)
        case .stretch?, nil: options.fit = .stretch
        }
        return options
    }

    typealias Failure = ImagingError

    func begin(_ frame: Frame) { pictures.begin(frame) }

    /// Lets go of the frame.
    func end() { pictures.end() }

    func predict(node: Int, images: [Prediction], into output: inout Lane) throws(ImagingError) {
        guard let model = models[node] else { return }
        for (index, image) in images.enumerated() {
            for prediction in try model.predict(pictures, region: image.box) { output.append(prediction, from: index) }
        }
    }

    func readLuma(into grid: inout Operators.LumaGrid) throws(ImagingError) {
        let measured = try pictures.lumaGrid()
        if measured.values.count == grid.means.count { grid.means = measured.values }
    }

    /// The frame at hand as a clean JPEG image: the camera's own bytes where nothing is masked.
    func snapshot(of frame: Frame, isMasked: Bool) throws(ImagingError) -> [UInt8] {
        if frame.format == .mjpeg && !isMasked { return frame.bytes }
        return try pictures.withWhole { (picture) throws(ImagingError) in
            var bytes: [UInt8] = []
            try JPEGEncoder(quality: 88).encode(picture, into: &bytes)
            return bytes
        }
    }
}
