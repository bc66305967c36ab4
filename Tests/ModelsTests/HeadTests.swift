import FixedPoint
import Foundation
import Frames
import Imaging
import Models
import Predictions
import TestKit
import Testing

@Suite struct HeadTests {
    let folder: ModelFolder

    init() throws { folder = try ModelFolder() }

    // MARK: YOLO

    @Test func yolo8GivesCentreExtentAndTheBestClass() throws {
        let model = try folder.load(.yolo8([3: [0.5, 0.5, 0.25, 0.5, 0.2, 0.8]], classes: 2))
        #expect(model.kind == .yolov8)
        #expect(model.labels == ["class_0", "class_1"])
        let found = try predictions(model)
        #expect(found == [Prediction(box: Box(0.375, 0.25, 0.625, 0.75), concepts: [ScoredConcept("class_1", Score(Double(Float(0.8))))])])
    }

    @Test func yoloBoxesInPixelsAreSeenToBeInPixels() throws {
        let pixels = try folder.load(.yolo8([3: [16, 16, 8, 16, 0.8]], classes: 1))
        #expect(try predictions(pixels).map(\.box) == [Box(0.375, 0.25, 0.625, 0.75)])
    }

    @Test func theSidecarSaysWhatYoloBoxesAreWhenTheyDoNotShowIt() throws {
        // Two pixels wide: without the sidecar it would be taken for twice the input.
        let tiny = HandMade.yolo8([3: [16, 16, 2, 2, 0.8]], classes: 1)
        #expect(
            try predictions(try folder.load(tiny, sidecar: "boxes: pixels")).map(\.box) == [Box(15.0 / 32, 15.0 / 32, 17.0 / 32, 17.0 / 32)]
        )
        #expect(try predictions(try folder.load(tiny, sidecar: "boxes: fractions")).isEmpty)
    }

    @Test func yolo5MultipliesObjectnessAndClass() throws {
        let count = 3 * HandMade.yoloCellCount
        var values = [Float](repeating: 0, count: count * 7)
        values.replaceSubrange(7 * 5..<7 * 6, with: [0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 1])
        var model = HandMade()
        model.output(values, [1, Int32(count), 7])
        let loaded = try folder.load(model)
        #expect(loaded.kind == .yolov5)
        #expect(try predictions(loaded).map(\.concepts) == [[ScoredConcept("class_1", Score(0.5))]])
    }

    // MARK: Heat-maps

    @Test func aHeatmapCellGivesItsBox() throws {
        // Row 1, column 2 of 4x4; the centre is half a cell further.
        var scores = [Float](repeating: 0, count: 16)
        scores[6] = 0.75
        let model = try folder.load(.heatmap(scores, rows: 4, columns: 4))
        #expect(model.kind == .centreHeatmap)
        #expect(
            try predictions(model) == [Prediction(box: Box(0.5, 0.125, 0.75, 0.625), concepts: [ScoredConcept("class_0", Score(0.75))])])
    }

    @Test func ofEqualNeighboursTheFirstIsThePeak() throws {
        var scores = [Float](repeating: 0, count: 25)
        for index in [6, 7, 11, 12] { scores[index] = 0.5 }
        let model = try folder.load(.heatmap(scores, rows: 5, columns: 5, box: [0, 0, 0.2, 0.2]))
        #expect(try predictions(model).map(\.box) == [Box(0.1, 0.1, 0.3, 0.3)])
        // Neighbours of other classes do not matter.
        let two = try folder.load(.heatmap([0.5, 0, 0, 0.5], rows: 1, columns: 2, classes: 2))
        #expect(try predictions(two).map(\.concepts[0].name).sorted() == ["class_0", "class_1"])
    }

    @Test func fomoGivesCellsAndSkipsTheBackground() throws {
        var model = HandMade()
        // 2x2 cells of background, bolt and nut.
        model.output([0.9, 0.1, 0, 0.2, 0.1, 0.7, 1, 0, 0, 1, 0, 0], [1, 2, 2, 3])
        let loaded = try folder.load(model, sidecar: "head: fomo\nlabels: [bolt, nut]")
        #expect(
            try predictions(loaded) == [Prediction(box: Box(0.5, 0, 1, 0.5), concepts: [ScoredConcept("nut", Score(Double(Float(0.7))))])])
    }

    // MARK: Anchors

    private func ssd(_ boxes: [Float], _ scores: [Float], classes: Int32) -> HandMade {
        var model = HandMade()
        model.output(boxes, [1, 4, 4])
        model.output(scores, [1, 4, classes])
        return model
    }

    private let anchors = "anchors: {strides: [16], sizes: [[8]]}\n"

    @Test func ssdBoxesAreRelativeToTheirAnchors() throws {
        // The anchor of row 0, column 1 has its centre at (24, 8) of 32 and is 8 wide: 10 * 0.1 of its width to the right, as large.
        let codes: [Float] = [0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        let model = try folder.load(ssd(codes, [1, 0, 0.25, 0.75, 1, 0, 1, 0], classes: 2), sidecar: anchors + "labels: [face]")
        #expect(model.kind == .ssd)
        #expect(try predictions(model) == [Prediction(box: Box(0.875, 0.125, 1, 0.375), concepts: [ScoredConcept("face", Score(0.75))])])
    }

    @Test func anchorsThatMakeAnotherNumberOfBoxesAreNoHead() throws {
        let model = ssd([Float](repeating: 0, count: 16), [Float](repeating: 0, count: 8), classes: 2)
        // As many as a machine could never hold are counted only.
        for sizes in ["[8, 16]", "[\(Array(repeating: "1", count: 5000).joined(separator: ", "))]"] {
            #expect {
                try folder.load(model, sidecar: "head: ssd\nanchors: {strides: [1], sizes: [\(sizes)]}")
            } throws: { error in
                "\(error)".contains("the head 'ssd' that") && "\(error)".contains("anchors")
            }
        }
    }

    // MARK: Scores

    @Test func aScoreAtTheThresholdStays() throws {
        var model = HandMade()
        model.output(stored: [127, 128, 129], [1, 3], scale: 1.0 / 256)
        let loaded = try folder.load(model, sidecar: "scores: as-is")
        #expect(try predictions(loaded, minimum: 0.5).first?.concepts.map(\.name) == ["class_2", "class_1"])
        #expect(try predictions(loaded, minimum: 0.5) { $0.minimumScore = Score(units: $0.minimumScore.units + 1) }[0].concepts.count == 1)
    }

    @Test func equalScoresKeepTheOrderOfTheLabels() throws {
        let model = try folder.load(.classifier([0.25, 0.5, 0.25, 0.5]), sidecar: "scores: as-is\nlabels: [d, c, b, a]")
        #expect(try predictions(model, minimum: 0)[0].concepts.map(\.name) == ["c", "a", "d", "b"])
        #expect(try predictions(model, minimum: 0) { $0.top = 3 }[0].concepts.map(\.name) == ["c", "a", "d"])
        #expect(try predictions(model, minimum: 0) { $0.only = ["b", "c"] }[0].concepts.map(\.name) == ["c", "b"])
    }

    @Test func logitsBecomeScores() throws {
        let logits: [Float] = [0, 1, -1]
        let sum = 1 + exp(1.0) + exp(-1.0)
        let softmax = try folder.load(.classifier(logits), sidecar: "labels: [a, b, c]")
        let found = try predictions(softmax, minimum: 0)[0]
        #expect(
            found.concepts == [
                ScoredConcept("b", Score(exp(1.0) / sum)), ScoredConcept("a", Score(1 / sum)), ScoredConcept("c", Score(exp(-1.0) / sum)),
            ])
        let independent = try folder.load(.classifier(logits), sidecar: "scores: independent")
        #expect(try predictions(independent, minimum: 0)[0].score(of: "class_0") == Score(0.5))
    }

    @Test func theExponentialIsThatOfTheMathematicalLibrary() {
        var worst = 0.0
        for step in -50_000...50_000 {
            let x = Double(step) / 1000 + Double(step % 7) * 1e-5
            worst = max(worst, abs(Transcendental.exponential(x) / exp(x) - 1))
        }
        #expect(worst < 1e-14)
        #expect(Transcendental.exponential(0) == 1)
        #expect(
            Transcendental.exponential(-1e300) == 0 && Transcendental.exponential(1e300).isFinite && !Transcendental.exponential(.nan).isNaN
        )
        #expect(Transcendental.logistic(0) == 0.5 && Transcendental.logistic(1e6) == 1 && Transcendental.logistic(-1e6) < 1e-300)
    }

    // MARK: Suppression

    @Test func overlapAtTheThresholdIsNotTooMuch() throws {
        // One box is half of the other: their overlap is one half of their union, exactly.
        let cells: [Int: [Float]] = [2: [0.5, 0.5, 0.5, 0.5, 0.75], 9: [0.375, 0.5, 0.25, 0.5, 0.5]]
        let model = try folder.load(.yolo8(cells, classes: 1))
        #expect(try predictions(model) { $0.iou = 32_768 }.count == 2)
        #expect(try predictions(model) { $0.iou = 32_767 }.map(\.concepts[0].score) == [Score(0.75)])
    }

    @Test func onlyBoxesOfOneClassSuppressEachOther() throws {
        let cells: [Int: [Float]] = [2: [0.5, 0.5, 0.5, 0.5, 0.75, 0], 9: [0.5, 0.5, 0.5, 0.5, 0, 0.5]]
        #expect(try predictions(try folder.load(.yolo8(cells, classes: 2))).count == 2)
    }

    @Test func theBestAreKeptWhenThereAreMoreThanTheMaximum() throws {
        let cells: [Int: [Float]] = [0: [0.1, 0.1, 0.1, 0.1, 0.5], 1: [0.5, 0.5, 0.1, 0.1, 0.75], 2: [0.9, 0.9, 0.1, 0.1, 0.625]]
        let found = try predictions(try folder.load(.yolo8(cells, classes: 1))) { $0.maximum = 2 }
        #expect(found.map(\.concepts[0].score) == [Score(0.75), Score(0.625)])
    }

    // MARK: Hostile numbers

    @Test(arguments: [
        Float.nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, -1, 1e20,
    ])
    func absurdNumbersDoNoHarm(_ number: Float) throws {
        let all = [Float](repeating: number, count: 4 * HandMade.yoloCellCount + HandMade.yoloCellCount)
        var yolo = HandMade()
        yolo.output(all, [1, 5, Int32(HandMade.yoloCellCount)])
        var mixed = [Float](repeating: 0.5, count: 16)
        for index in stride(from: 0, to: 16, by: 3) { mixed[index] = number }
        let models: [(HandMade, String)] = [
            (yolo, ""),
            (
                .yolo8([0: [number, 0.5, 0.5, 0.5, 0.9], 1: [0.5, 0.5, 0.5, number, 0.9], 2: [0.5, 0.5, 0.5, 0.5, number]], classes: 1), ""
            ),
            (.heatmap([number, 0.9, number, 0.9], rows: 2, columns: 2, box: [number, 0.5, 0.5, number]), ""),
            (ssd(mixed, [0, number, 0, 0.9, number, 0.9, number, number], classes: 2), anchors),
            (.classifier([number, 0.5, number]), "scores: as-is"),
            (.classifier([number, 0.5, number]), "scores: softmax\nhead: classifier"),
        ]
        for (index, model) in models.enumerated() {
            let folder = try ModelFolder()
            let loaded = try folder.load(model.0, sidecar: model.1.isEmpty ? nil : model.1)
            for prediction in try predictions(loaded, minimum: 0) {
                #expect(prediction.box == prediction.box.clippedToFrame && !prediction.box.isEmpty, "model \(index)")
                for concept in prediction.concepts { #expect(concept.score >= .zero && concept.score <= .one, "model \(index)") }
            }
        }
    }

    // MARK: Where boxes are

    @Test func boxesOfCropsAreInTheCoordinatesOfTheFrame() throws {
        let model = try folder.load(.yolo8([3: [0.5, 0.5, 0.5, 0.5, 0.8]], classes: 1))
        let frame = Frame.black(width: 64, height: 64)
        let crop = Box(0.5, 0, 1, 0.5)
        let found = try predictions(model, frame: frame, region: crop)
        #expect(found.map(\.box) == [Box(0.625, 0.125, 0.875, 0.375)])
        // A crop of what was found in the crop.
        let nested = try predictions(model, frame: frame, region: found[0].box)
        #expect(nested.map(\.box) == [Box(0.6875, 0.1875, 0.8125, 0.3125)])
    }

    @Test func boxesLeaveTheLetterboxOut() throws {
        // 64x32 in 32x32: the picture takes the rows 8..<24.
        let model = try folder.load(.yolo8([3: [0.5, 0.5, 1, 0.5, 0.8]], classes: 1))
        let frame = Frame.black(width: 64, height: 32)
        #expect(try predictions(model, frame: frame) { $0.fit = .letterbox(fill: 114) }.map(\.box) == [.wholeFrame])
        #expect(try predictions(model, frame: frame).map(\.box) == [Box(0, 0.25, 1, 0.75)])
    }

    @Test func classifiersNameTheRegionThatTheySaw() throws {
        let model = try folder.load(.classifier([0.25, 0.75]), sidecar: "scores: as-is")
        let crop = Box(0.25, 0.25, 0.5, 0.5)
        #expect(try predictions(model, region: crop).map(\.box) == [crop])
    }

    // MARK: State

    @Test func whatARecurrentModelRemembersComesBackInTheNextRun() throws {
        var model = HandMade()
        let state = model.builder.tensor("state", .uint8, [1, 3], scales: [0x1p-8], zeroPoints: [64])
        model.builder.inputs.append(state)
        model.reshape(state, model.builder.tensor("scores", .uint8, [1, 3], scales: [0x1p-8], zeroPoints: [64]), [1, 3])
        model.output(stored: [64, 192, 128], [1, 3], scale: 1.0 / 256, zeroPoint: 64)
        let loaded = try folder.load(model, sidecar: "scores: as-is")
        let vision = try VisionModel(loaded, options: .init(minimumScore: .zero))
        let pictures = FramePictures()
        pictures.begin(.black())
        let first = try vision.predict(pictures)[0]
        #expect(first.concepts.allSatisfy { $0.score == .zero })
        #expect(
            try vision.predict(pictures)[0].concepts == [
                ScoredConcept("class_1", Score(0.5)), ScoredConcept("class_2", Score(0.25)), ScoredConcept("class_0", .zero),
            ])
    }

    @Test func aSecondInputThatNoOutputGivesBackIsAnError() throws {
        var model = HandMade.classifier([0.5, 0.5])
        model.builder.inputs.append(model.builder.tensor("other", .uint8, [1, 3], scales: [1], zeroPoints: [0]))
        #expect { try folder.load(model, sidecar: "head: classifier") } throws: { error in
            "\(error)".contains("'other' is no image and no state")
        }
    }
}
