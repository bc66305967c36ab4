import Appliance
import FoundationEssentials
import Learning
import Testing

@Suite("Labels of YOLO's form")
struct YOLOLabelsTests {
    private func objects(_ text: String, classCount: Int? = nil) throws(EvaluationError) -> [DetectionDataset.Object] {
        try YOLOLabels.objects(Array(text.utf8), path: "a.txt", classCount: classCount)
    }

    @Test func aLineIsAnObjectByItsCentre() throws {
        let found = try objects("1 0.5 0.5 0.5 0.25\r\n\n  0\t0.25 0.125 0.5 0.25  \n")
        #expect(found.map(\.category) == [1, 0])
        #expect(found[0].box == PixelBox(x: 0.25, y: 0.375, width: 0.5, height: 0.25))
        #expect(found[1].box == PixelBox(x: 0, y: 0, width: 0.5, height: 0.25))
        #expect(try objects("").isEmpty)
    }

    @Test(arguments: [
        ("0 0.5 0.5 0.5", "line 1: has 4 fields, not the five of an object: class cx cy width height"),
        ("0 0.5 0.5 0.5 0.5 0.9", "line 1: has 6 fields, not the five of an object: class cx cy width height"),
        ("0 .5 .5 .5 .5\n\nx 0.5 0.5 0.5 0.5", "line 3: 'x' is no number of a class"),
        ("-1 0.5 0.5 0.5 0.5", "line 1: '-1' is no number of a class"),
        ("99999999999999999999 0.5 0.5 0.5 0.5", "line 1: '99999999999999999999' is no number of a class"),
        ("2 0.5 0.5 0.5 0.5", "line 1: class 2 has no name; there are 2"),
        ("0 320 240 100 100", "line 1: the box is not four fractions of the picture: cx cy width height"),
        ("0 nan 0.5 0.5 0.5", "line 1: the box is not four fractions of the picture: cx cy width height"),
        ("0 0.5 0.5 -0.1 0.5", "line 1: the box is not four fractions of the picture: cx cy width height"),
        ("0 0.5 0.5 0.5 0,5", "line 1: the box is not four fractions of the picture: cx cy width height"),
    ])
    func whatIsNoObjectIsRefusedWithItsLine(_ text: String, _ wanted: String) {
        let error = #expect(throws: EvaluationError.self) { try objects(text, classCount: 2) }
        #expect(error?.description == "a.txt: " + wanted)
    }

    @Test func bytesThatAreNoTextAreRefused() {
        for bytes in [[0xFF, 0xFE, 0x30], [0x30, 0x00, 0x30]] as [[UInt8]] {
            let error = #expect(throws: EvaluationError.self) { try YOLOLabels.objects(bytes, path: "a.txt", classCount: nil) }
            #expect(error?.description == "a.txt: is not text")
        }
    }

    @Test func textsBelongToPicturesOfTheSamePath() throws {
        let place = try Workplace()
        for folder in ["images/x", "labels/x", "empty"] {
            try FileManager.default.createDirectory(atPath: place.folder + "/" + folder, withIntermediateDirectories: true)
        }
        for name in ["images/one.jpg", "images/x/two.b.jpg", "images/three.jpg"] { try place.write(name, [1]) }
        try place.write("labels/x/two.b.txt", Array("1 0.5 0.5 1 1".utf8))
        let names = try place.write("names.txt", Array("cat\nhot dog\n\n".utf8))
        let (labels, images) = (place.folder + "/labels", place.folder + "/images")
        let dataset = try YOLOLabels.read(labels: labels, pictures: images, names: names)
        #expect(dataset.categories == [0: "cat", 1: "hot dog"] && dataset.isFractional)
        #expect(dataset.items.map { $0.path.dropFirst(images.count + 1) } == ["one.jpg", "three.jpg", "x/two.b.jpg"])
        #expect(dataset.items.map(\.objects.count) == [0, 0, 1])
        #expect(try YOLOLabels.read(labels: labels, pictures: images, names: nil).categories == nil)
        #expect(throws: EvaluationError.dataset(path: place.folder + "/empty", reason: "there are no .jpg or .bmp pictures in it")) {
            try YOLOLabels.read(labels: labels, pictures: place.folder + "/empty", names: nil)
        }
        let none = #expect(throws: EvaluationError.self) {
            try YOLOLabels.read(labels: place.folder + "/empty", pictures: images, names: nil)
        }
        #expect(none?.description.contains("there is no .txt for any of the 3 pictures") == true)
    }
}
