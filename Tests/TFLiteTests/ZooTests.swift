import ModelGraph
import TFLite
import Tensors
import Testing

@Suite("Real models", .enabled(if: !ZooModels.names.isEmpty, "set PICKET_ZOO to the folder of test models"))
struct ZooTests {
    /// Tensors, layers and labels of each model, counted by the format's own Python bindings; 0 labels where the file has none.
    static let facts: [String: (tensors: Int, layers: Int, labels: Int, hasNormalization: Bool)] = [
        "automl_video_traffic": (429, 185, 0, false),
        "cifar10_resnet8_int8": (38, 16, 0, false),
        "coco_ssd_mobilenet_v1_1.0_quant_2018_06_29": (176, 64, 90, true),
        "deeplabv3_mnv2_dm05_pascal_quant": (186, 72, 0, false),
        "face_ssd_slim_120x160x1_int8": (156, 68, 0, false),
        "mobilenet_v1_0.25_128_quant": (89, 31, 1001, true),
        "mobilenet_v1_0.25_224_quant_metadata": (89, 31, 1001, true),
        "mobilenet_v1_1.0_224_quant_embedding_extractor": (83, 28, 0, false),
        "mobilenet_v2_1.0_224_inat_bird_quant": (172, 65, 965, true),
        "mobilenet_v2_1.0_224_quant": (174, 66, 1001, true),
        "movenet_single_pose_lightning_ptq": (333, 157, 0, false),
        "ssdlite_mobilenet_v2_voc_300_integer_quant_with_postprocess": (323, 129, 0, false),
        "tf2_mobilenet_v2_1.0_224_ptq": (177, 68, 1001, true),
        "vww_96_int8": (89, 31, 0, false),
        "yolov8n_full_integer_quant_224": (411, 255, 80, false),
    ]

    @Test(arguments: ZooModels.names)
    func everyModelLoadsWithinATenthOfASecond(name: String) throws {
        let bytes = try ZooModels.bytes(name)
        let clock = ContinuousClock()
        let model = try ModelFileReader.read(bytes, name: name)
        // The best of three, since other work on the machine is no fault of the reader.
        let time = try (0..<3).map { _ in try clock.measure { _ = try ModelFileReader.read(bytes, name: name) } }.min() ?? .zero
        let graph = model.graph
        print(
            "| \(name) | \(graph.tensors.count) | \(graph.layers.count) | \(Double(graph.multiplyAccumulateCount / 10_000) / 100) |",
            "\(graph.activationByteCount / 1024) | \(model.metadata().labels?.names.count ?? 0) | \(model.metadata().normalization?.means ?? []) | \(time) |"
        )
        #expect(time < .milliseconds(100))
        #expect(model.metadata().notes == [])
        guard let facts = Self.facts[name] else { return }
        #expect(graph.tensors.count == facts.tensors)
        #expect(graph.layers.count == facts.layers)
        #expect(model.metadata().labels?.names.count ?? 0 == facts.labels)
        #expect((model.metadata().normalization != nil) == facts.hasNormalization)
    }

    @Test func knownModelsHaveTheirPublishedMultiplyAccumulates() throws {
        for (name, millions) in [
            ("mobilenet_v1_1.0_224_quant_embedding_extractor", 567.7), ("mobilenet_v2_1.0_224_quant", 300.7),
            ("cifar10_resnet8_int8", 12.5),
        ] where ZooModels.names.contains(name) {
            let graph = try ModelFileReader.read(try ZooModels.bytes(name), name: name).graph
            #expect(abs(Double(graph.multiplyAccumulateCount) / 1e6 - millions) < 0.1)
        }
    }

    @Test func emptyShapesOfDetectionOutputsAreFilledIn() throws {
        let name = "coco_ssd_mobilenet_v1_1.0_quant_2018_06_29"
        guard ZooModels.names.contains(name) else { return }
        let model = try ModelFileReader.read(try ZooModels.bytes(name), name: name)
        #expect(model.graph.outputs.map { model.graph.tensors[$0].shape.extents } == [[1, 10, 4], [1, 10], [1, 10], [1]])
        #expect(model.metadata().labels?.meaning == .value)
        #expect(model.metadata().labels?.names.first == "person")
        #expect(model.metadata().outputs[1].labels == model.metadata().labels)
    }

    @Test func namesInAnUltralyticsExportAreItsLabels() throws {
        let name = "yolov8n_full_integer_quant_224"
        guard ZooModels.names.contains(name) else { return }
        let labels = try ModelFileReader.read(try ZooModels.bytes(name), name: name).metadata().labels
        #expect(labels?.names.first == "person")
        #expect(labels?.names.last == "toothbrush")
    }
}
