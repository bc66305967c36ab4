import Frames
import Imaging
import Testing

@Suite struct LumaGridTests {
    @Test func blocksAreMeansOfTheirPixels() throws {
        for (width, height) in [(64, 48), (33, 25), (5, 3), (1, 1)] {
            for layout in Picture.Layout.allCases {
                let picture = try randomPicture(seed: 3, width, height, layout)
                var grid = LumaGrid(columns: 8, rows: 6)
                grid.measure(picture)
                for row in 0..<6 {
                    for column in 0..<8 {
                        let (left, top) = (column * width / 8, row * height / 6)
                        let right = max((column + 1) * width / 8, left + 1)
                        let bottom = max((row + 1) * height / 6, top + 1)
                        var sum = 0
                        var count = 0
                        for y in top..<bottom {
                            for x in left..<right {
                                let index = (y * width + x) * layout.channelCount
                                let pixel = (0..<3).map { Int(picture.pixels[index + (layout == .rgb ? $0 : 0)]) }
                                sum += 19_595 * pixel[0] + 38_470 * pixel[1] + 7_471 * pixel[2] + 32_768
                                count += 65_536
                            }
                        }
                        #expect(Int(grid.values[row * 8 + column]) == sum / count)
                    }
                }
            }
        }
    }

    @Test func aJPEGAtAnEighthShowsTheSameBrightness() throws {
        let picture = try waves(320, 240)
        var decoder = FrameDecoder()
        var small = Picture()
        let mjpeg = try frame(.mjpeg, picture.size, bytesPerRow: 0, jpeg(picture, quality: 90))
        try decoder.decode(mjpeg, into: &small, as: .grey, atLeast: Size(width: 32, height: 24))
        #expect(small.size == Size(width: 40, height: 30))
        var (a, b) = (LumaGrid(columns: 8, rows: 6), LumaGrid(columns: 8, rows: 6))
        a.measure(picture)
        b.measure(small)
        #expect(zip(a.values, b.values).allSatisfy { abs(Int($0) - Int($1)) <= 2 })
    }

    @Test func aPictureWithoutPixelsIsBlack() throws {
        var grid = LumaGrid(columns: 0, rows: 99_999)
        #expect(grid.columns == 1 && grid.rows == 1_024)
        grid.measure(try randomPicture(seed: 1, 4, 4))
        grid.measure(Picture())
        #expect(grid.values.allSatisfy { $0 == 0 })
    }
}
