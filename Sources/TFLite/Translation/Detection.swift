import ModelGraph
import Tensors

/// TFLite_Detection_PostProcess, the one custom operator: its options are a FlexBuffer map.
enum DetectionOptions {
    static let operatorName = "TFLite_Detection_PostProcess"
    /// Real options take some 250 bytes.
    static let maximumByteCount = 4_096

    /// - Parameter path: of the options, for messages.
    static func read(_ bytes: ArraySlice<UInt8>, path: String) throws(ModelFileError) -> DetectionPostProcess {
        let map = try FlexMap(bytes, path: path)
        return DetectionPostProcess(
            maxDetections: try map.integer("max_detections"),
            maxClassesPerDetection: try map.integer("max_classes_per_detection"),
            detectionsPerClass: try map.integer("detections_per_class", default: 100),
            usesRegularNMS: try map.integer("use_regular_nms", default: 0) != 0, classCount: try map.integer("num_classes"),
            scoreThreshold: try map.float("nms_score_threshold"), iouThreshold: try map.float("nms_iou_threshold"),
            scaleY: try map.float("y_scale"), scaleX: try map.float("x_scale"), scaleH: try map.float("h_scale"),
            scaleW: try map.float("w_scale"))
    }
}

extension Operation {
    func detectionPostProcess() throws(ModelFileError) -> Layer {
        try expect(inputs: 3...3, outputs: 4...4)
        let path = "\(table.place).custom_options"
        guard let range = table.customOptions else { throw invalid("custom_options", "is absent") }
        guard range.count <= DetectionOptions.maximumByteCount else {
            throw .overLimit(path: path, what: "bytes", value: range.count, limit: DetectionOptions.maximumByteCount)
        }
        return layer(.detectionPostProcess(try DetectionOptions.read(reader.bytes[range], path: path)), inputs: inputs)
    }
}

extension DetectionPostProcess {
    /// Boxes [1,D,4], classes [1,D], scores [1,D] and count [1], where D is the number of rows; nil when a shape is out of range. Files
    /// leave these shapes empty.
    var outputShapes: [Shape]? {
        let (rows, overflow) = maxDetections.multipliedReportingOverflow(by: maxClassesPerDetection)
        guard !overflow, let boxes = Shape([1, rows, 4]), let row = Shape([1, rows]), let count = Shape([1]) else { return nil }
        return [boxes, row, row, count]
    }
}
