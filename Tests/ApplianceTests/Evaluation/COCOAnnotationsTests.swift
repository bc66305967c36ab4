import Appliance
import FixedPoint
import Frames
import Learning
import Testing

@Suite("Labels of COCO's form")
struct COCOAnnotationsTests {
    private static let sound = """
        {"info": {"year": 2026}, "categories": [{"id": 3, "name": "cat", "supercategory": "animal"}, {"id": 8, "name": "dog"}],
        "images": [{"id": 10, "file_name": "a.jpg", "width": 640, "height": 480}, {"id": 4, "file_name": "more/b.jpg"}],
        "annotations": [
          {"id": 1, "image_id": 4, "category_id": 8, "bbox": [1.5, 2, 30, 40.25], "area": 600, "segmentation": [[1, 2, 3, 4]]},
          {"id": 2, "image_id": 4, "category_id": 3, "bbox": [0, 0, 5, 5], "iscrowd": 1}]}
        """

    private func read(_ text: String) throws(EvaluationError) -> DetectionDataset {
        try COCOAnnotations.dataset(Array(text.utf8), path: "l.json", pictures: "p")
    }

    private func refusal(_ text: String) -> String {
        do {
            _ = try read(text)
            return "none"
        } catch {
            return error.description
        }
    }

    @Test func objectsBelongToTheirPictures() throws {
        let dataset = try read(Self.sound)
        #expect(dataset.categories == [3: "cat", 8: "dog"])
        #expect(!dataset.isFractional)
        #expect(dataset.items.map(\.path) == ["p/a.jpg", "p/more/b.jpg"])
        #expect(dataset.items[0].objects.isEmpty)
        #expect(dataset.items[0].statedSize == Size(width: 640, height: 480))
        #expect(dataset.items[1].statedSize == nil)
        let objects = dataset.items[1].objects
        #expect(objects.map(\.category) == [8, 3])
        #expect(objects[0].box == PixelBox(x: 1.5, y: 2, width: 30, height: 40.25) && objects[0].area == 600 && !objects[0].isCrowd)
        #expect(objects[1].isCrowd && objects[1].area == nil)
    }

    @Test(arguments: [
        ("{\"images\": [},", "l.json: line 1, column 13: expected a value"),
        ("{\n \"images\": [1,\n 2 3]}", "l.json: line 3, column 4: expected a comma or a closing bracket"),
        ("{\"images\": []", "l.json: line 1, column 14: it ends here, in the middle"),
        ("{\"images", "l.json: line 1, column 9: it ends here, within a text"),
        ("{} {}", "l.json: line 1, column 4: something follows the end"),
        ("", "l.json: line 1, column 1: it ends here, in the middle"),
        ("[]", "l.json: Expected to decode"),
        ("{\"images\": [], \"annotations\": []}", "l.json: 'categories' is missing"),
        ("{\"images\": [], \"annotations\": [], \"categories\": []}", "l.json: images: there are none"),
    ])
    func damagedJSONIsRefusedWithItsPlace(_ text: String, _ wanted: String) {
        #expect(refusal(text).hasPrefix(wanted), "\(refusal(text))")
    }

    @Test(arguments: [
        ("\"image_id\": 4, \"category_id\": 8", "\"image_id\": 5, \"category_id\": 8", "annotations[0].image_id: there is no image 5"),
        ("\"category_id\": 3", "\"category_id\": 9", "annotations[1].category_id: there is no category 9"),
        ("\"category_id\": 3", "\"category_id\": \"cat\"", "annotations[1].category_id: Expected to decode Int"),
        ("[0, 0, 5, 5]", "[0, 0, 5]", "annotations[1].bbox: is not x, y, width, height in pixels"),
        ("[0, 0, 5, 5]", "[0, 0, -5, 5]", "annotations[1].bbox: is not x, y, width, height in pixels"),
        ("[0, 0, 5, 5]", "[0, 0, 1e300, 5]", "annotations[1].bbox: is not x, y, width, height in pixels"),
        ("\"area\": 600", "\"area\": 1e999", "line 4, column 83: a number that cannot be read"),
        ("\"area\": 600", "\"area\": -1", "annotations[0].area: -1.0 is no number of pixels"),
        ("\"width\": 640", "\"width\": 0", "images[0]: 0x480 is no size of a picture"),
        ("\"width\": 640", "\"width\": 9000000000000", "images[0]: 9000000000000x480 is no size of a picture"),
        ("\"id\": 10,", "\"id\": 4,", "images[1].id: 4 is there twice"),
        ("\"id\": 8, \"name\"", "\"id\": 3, \"name\"", "categories[1].id: 3 is there twice"),
        ("more/b.jpg", "../b.jpg", "images[1].file_name: ../b.jpg leads out of the folder of pictures"),
        ("more/b.jpg", "/etc/passwd", "images[1].file_name: /etc/passwd leads out of the folder of pictures"),
        ("more/b.jpg", "", "images[1].file_name:  leads out of the folder of pictures"),
    ])
    func whatCannotBeIsRefusedWithItsPath(_ old: String, _ new: String, _ wanted: String) {
        #expect(refusal(Self.sound.replacing(old, with: new)).hasPrefix("l.json: " + wanted))
    }

    @Test func deepNestingIsRefusedWithoutRecursion() {
        #expect(refusal(String(repeating: "[", count: 2_000_000)).contains("nested more than 512 deep"))
    }

    @Test func everyMutilationIsReadOrRefused() throws {
        let bytes = Array(Self.sound.utf8)
        for length in 0..<bytes.count {
            #expect(throws: EvaluationError.self) {
                try COCOAnnotations.dataset(Array(bytes.prefix(length)), path: "l.json", pictures: "p")
            }
        }
        var random = SeededGenerator(seed: 11)
        for _ in 0..<2000 {
            var mutant = bytes
            for _ in 0...random.below(3) {
                mutant[Int(random.below(UInt64(mutant.count)))] = UInt8(truncatingIfNeeded: random.below(256))
            }
            let dataset = try? COCOAnnotations.dataset(mutant, path: "l.json", pictures: "p")
            for item in dataset?.items ?? [] { #expect(item.path.hasPrefix("p/") && !item.path.contains("..")) }
        }
    }
}
