import Foundation
import Frames
import Imaging
import Models
import Predictions
import TFLite
import TestKit

/// A folder of its own, which goes when the test ends.
final class ModelFolder {
    let path = NSTemporaryDirectory() + "picket-models-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult
    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        try Data(bytes).write(to: URL(filePath: path + "/" + name))
        return path + "/" + name
    }

    func load(_ model: HandMade, sidecar: String? = nil, labels: [String]? = nil) throws -> LoadedModel {
        try? FileManager.default.removeItem(atPath: path + "/model.yaml")
        if let sidecar { try write("model.yaml", sidecar.utf8) }
        return try LoadedModel(path: try write("model.tflite", model.builder.file()), labels: labels)
    }
}

/// A model that says the same whatever it sees: each output is a constant.
struct HandMade {
    var builder = TFLiteBuilder()
    let image: Int32

    init(width: Int32 = 32, height: Int32 = 32) {
        image = builder.tensor("image", .uint8, [1, height, width, 3], scales: [1], zeroPoints: [0])
        builder.inputs = [image]
    }

    mutating func output(_ values: [Float], _ shape: [Int32]) {
        let bytes = values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
        let constant = builder.tensor("constant", .float32, [Int32(values.count)], bytes: bytes)
        reshape(constant, builder.tensor("output", .float32, shape), shape)
    }

    mutating func output(stored values: [UInt8], _ shape: [Int32], scale: Float, zeroPoint: Int64 = 0) {
        let constant = builder.tensor(
            "constant", .uint8, [Int32(values.count)], scales: [scale], zeroPoints: [zeroPoint], bytes: values)
        reshape(constant, builder.tensor("output", .uint8, shape, scales: [scale], zeroPoints: [zeroPoint]), shape)
    }

    mutating func reshape(_ from: Int32, _ to: Int32, _ shape: [Int32]) {
        builder.add(22, inputs: [from, builder.integers(shape)], outputs: [to])
        builder.outputs.append(to)
    }
}

extension HandMade {
    /// A classifier that says these scores.
    static func classifier(_ scores: [Float]) -> HandMade {
        var model = HandMade()
        model.output(scores, [1, Int32(scores.count)])
        return model
    }

    /// An input of 32x32 has 16 + 4 + 1 cells.
    static let yoloCellCount = 21

    /// YOLOv8: for each cell x, y, width, height and the classes' scores; cells that are not named are 0.
    static func yolo8(_ cells: [Int: [Float]], classes: Int) -> HandMade {
        var values = [Float](repeating: 0, count: (4 + classes) * yoloCellCount)
        for (cell, fields) in cells {
            for (field, value) in fields.enumerated() { values[field * yoloCellCount + cell] = value }
        }
        var model = HandMade()
        model.output(values, [1, Int32(4 + classes), Int32(yoloCellCount)])
        return model
    }

    /// A centre heat-map of rows x columns x classes, with boxes that all have the same code.
    static func heatmap(
        _ scores: [Float], rows: Int32, columns: Int32, classes: Int32 = 1, box: [Float] = [0.5, 0.5, 0.25, 0.5]
    ) -> HandMade {
        var model = HandMade()
        model.output(scores, [1, rows, columns, classes])
        model.output((0..<rows * columns).flatMap { _ in box }, [1, rows, columns, 4])
        return model
    }
}

extension Frame {
    /// A picture as a frame.
    init(_ picture: Picture, sequence: UInt64 = 0) {
        self.init(
            sequence: sequence, timestamp: Timestamp(nanoseconds: Int64(sequence)), wallNanoseconds: 0,
            format: picture.layout == .rgb ? .rgb24 : .grey, size: picture.size, bytesPerRow: picture.bytesPerRow, bytes: picture.pixels)
    }

    static func black(width: Int = 32, height: Int = 32) -> Frame { Frame(Picture(size: Size(width: width, height: height), layout: .rgb)) }
}

extension Box {
    /// From fractions of the frame.
    init(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double) {
        func units(_ value: Double) -> Int32 { Int32((value * 65_536).rounded()) }
        self.init(left: units(left), top: units(top), right: units(right), bottom: units(bottom))
    }

    func isClose(to other: Box, within units: Int32 = 2) -> Bool {
        abs(left - other.left) <= units && abs(top - other.top) <= units && abs(right - other.right) <= units
            && abs(bottom - other.bottom) <= units
    }
}

/// What a model says about one frame.
func predictions(
    _ model: LoadedModel, frame: Frame = .black(), region: Box = .wholeFrame, minimum: Double = 0.3,
    _ change: (inout VisionModel.Options) -> Void = { _ in }
) throws -> [Prediction] {
    var options = VisionModel.Options(minimumScore: Score(minimum))
    change(&options)
    let pictures = FramePictures()
    pictures.begin(frame)
    return try VisionModel(model, options: options).predict(pictures, region: region)
}
