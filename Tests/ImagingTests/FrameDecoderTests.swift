import Frames
import Imaging
import Testing

/// The definition of the colour conversion, in the words of the documentation.
private func rgb(_ y: UInt8, _ u: UInt8, _ v: UInt8) -> [UInt8] {
    let (y, u, v) = (76_309 * (Int(y) - 16), Int(u) - 128, Int(v) - 128)
    func level(_ sum: Int) -> UInt8 { UInt8(min(max((sum + 32_768) >> 16, 0), 255)) }
    return [level(y + 104_597 * v), level(y - 25_675 * u - 53_279 * v), level(y + 132_201 * u)]
}

private func luma(_ y: UInt8) -> UInt8 { UInt8(min(max((76_309 * (Int(y) - 16) + 32_768) >> 16, 0), 255)) }

@Suite struct FrameDecoderTests {
    let sizes = [Size(width: 1, height: 1), Size(width: 2, height: 2), Size(width: 7, height: 5), Size(width: 32, height: 9)]

    private func decoded(_ frame: Frame, as layout: Picture.Layout = .rgb) throws(ImagingError) -> Picture {
        var decoder = FrameDecoder()
        var picture = Picture()
        try decoder.decode(frame, into: &picture, as: layout)
        return picture
    }

    @Test func whiteBlackAndPrimariesOfYUYV() throws {
        func colour(_ y: UInt8, _ u: UInt8, _ v: UInt8) throws -> [UInt8] {
            try decoded(frame(.yuyv, Size(width: 2, height: 1), bytesPerRow: 4, [y, u, y, v])).pixels
        }
        #expect(try colour(16, 128, 128) == [0, 0, 0, 0, 0, 0])
        #expect(try colour(235, 128, 128) == [255, 255, 255, 255, 255, 255])
        #expect(try colour(126, 128, 128) == [128, 128, 128, 128, 128, 128])
        // BT.601's red, green and blue.
        #expect(try colour(81, 90, 240)[0..<3] == [254, 0, 0])
        #expect(try colour(145, 54, 34)[0..<3] == [0, 255, 1])
        #expect(try colour(41, 240, 110)[0..<3] == [0, 0, 255])
    }

    @Test func yuyvFollowsItsDefinition() throws {
        for (seed, size) in sizes.enumerated() {
            for padding in [0, 3] {
                let stride = (size.width + 1) / 2 * 4 + padding
                let bytes = randomBytes(seed: UInt64(seed), count: stride * size.height)
                let yuyv = frame(.yuyv, size, bytesPerRow: stride, bytes)
                var colour: [UInt8] = []
                var grey: [UInt8] = []
                for row in 0..<size.height {
                    for column in 0..<size.width {
                        let pair = row * stride + column / 2 * 4
                        let y = bytes[row * stride + column * 2]
                        colour += rgb(y, bytes[pair + 1], bytes[pair + 3])
                        grey.append(luma(y))
                    }
                }
                #expect(try decoded(yuyv).pixels == colour)
                #expect(try decoded(yuyv, as: .grey).pixels == grey)
            }
        }
    }

    @Test func nv12FollowsItsDefinition() throws {
        for (seed, size) in sizes.enumerated() {
            for padding in [0, 5] {
                let stride = (size.width + 1) / 2 * 2 + padding
                let bytes = randomBytes(seed: UInt64(seed), count: stride * (size.height + (size.height + 1) / 2))
                let nv12 = frame(.nv12, size, bytesPerRow: stride, bytes)
                var colour: [UInt8] = []
                for row in 0..<size.height {
                    for column in 0..<size.width {
                        let chroma = stride * size.height + row / 2 * stride + column / 2 * 2
                        colour += rgb(bytes[row * stride + column], bytes[chroma], bytes[chroma + 1])
                    }
                }
                #expect(try decoded(nv12).pixels == colour)
                let grey = (0..<size.pixelCount).map { luma(bytes[$0 / size.width * stride + $0 % size.width]) }
                #expect(try decoded(nv12, as: .grey).pixels == grey)
            }
        }
    }

    @Test func rgbAndGreyKeepTheirBytes() throws {
        for (seed, size) in sizes.enumerated() {
            for padding in [0, 2] {
                let stride = size.width * 3 + padding
                let bytes = randomBytes(seed: UInt64(seed), count: stride * size.height)
                let rows = (0..<size.height).map { Array(bytes[$0 * stride..<$0 * stride + size.width * 3]) }
                let colour = try decoded(frame(.rgb24, size, bytesPerRow: stride, bytes))
                #expect(colour.pixels == rows.flatMap(\.self))
                var grey = Picture()
                colour.luma(into: &grey)
                #expect(try decoded(frame(.rgb24, size, bytesPerRow: stride, bytes), as: .grey) == grey)

                let mono = frame(.grey, size, bytesPerRow: stride, bytes)
                let levels = (0..<size.height).flatMap { bytes[$0 * stride..<$0 * stride + size.width] }
                #expect(try decoded(mono, as: .grey).pixels == levels)
                #expect(try decoded(mono).pixels == levels.flatMap { [$0, $0, $0] })
            }
        }
    }

    @Test func mjpegComesAtTheSmallestScaleThatIsLargeEnough() throws {
        let size = Size(width: 160, height: 120)
        let file = try jpeg(waves(160, 120))
        var decoder = FrameDecoder()
        var picture = Picture()
        try decoder.decode(frame(.mjpeg, size, bytesPerRow: 0, file), into: &picture)
        #expect(try picture == opened(file))
        try decoder.decode(frame(.mjpeg, size, bytesPerRow: 0, file), into: &picture, as: .grey, atLeast: Size(width: 40, height: 24))
        #expect(picture.size == Size(width: 40, height: 30) && picture.layout == .grey)
    }

    @Test func thePaddingOfTheLastRowMayBeMissing() throws {
        let bytes = randomBytes(seed: 1, count: 10 * 3 + 8)
        #expect(throws: Never.self) { try decoded(frame(.grey, Size(width: 8, height: 4), bytesPerRow: 10, bytes)) }
        #expect(throws: Never.self) { try decoded(frame(.nv12, Size(width: 8, height: 2), bytesPerRow: 10, Array(bytes[0..<28]))) }
    }

    @Test func shortFramesAreRefused() {
        let size = Size(width: 5, height: 3)
        for (format, needed) in [(PixelFormat.yuyv, 2 * 20 + 12), (.nv12, 3 * 20 + 20 + 6), (.rgb24, 2 * 20 + 15), (.grey, 2 * 20 + 5)] {
            let bytes = [UInt8](repeating: 7, count: needed)
            #expect(throws: Never.self) { try decoded(frame(format, size, bytesPerRow: 20, bytes)) }
            #expect(throws: ImagingError.shortBuffer(format, needed: needed, found: needed - 1)) {
                try decoded(frame(format, size, bytesPerRow: 20, Array(bytes.dropLast())))
            }
        }
        #expect(throws: ImagingError.self) { try decoded(frame(.mjpeg, size, bytesPerRow: 0, [])) }
    }

    @Test func senselessGeometriesAreRefused() {
        let bytes = [UInt8](repeating: 0, count: 100)
        for format in PixelFormat.allCases where format != .mjpeg {
            for (width, height, stride) in [
                (0, 4, 10), (4, 0, 10), (-4, 4, 10), (4, -4, 10), (100_000, 1, 400_000), (4, 4, 3), (4, 4, -16), (4, 4, Int.max), (4, 4, 0),
            ] {
                let size = Size(width: width, height: height)
                #expect(throws: ImagingError.invalidGeometry(format, size, bytesPerRow: stride)) {
                    try decoded(frame(format, size, bytesPerRow: stride, bytes))
                }
            }
            #expect(throws: ImagingError.tooLarge(Size(width: 60_000, height: 60_000), maximumPixelCount: 64_000_000)) {
                try decoded(frame(format, Size(width: 60_000, height: 60_000), bytesPerRow: 240_000, bytes))
            }
        }
    }

    @Test func aFrameOfAnotherSizeThanAnnouncedIsRefused() throws {
        let file = try jpeg(waves(160, 128))
        #expect(throws: ImagingError.sizeMismatch(announced: Size(width: 160, height: 112), found: Size(width: 160, height: 128))) {
            try decoded(frame(.mjpeg, Size(width: 160, height: 112), bytesPerRow: 0, file))
        }
        // Whole blocks, as 1088 rows for 1080.
        #expect(throws: Never.self) { try decoded(frame(.mjpeg, Size(width: 160, height: 120), bytesPerRow: 0, file)) }
        #expect(throws: Never.self) { try decoded(frame(.mjpeg, Size(width: 0, height: 0), bytesPerRow: 0, file)) }
    }

    @Test func masksBlankWhatTheyCover() throws {
        let half = Box.unit / 2
        let left = [(0, 0), (half, 0), (half, Box.unit), (0, Box.unit)].map { Masks.Point(x: $0.0, y: $0.1) }
        let corner = [(Box.unit, Box.unit), (Box.unit - 8_192, Box.unit), (Box.unit, Box.unit - 8_192)].map {
            Masks.Point(x: $0.0, y: $0.1)
        }
        var decoder = FrameDecoder(masks: Masks(polygons: [left, corner, [Masks.Point(x: 0, y: 0)]], fill: .grey))
        var picture = Picture()
        for (width, height) in [(16, 8), (33, 11), (16, 8)] {
            let bytes = [UInt8](repeating: 200, count: width * height)
            try decoder.decode(frame(.grey, Size(width: width, height: height), bytesPerRow: width, bytes), into: &picture, as: .grey)
            for y in 0..<height {
                for x in 0..<width {
                    let level = picture.pixels[y * width + x]
                    if x < (width + 1) / 2 { #expect(level == 128) } else if x < width * 3 / 4 || y < height / 2 { #expect(level == 200) }
                }
            }
            #expect(picture.pixels[width * height - 1] == 128)
        }
    }

    @Test func masksFarOutsideOfTheFrameDoNoHarm() throws {
        let points = [(Int32.min, Int32.min), (Int32.max, Int32.min), (Int32.max, Int32.max)].map { Masks.Point(x: $0.0, y: $0.1) }
        var masks = Masks(polygons: [points])
        var picture = try randomPicture(seed: 1, 20, 10)
        masks.blank(&picture)
        #expect(picture.pixels[19 * 3..<20 * 3] == [0, 0, 0])
    }
}
