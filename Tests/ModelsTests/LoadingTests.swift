import Foundation
import Frames
import Imaging
import Models
import Predictions
import TFLite
import TestKit
import Testing

@Suite struct LoadingTests {
    let folder: ModelFolder

    init() throws { folder = try ModelFolder() }

    /// The message of a model that cannot be loaded.
    private func refusal(_ load: () throws -> LoadedModel) -> String {
        do {
            _ = try load()
            return "was loaded"
        } catch {
            return "\(error)"
        }
    }

    @Test func millionsOfClassesAreRefused() throws {
        let folder = try ModelFolder()
        let text = refusal { try folder.load(.classifier([Float](repeating: 0, count: 65_537)), sidecar: "head: classifier") }
        #expect(text.hasSuffix("has 65537 classes, the limit is 65536"))
    }

    @Test func labelsComeFromTheSidecarBeforeTheWorkflow() throws {
        let model = HandMade.classifier([0.5, 0.25])
        let named = try folder.load(model, sidecar: "labels: [a, b]", labels: ["c", "d"])
        #expect(named.labels == ["a", "b"] && named.labelSource == "sidecar")
        let asked = try folder.load(model, labels: ["c", "d"])
        #expect(asked.labels == ["c", "d"] && asked.labelSource == "workflow")
        let nameless = try folder.load(model, sidecar: "head: classifier")
        #expect(nameless.labels == ["class_0", "class_1"] && nameless.labelSource == "none")
    }

    @Test func aWrongNumberOfLabelsIsAnErrorThatTellsBothNumbers() throws {
        let text = refusal { try folder.load(.classifier([0.5, 0.25]), sidecar: "labels: [a, b, c]") }
        #expect(text == "\(folder.path)/model.tflite: 3 labels for 2 outputs; write 2 names under `labels:` in \(folder.path)/model.yaml")
        // A classifier's background is a class like all others.
        #expect(refusal { try folder.load(.classifier([0.5, 0.25]), sidecar: "labels: [background, b, c]") }.contains("3 labels for 2"))
    }

    @Test func onlyAnExtraNameOfTheBackgroundIsLeftOut() throws {
        let detector = HandMade.yolo8([:], classes: 2)
        #expect(try folder.load(detector, sidecar: "labels: [background, cat, dog]").labels == ["cat", "dog"])
        #expect(try folder.load(detector, sidecar: "labels: ['???', cat, dog]").labels == ["cat", "dog"])
        #expect(refusal { try folder.load(detector, sidecar: "labels: [cat, dog, horse]") }.contains("3 labels for 2 outputs"))
    }

    @Test func allIssuesOfASidecarAreToldWithTheirPlaces() throws {
        let text = refusal {
            try folder.load(
                .classifier([0.5, 0.25]),
                sidecar: """
                    head: clasifier
                    scores: maybe
                    input: {mean: 127.5}
                    anchors:
                      strides: [8, 8.5]
                      sizes: [[10], [wide]]
                    lables: [a, b]
                    """)
        }
        let place = folder.path + "/model.yaml:"
        #expect(text.contains(place + "1:7: head: unknown value 'clasifier'"))
        #expect(text.contains("did you mean 'classifier'"))
        #expect(text.contains(place + "2:9: scores:"))
        #expect(text.contains(place + "3:") && text.contains("'mean' and 'std' belong together"))
        #expect(text.contains(place + "5:") && text.contains("whole numbers"))
        #expect(text.contains("'wide' is not a number"))
        #expect(text.contains("unknown key 'lables'"))
        #expect(!text.contains("was loaded"))
    }

    @Test func aSidecarThatIsNoTextIsAnError() throws {
        let model = try folder.write("model.tflite", HandMade.classifier([1, 0]).builder.file())
        try folder.write("model.yaml", [0x61, 0xFF, 0xFE])
        #expect(refusal { try LoadedModel(path: model) }.contains("is not UTF-8 text"))
        try folder.write("model.yaml", [UInt8](repeating: 0x20, count: 300_000))
        #expect(refusal { try LoadedModel(path: model) }.contains("300000 bytes"))
    }

    @Test func outputsThatNoHeadFitsAreListed() throws {
        var model = HandMade()
        model.output([Float](repeating: 0, count: 12), [1, 2, 6])
        let text = refusal { try folder.load(model) }
        #expect(text.contains("no known head fits the outputs float32 [1,2,6]"))
        #expect(text.contains("centre-heatmap") && text.contains("model.yaml"))
        #expect(refusal { try folder.load(model, sidecar: "head: yolov8") }.contains("the head 'yolov8' that"))
    }

    @Test func anInputThatIsNoImageIsAnError() throws {
        var model = TFLiteBuilder()
        let x = model.tensor("x", .uint8, [1, 64], scales: [1], zeroPoints: [0])
        let y = model.tensor("y", .uint8, [64], scales: [1], zeroPoints: [0])
        model.add(22, inputs: [x, model.integers([64])], outputs: [y])
        (model.inputs, model.outputs) = ([x], [y])
        let path = try folder.write("model.tflite", model.file())
        #expect(refusal { try LoadedModel(path: path) }.contains("input 0 is uint8 [1,64], not an image"))
    }

    @Test func aNormalisationThatDoesNotFitTheInputIsToldWhenTheModelIsLoaded() throws {
        let text = refusal { try folder.load(.classifier([1, 0]), sidecar: "input: {mean: [1, 2], std: 1}") }
        #expect(text.contains("model.tflite: ") && !text.contains("was loaded"))
    }

    @Test func filesThatAreNoModelsSaySo() throws {
        #expect(refusal { try LoadedModel(path: folder.path + "/none.tflite") }.contains("no such file"))
        #expect(refusal { try LoadedModel(path: folder.path) }.contains("not a file"))
        let text = try folder.write("text.tflite", "this is no model".utf8)
        #expect(refusal { try LoadedModel(path: text) }.hasPrefix(text + ": "))
        let empty = try folder.write("empty.tflite", [])
        #expect(refusal { try LoadedModel(path: empty) }.hasPrefix(empty + ": "))
    }

    @Test func aLinkToAModelIsAModel() throws {
        let model = try folder.write("v1.tflite", HandMade.classifier([1, 0]).builder.file())
        try FileManager.default.createSymbolicLink(atPath: folder.path + "/current.tflite", withDestinationPath: model)
        try folder.write("current.yaml", "labels: [a, b]".utf8)
        #expect(try LoadedModel(path: folder.path + "/current.tflite").labels == ["a", "b"])
    }

    @Test func theDigestIsThatOfTheFile() throws {
        let a = try folder.load(.classifier([1, 0]), sidecar: "head: classifier")
        let b = try folder.load(.classifier([1, 0]), sidecar: "head: classifier")
        let c = try folder.load(.classifier([1, 0.5]), sidecar: "head: classifier")
        #expect(a.digest == b.digest && a.digest != c.digest && a.digest.count == 64)
    }
}

@Suite struct FramePicturesTests {
    /// A picture with structure, as a JPEG frame.
    private func frame() throws -> Frame {
        var pixels: [UInt8] = []
        for y in 0..<96 { for x in 0..<128 { pixels += [UInt8(x * 2), UInt8(y * 2), UInt8((x * y) % 256)] } }
        let picture = try #require(Picture(size: Size(width: 128, height: 96), layout: .rgb, pixels: pixels))
        var bytes: [UInt8] = []
        try JPEGEncoder(quality: 90).encode(picture, into: &bytes)
        return Frame(
            sequence: 0, timestamp: Timestamp(nanoseconds: 0), wallNanoseconds: 0, format: .mjpeg, size: picture.size, bytesPerRow: 0,
            bytes: bytes)
    }

    @Test func theOrderOfRequestsChangesNoPixel() throws {
        let frame = try frame()
        let sizes = [Size(width: 16, height: 12), Size(width: 40, height: 30), Size(width: 128, height: 96)]
        func pictures(_ order: [Int]) throws -> [Int: Picture] {
            let pictures = FramePictures()
            pictures.begin(frame)
            return try Dictionary(uniqueKeysWithValues: order.map { ($0, try pictures.withPicture(atLeast: sizes[$0]) { $0 }) })
        }
        let forwards = try pictures([0, 1, 2])
        #expect(try pictures([2, 1, 0]) == forwards)
        #expect(try pictures([1, 0, 2]) == forwards)
        for (index, picture) in forwards {
            #expect(picture.size.width >= sizes[index].width && picture.size.height >= sizes[index].height)
        }
    }

    @Test func masksCoverEverySizeOfTheFrame() throws {
        let half = Masks(polygons: [[.init(x: 0, y: 0), .init(x: 32_768, y: 0), .init(x: 32_768, y: 65_536), .init(x: 0, y: 65_536)]])
        let pictures = FramePictures(masks: half)
        pictures.begin(try frame())
        func check(_ picture: Picture) {
            let row = picture.size.height / 2 * picture.bytesPerRow
            #expect(picture.pixels[row..<row + picture.size.width / 2 * 3 - 6].allSatisfy { $0 == 0 })
            #expect(picture.pixels[row + picture.size.width / 2 * 3 + 6..<row + picture.bytesPerRow].contains { $0 != 0 })
        }
        try pictures.withPicture(atLeast: Size(width: 16, height: 12)) { check($0) }
        try pictures.withWhole { check($0) }
    }

    @Test func aDamagedFrameIsAnErrorEachTimeAndTheNextOneIsFine() throws {
        var damaged = try frame()
        damaged.bytes = Array(damaged.bytes.prefix(40))
        let pictures = FramePictures()
        pictures.begin(damaged)
        for _ in 0..<2 {
            #expect(throws: ImagingError.self) { try pictures.withWhole { _ in } }
            #expect(throws: ImagingError.self) { try pictures.withPicture(atLeast: Size(width: 16, height: 12)) { _ in } }
        }
        pictures.begin(try frame())
        #expect(try pictures.withWhole { $0.size } == Size(width: 128, height: 96))
    }
}
