import Appliance
import Foundation
import Learning
import Testing

/// The demo's own clip as a data set: what is in each frame is part of the repository.
private final class DemoSet {
    let place: Workplace
    let count: Int
    private let frames: [[[String: Any]]]

    init(_ indices: [Int]) throws {
        place = try Workplace()
        count = indices.count
        let truth = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: Demo.folder + "/approach.truth.json")))
        let all = try #require((truth as? [String: Any])?["frames"] as? [[[String: Any]]])
        frames = indices.map { all[$0] }
        for folder in ["images", "labels"] {
            try FileManager.default.createDirectory(atPath: place.folder + "/" + folder, withIntermediateDirectories: true)
        }
        for (index, frame) in indices.enumerated() { try place.write("images/\(100 + index).jpg", Demo.images[frame]) }
    }

    var images: String { place.folder + "/images" }

    private func boxes(_ frame: Int) -> [[Double]] { frames[frame].compactMap { ($0["box"] as? [NSNumber])?.map(\.doubleValue) } }

    func coco(name: String = "Pad") throws -> DetectionDataset {
        let annotations = frames.indices.flatMap { frame in
            boxes(frame).map { box -> [String: Any] in
                [
                    "image_id": frame, "category_id": 5,
                    "bbox": [box[0] * 320, box[1] * 240, (box[2] - box[0]) * 320, (box[3] - box[1]) * 240],
                ]
            }
        }
        let images = frames.indices.map { ["id": $0, "file_name": "\(100 + $0).jpg", "width": 320, "height": 240] as [String: Any] }
        let file: [String: Any] = [
            "images": images, "annotations": annotations,
            "categories": [["id": 5, "name": name], ["id": 6, "name": "submarine"]],
        ]
        let path = try place.write("coco.json", Array(JSONSerialization.data(withJSONObject: file)))
        return try COCOAnnotations.read(path, pictures: self.images)
    }

    func yolo() throws -> DetectionDataset {
        for frame in frames.indices {
            let lines = boxes(frame).map { "0 \(($0[0] + $0[2]) / 2) \(($0[1] + $0[3]) / 2) \($0[2] - $0[0]) \($0[3] - $0[1])\n" }
            try place.write("labels/\(100 + frame).txt", Array(lines.joined().utf8))
        }
        return try YOLOLabels.read(labels: place.folder + "/labels", pictures: images, names: nil)
    }
}

@Suite("Judging models")
struct ModelJudgeTests {
    private static let pads = Demo.folder + "/pads.tflite"
    private static let states = Demo.folder + "/pad-state.tflite"

    @Test func bothFormsOfLabelsGiveTheSameNumbers() throws {
        let set = try DemoSet(Array(stride(from: 0, to: 120, by: 6)))
        let judge = try ModelJudge(path: Self.pads)
        let coco = try judge.judge(set.coco(), name: "coco.json")
        let yolo = try judge.judge(set.yolo(), name: "labels")
        #expect(coco.pictures == 20 && coco.objects == yolo.objects && coco.objects > 20)
        #expect(coco.notJudged == ["submarine"] && yolo.notJudged.isEmpty)
        #expect(coco.concepts.map(\.name) == ["Pad"] && yolo.concepts.map(\.name) == ["pad"])
        for (one, other) in zip(coco.summary, yolo.summary) {
            #expect(one.name == other.name && abs((one.value ?? 0) - (other.value ?? 0)) < 1e-6)
        }
        #expect(try #require(coco.number("AP50")) > 0.7)
        let average = try #require(coco.number("AP"))
        #expect(average > 0.3 && average < 1 && coco.concepts[0].averagePrecision == average)
        #expect(coco.concepts[0].precisions.count == 101)
    }

    @Test func labelsThatTheModelLacksAreNamed() throws {
        let set = try DemoSet([0])
        let judge = try ModelJudge(path: Self.pads)
        let error = #expect(throws: EvaluationError.self) { try judge.judge(set.coco(name: "helipad"), name: "coco.json") }
        #expect(error == .unknownLabel("helipad", path: Self.pads, known: ["pad"]))
        _ = try set.yolo()
        try set.place.write("labels/100.txt", Array("4 0.5 0.5 0.5 0.5".utf8))
        let dataset = try YOLOLabels.read(labels: set.place.folder + "/labels", pictures: set.images, names: nil)
        #expect(throws: EvaluationError.unknownLabel("class 4", path: Self.pads, known: ["pad"])) {
            try judge.judge(dataset, name: "labels")
        }
    }

    @Test func aModelIsJudgedByItsOwnKindOfData() throws {
        let set = try DemoSet([0])
        #expect(throws: EvaluationError.self) { try ModelJudge(path: Self.states).judge(set.coco(), name: "coco.json") }
        #expect(throws: EvaluationError.self) { try ModelJudge(path: Self.pads).judge(folder: set.images, EvaluationOptions()) }
        #expect(throws: EvaluationError.self) { try ModelJudge(path: Self.pads + "x") }
    }

    @Test func aPictureThatIsMissingOrDamagedIsNamed() throws {
        let set = try DemoSet([0, 1])
        let dataset = try set.coco()
        try set.place.write("images/101.jpg", [0xFF, 0xD8, 0, 0])
        let judge = try ModelJudge(path: Self.pads)
        let damaged = #expect(throws: EvaluationError.self) { try judge.judge(dataset, name: "coco.json") }
        #expect(damaged?.description.hasPrefix(set.images + "/101.jpg: ") == true)
        try FileManager.default.removeItem(atPath: set.images + "/101.jpg")
        #expect(throws: EvaluationError.picture(path: set.images + "/101.jpg", reason: "no such file, or no permission")) {
            try judge.judge(dataset, name: "coco.json")
        }
    }

    @Test func classifiersAreJudgedByFolders() throws {
        let place = try Workplace()
        for folder in ["Clear", "occupied", "_negatives"] {
            try FileManager.default.createDirectory(atPath: place.folder + "/set/" + folder, withIntermediateDirectories: true)
        }
        for index in 0..<6 { try place.write("set/Clear/\(index).jpg", Demo.images[index * 9]) }
        for index in 0..<4 { try place.write("set/occupied/\(index).jpg", Demo.images[index * 20 + 3]) }
        for index in 0..<2 { try place.write("set/_negatives/\(index).jpg", Demo.images[index + 100]) }
        var steps: [Int] = []
        let judge = try ModelJudge(path: Self.states)
        let result = try judge.judge(folder: place.folder + "/set", EvaluationOptions()) { progress in
            steps.append(progress.done)
            return progress.total == 12
        }
        #expect(steps == Array(0..<12))
        #expect(result.samples == 10 && result.strangers == 2)
        // The model also knows `obscured`, which the folder does not.
        #expect(result.concepts.map(\.name) == ["Clear", "occupied", RecognitionResult.othersName])
        #expect(result.concepts.map(\.labelled) == [6, 4, 0])
        #expect(result.concepts.map(\.predicted).reduce(0, +) == 10)
        #expect(result.confusionCounts.map { $0.reduce(0, +) } == [6, 4, 0])
        for row in result.confusionProbabilities.prefix(2) { #expect(abs(row.reduce(0, +) - 1) < 0.02) }
        #expect(result.openSet?.strangerCount == 2 && result.temperature == nil)
        #expect(throws: EvaluationError.cancelled) { try judge.judge(folder: place.folder + "/set", EvaluationOptions()) { _ in false } }
        try FileManager.default.moveItem(atPath: place.folder + "/set/Clear", toPath: place.folder + "/set/snowy")
        #expect(throws: EvaluationError.unknownLabel("snowy", path: Self.states, known: ["clear", "occupied", "obscured"])) {
            try judge.judge(folder: place.folder + "/set", EvaluationOptions())
        }
        #expect(throws: EvaluationError.self) { try judge.judge(folder: place.folder + "/nothing", EvaluationOptions()) }
    }
}
