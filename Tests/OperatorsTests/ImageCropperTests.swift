import Frames
import Operators
import Predictions
import Settings
import Testing

@Suite struct ImageCropperTests {
    private let size = Size(width: 640, height: 480)

    @Test func marginIsAFactorAboutTheCentre() {
        let cropper = ImageCropper(margin: 15_000)
        let crop = cropper.crop(Box(left: 20_000, top: 30_000, right: 24_000, bottom: 38_000), size)
        #expect(crop == Box(left: 19_000, top: 28_000, right: 25_000, bottom: 40_000))
    }

    @Test func marginOfOneKeepsTheBox() {
        let region = Box(left: 12_345, top: 1, right: 54_322, bottom: 777)
        #expect(ImageCropper(margin: 10_000).crop(region, size) == region)
    }

    @Test func halfUnitsGrowOutwards() {
        // 303 units wide, 10 % more: 15.15 units on each side; 310 units tall: 15.5.
        let crop = ImageCropper(margin: 11_000).crop(Box(left: 100, top: 100, right: 403, bottom: 410), size)
        #expect(crop == Box(left: 84, top: 84, right: 419, bottom: 426))
    }

    @Test func cropIsClippedToTheFrame() {
        let cropper = ImageCropper(margin: 20_000)
        #expect(cropper.crop(box(0, 0, 50, 100), size) == box(0, 0, 75, 100))
        #expect(cropper.crop(.wholeFrame, size) == .wholeFrame)
        #expect(cropper.crop(box(-60, 0, -40, 50), size) == nil, "nothing of it lies in the frame")
        #expect(cropper.crop(Box(left: 5, top: 5, right: 5, bottom: 9), size) == nil, "an empty region has no crop")
    }

    @Test func nestedCropIsStillInFrameCoordinates() throws {
        var cropper = ImageCropper(margin: 10_000)
        let body = try #require(cropper.process([seen(("person", 0.9), at: box(50, 50, 100, 100))], moment()).first)
        // A detector that ran on the crop gives a box in frame coordinates; cropping that again is the same box.
        let head = box(60, 55, 70, 65)
        #expect(body.box.intersection(head) == head)
        #expect(cropper.process([seen(("head", 0.8), at: head)], moment()).map(\.box) == [head])
    }

    @Test func bestScoresComeFirstAndTheNumberIsBounded() {
        var cropper = ImageCropper(margin: 10_000, maximumCrops: 2)
        let input = [0.5, 0.9, 0.7, 0.9].enumerated().map { seen(("person", $1), at: box(Double($0) * 10, 0, 50, 50)) }
        var lane = Lane()
        cropper.process(input, moment(), into: &lane)
        #expect(lane.origins == [1, 3], "equal scores in the order of arrival")
        #expect(lane.predictions.allSatisfy { $0.concepts.isEmpty })
        #expect(cropper.process([], moment()).isEmpty)
    }

    @Test func cropsThatAreTooSmallDoNotCount() {
        var cropper = ImageCropper(margin: 10_000, minimumPixels: 64, maximumCrops: 1)
        // 64 pixels of 640 are a tenth; 64 of 480 are 13.33 %.
        let small = seen(("person", 0.9), at: box(0, 0, 9, 50))
        let enough = seen(("person", 0.5), at: box(0, 0, 10.001, 13.34))
        #expect(cropper.process([small, enough], moment()).count == 1)
        #expect(ImageCropper(margin: 10_000, minimumPixels: 64).crop(Box(left: 0, top: 0, right: 6_554, bottom: 65_536), size) != nil)
        #expect(ImageCropper(margin: 10_000, minimumPixels: 64).crop(Box(left: 0, top: 0, right: 6_553, bottom: 65_536), size) == nil)
    }

    @Test func settingsAreReadAndExplained() throws {
        let cropper = try rule(ImageCropper.self, "margin: 1.10\nmax_crops: 4\nmin_size: 32px")
        #expect(cropper.margin == 11_000 && cropper.maximumCrops == 4 && cropper.minimumPixels == 32)
        #expect(cropper.rule == "one crop per region, margin 1.1, at least 32px, at most 4")
        #expect(try rule(ImageCropper.self, "{}").rule == "one crop per region, margin 1, at most 16")
        #expect(cropper.outputKind(from: .regions) == .image)
        #expect(cropper.outputVocabulary(from: Vocabulary(["person"])) == .none)
    }

    @Test func wrongSettingsAreTold() throws {
        #expect(
            try issues(ImageCropper.self, "margin: 10%\nmin_size: 32\nmax_crops: 0\nmargins: 1") == [
                "w.yaml:1:9: margin: '10%' is not valid here; write a factor in 0.1...10 with at most four decimals; 1.10 adds a tenth",
                "w.yaml:2:11: min_size: '32' is not valid here; write the least width and height in pixels, as in 32px",
                "w.yaml:3:12: max_crops: '0' is not valid here; write a whole number in 1...256",
                "w.yaml:4:1: margins: unknown key 'margins'; did you mean 'margin'?",
            ])
    }

    @Test func extremeBoxesNeverTrap() {
        let cropper = ImageCropper(margin: 100_000)
        for left in [Int32.min, -1_048_576, 0, 1_114_112, .max] {
            for right in [Int32.min, 0, 65_536, .max] {
                _ = cropper.crop(Box(left: left, top: left, right: right, bottom: right), Size(width: .max, height: .max))
            }
        }
    }
}
