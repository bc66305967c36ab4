import Frames
import Imaging
import Testing

@Suite struct ResamplerTests {
    @Test func sizesAndCropsEqualPillowBitForBit() throws {
        var resampler = Resampler()
        var result = Picture()
        for golden in PillowGoldens.resizes {
            let layout = try #require(Picture.Layout(rawValue: golden.channels))
            let picture = try randomPicture(seed: golden.seed, golden.source.0, golden.source.1, layout)
            let box = golden.box.map { PixelBox(left: $0.0, top: $0.1, right: $0.2, bottom: $0.3) }
            resampler.resample(picture, box: box, to: Size(width: golden.target.0, height: golden.target.1), into: &result)
            #expect(fnv(result.pixels) == golden.hash, "\(golden)")
        }
    }

    @Test func lumaEqualsPillow() throws {
        var grey = Picture()
        try randomPicture(seed: 99, 64, 64).luma(into: &grey)
        #expect(fnv(grey.pixels) == PillowGoldens.luma)
    }

    @Test func aUniformPictureStaysUniform() throws {
        var resampler = Resampler()
        var result = Picture()
        for level: UInt8 in [0, 1, 127, 254, 255] {
            let pixels = [UInt8](repeating: level, count: 300 * 77 * 3)
            let picture = try #require(Picture(size: Size(width: 300, height: 77), layout: .rgb, pixels: pixels))
            resampler.resample(picture, to: Size(width: 41, height: 130), into: &result)
            #expect(result.pixels.allSatisfy { $0 == level })
        }
    }

    @Test func manyGeometriesInTurnGiveTheSameAsFreshOnes() throws {
        let picture = try randomPicture(seed: 5, 90, 70)
        var used = Resampler()
        for round in 0..<40 {
            let box = PixelBox(
                left: Float(round % 13), top: Float(round % 7), right: Float(60 + round % 29), bottom: Float(50 + round % 19))
            var (a, b) = (Picture(), Picture())
            var fresh = Resampler()
            used.resample(picture, box: box, to: Size(width: 24, height: 20), into: &a)
            fresh.resample(picture, box: box, to: Size(width: 24, height: 20), into: &b)
            #expect(a == b)
        }
    }

    @Test func onePixelOfAWideLineIsItsMean() throws {
        var resampler = Resampler()
        var result = Picture()
        let picture = try randomPicture(seed: 8, 4_000, 1, .grey)
        resampler.resample(picture, to: Size(width: 1, height: 1), into: &result)
        #expect((120...135).contains(result.pixels[0]))
    }

    @Test func regionsOfTheFrameBecomePixels() {
        let size = Size(width: 480, height: 270)
        #expect(PixelBox(.wholeFrame, of: size) == PixelBox(size))
        #expect(
            PixelBox(Box(left: -5, top: 32_768, right: 16_384, bottom: 99_999), of: size)
                == PixelBox(left: 0, top: 135, right: 120, bottom: 270))
        #expect(PixelBox(Box(left: 65_536, top: 0, right: 70_000, bottom: 9), of: size) == nil)
    }
}
