import Foundation
import Frames
import Imaging
import Models
import Predictions
import Testing

/// Real models on real pictures. Skipped without the folder that `PICKET_ZOO` names, or `../shared/zoo`.
enum Zoo {
    static let folder: String? = {
        let candidates = [ProcessInfo.processInfo.environment["PICKET_ZOO"], "../shared/zoo"].compactMap { $0 }
        return candidates.first { FileManager.default.fileExists(atPath: $0 + "/models") }
    }()

    static let isThere = folder != nil

    static func path(_ name: String) throws -> String { try #require(folder) + "/" + name }

    static func labels(_ name: String) throws -> [String] {
        try String(contentsOfFile: try path("labels/" + name), encoding: .utf8).split(whereSeparator: \.isNewline).map(String.init)
    }

    static func picture(_ name: String) throws -> Picture {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: try path(name))))
        return try Picture(file: bytes.span)
    }

    /// The JPEG images of a clip, each from its start to the next one's.
    static func clip(_ name: String) throws -> [Frame] {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: try path("clips/" + name))))
        let starts = bytes.indices.dropLast(2).filter { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xD8 && bytes[$0 + 2] == 0xFF }
        return zip(starts, starts.dropFirst() + [bytes.count]).enumerated().map { index, range in
            Frame(
                sequence: UInt64(index), timestamp: Timestamp(nanoseconds: Int64(index)), wallNanoseconds: 0, format: .mjpeg,
                size: Size(width: 0, height: 0), bytesPerRow: 0, bytes: Array(bytes[range.0..<range.1]))
        }
    }

    static func model(_ name: String, labels: [String]? = nil, sidecar: String? = nil) throws -> LoadedModel {
        let model = try path("models/\(name).tflite")
        guard let sidecar else { return try LoadedModel(path: model, labels: labels) }
        let folder = try ModelFolder()
        try folder.write("model.yaml", sidecar.utf8)
        return try LoadedModel(path: try folder.write("model.tflite", Data(contentsOf: URL(filePath: model))), labels: labels)
    }

    /// Draws what was found into the folder that `PICKET_DRAW` names, for a person to look at.
    static func draw(_ found: [Prediction], on picture: Picture, _ name: String) throws {
        guard let folder = ProcessInfo.processInfo.environment["PICKET_DRAW"] else { return }
        var canvas = Canvas(picture)
        for prediction in found {
            let text = prediction.concepts.first.map { "\($0.name) \($0.score.text)" } ?? ""
            canvas.annotate(prediction.box, label: text, colour: .of(concept: prediction.concepts.first?.name ?? ""))
        }
        var bytes: [UInt8] = []
        try JPEGEncoder(quality: 90).encode(canvas.picture, into: &bytes)
        try Data(bytes).write(to: URL(filePath: folder + "/" + name + ".jpg"))
    }
}

@Suite(.enabled(if: Zoo.isThere, "no folder of real models: set PICKET_ZOO")) struct ZooTests {
    /// What each file is, or why it cannot serve.
    @Test(arguments: [
        ("automl_video_traffic", "detection-postprocess"), ("cifar10_resnet8_int8", "classifier"),
        ("coco_ssd_mobilenet_v1_1.0_quant_2018_06_29", "detection-postprocess"),
        ("deeplabv3_mnv2_dm05_pascal_quant", "no known head fits the outputs int64 [1,513,513]"),
        ("face_ssd_slim_120x160x1_int8", "no known head fits the outputs int8 [1,1118,4], int8 [1,1118,2]"),
        ("mobilenet_v1_0.25_128_quant", "classifier"), ("mobilenet_v1_0.25_224_quant_metadata", "classifier"),
        ("mobilenet_v1_1.0_224_quant_embedding_extractor", "embedder"), ("mobilenet_v2_1.0_224_inat_bird_quant", "classifier"),
        ("mobilenet_v2_1.0_224_quant", "classifier"),
        ("movenet_single_pose_lightning_ptq", "no known head fits the outputs float32 [1,1,17,3]"),
        ("ssdlite_mobilenet_v2_voc_300_integer_quant_with_postprocess", "detection-postprocess"),
        ("tf2_mobilenet_v2_1.0_224_ptq", "classifier"), ("vww_96_int8", "classifier"), ("yolov8n_full_integer_quant_224", "yolov8"),
    ])
    func everyModelIsUnderstoodOrRefusedInWords(_ name: String, _ expected: String) throws {
        do {
            let model = try Zoo.model(name)
            #expect(model.kind.rawValue == expected)
            _ = try VisionModel(model, options: .init())
            let found = try predictions(model, frame: .black(width: 64, height: 48))
            #expect(model.kind.isDetector || found.count == 1)
        } catch let error as ModelError {
            #expect(error.description.contains(expected))
        }
    }

    @Test func peopleAndCarsAreFoundInTheStreet() throws {
        let model = try Zoo.model("coco_ssd_mobilenet_v1_1.0_quant_2018_06_29")
        #expect(model.labelSource == "metadata")
        let vision = try VisionModel(model, options: .init(minimumScore: Score(0.5)))
        let pictures = FramePictures()
        var names: Set<String> = []
        for frame in try Zoo.clip("street.mjpeg").enumerated().filter({ $0.offset % 24 == 0 }).map(\.element) {
            pictures.begin(frame)
            let found = try vision.predict(pictures)
            names.formUnion(found.map { $0.concepts[0].name })
            if frame.sequence == 0 { try Zoo.draw(found, on: try pictures.withWhole { $0 }, "street-coco") }
        }
        #expect(names.contains("person") && names.contains("car"), "\(names.sorted())")
    }

    @Test(arguments: [
        ("mobilenet_v2_1.0_224_quant", "images/cat.bmp", ["cat", "lynx"]),
        ("mobilenet_v1_0.25_128_quant", "images/cat.bmp", ["cat", "lynx"]),
        ("tf2_mobilenet_v2_1.0_224_ptq", "images/cat_720p.jpg", ["cat", "lynx"]),
        ("mobilenet_v2_1.0_224_quant", "images/bird.bmp", ["chickadee", "jay", "bunting", "finch", "junco"]),
        ("mobilenet_v2_1.0_224_quant", "images/sunflower.bmp", ["daisy"]),
    ])
    func theAnimalIsAmongTheFiveBest(_ name: String, _ file: String, _ words: [String]) throws {
        let model = try Zoo.model(name, labels: try Zoo.labels("imagenet_labels.txt"))
        let found = try predictions(model, frame: Frame(try Zoo.picture(file)), minimum: 0) { $0.top = 5 }[0]
        #expect(found.concepts.contains { concept in words.contains { concept.name.contains($0) } }, "\(found.concepts)")
    }

    @Test func aBirdModelKnowsTheChickadee() throws {
        let model = try Zoo.model("mobilenet_v2_1.0_224_inat_bird_quant", labels: try Zoo.labels("inat_bird_labels.txt"))
        let found = try predictions(model, frame: Frame(try Zoo.picture("images/bird.bmp")), minimum: 0) { $0.top = 5 }[0]
        #expect(found.concepts[0].name.contains("Chickadee"), "\(found.concepts)")
    }

    @Test func anEmbeddingOfACatIsNearerToAnotherCatThanToADog() throws {
        let vision = try VisionModel(try Zoo.model("mobilenet_v1_1.0_224_quant_embedding_extractor"), options: .init())
        func embedding(_ name: String) throws -> Embedding {
            let pictures = FramePictures()
            pictures.begin(Frame(try Zoo.picture("images/imprinting/\(name).bmp")))
            return try #require(try vision.predict(pictures)[0].embedding)
        }
        func cosine(_ a: Embedding, _ b: Embedding) -> Double {
            let product = zip(a.elements, b.elements).reduce(Int64(0)) { $0 + Int64($1.0) * Int64($1.1) }
            return Double(product) / (Double(a.squaredNorm) * Double(b.squaredNorm)).squareRoot()
        }
        let (cat, otherCat, dog) = (try embedding("cat_test_0"), try embedding("cat_train_0"), try embedding("dog_train_0"))
        #expect(cosine(cat, otherCat) > cosine(cat, dog))
        #expect(cat.elements.count == 1024 && cat.modelDigest == vision.model.digest)
    }

    @Test func aFaceIsFoundWithTheAnchorsOfASidecar() throws {
        let sidecar = """
            head: ssd
            labels: [face]
            anchors:
              strides: [8, 16, 32, 64]
              sizes: [[10, 16, 24], [32, 48], [64, 96], [128, 192, 256]]
              centre_variance: 0.1
              size_variance: 0.2
            """
        let model = try Zoo.model("face_ssd_slim_120x160x1_int8", sidecar: sidecar)
        let picture = try Zoo.picture("images/face.jpg")
        let found = try predictions(model, frame: Frame(picture), minimum: 0.5)
        try Zoo.draw(found, on: picture, "face")
        // The two men in front, measured by eye.
        for face in [Box(0.27, 0.24, 0.44, 0.58), Box(0.51, 0.15, 0.68, 0.48)] {
            #expect(found.contains { $0.box.overlaps(face, moreThan: 32_768) }, "\(face) \(found)")
        }
        let portrait = try Zoo.picture("images/grace_hopper.bmp")
        let one = try predictions(model, frame: Frame(portrait), minimum: 0.7)
        try Zoo.draw(one, on: portrait, "portrait")
        #expect(one.count == 1 && one[0].box.overlaps(Box(0.32, 0.15, 0.7, 0.58), moreThan: 32_768), "\(one)")
    }

    @Test func yoloFindsADogAndAPasserBy() throws {
        let model = try Zoo.model("yolov8n_full_integer_quant_224")
        #expect(model.labels.count == 80 && model.labelSource == "metadata")
        let picture = try Zoo.picture("images/cats_and_dogs.jpg")
        let found = try predictions(model, frame: Frame(picture), minimum: 0.4)
        try Zoo.draw(found, on: picture, "yolo-pets")
        // The corgi; the poodle passes for a bird at this size.
        let corgi = Box(0.51, 0.26, 0.75, 1)
        #expect(found.contains { $0.concepts[0].name == "dog" && $0.box.overlaps(corgi, moreThan: 45_000) }, "\(found)")
        let frame = try Zoo.clip("street.mjpeg")[0]
        let street = try predictions(model, frame: frame, minimum: 0.5) { $0.fit = .letterbox(fill: 114) }
        var whole = Picture()
        var decoder = FrameDecoder()
        try decoder.decode(frame, into: &whole)
        try Zoo.draw(street, on: whole, "yolo-street")
        let walker = Box(0.09, 0.02, 0.37, 0.99)
        #expect(street.contains { $0.concepts[0].name == "person" && $0.box.overlaps(walker, moreThan: 45_000) }, "\(street)")
    }

    @Test func ssdLiteFindsPets() throws {
        let model = try Zoo.model("ssdlite_mobilenet_v2_voc_300_integer_quant_with_postprocess")
        let picture = try Zoo.picture("images/cats_and_dogs.jpg")
        let found = try predictions(model, frame: Frame(picture), minimum: 0.4)
        try Zoo.draw(found, on: picture, "voc-cats")
        // Cat and dog of the twenty classes of PASCAL VOC.
        #expect(!found.isEmpty && found.allSatisfy { ["class_7", "class_11"].contains($0.concepts[0].name) }, "\(found)")
    }

    @Test func aRecurrentDetectorFindsTraffic() throws {
        let model = try Zoo.model("automl_video_traffic")
        let frames = try ["0001", "0002", "0003"].map { Frame(try Zoo.picture("images/traffic_frames/\($0).bmp")) }
        func run(_ frames: [Frame]) throws -> [[Prediction]] {
            let vision = try VisionModel(model, options: .init(minimumScore: Score(0.2)))
            let pictures = FramePictures()
            return try frames.map { frame in
                pictures.begin(frame)
                return try vision.predict(pictures)
            }
        }
        let sequence = try run(frames)
        try Zoo.draw(sequence[2], on: try Zoo.picture("images/traffic_frames/0003.bmp"), "traffic")
        // What this file remembers of its own frames is always zero, so only the hand-made model shows that states come back.
        #expect(try run(frames) == sequence)
        #expect(sequence.allSatisfy { !$0.isEmpty })
    }
}
