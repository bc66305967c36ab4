import Frames
import Imaging
import Testing

@Suite struct JPEGTests {
    @Test func decodedPixelsEqualPillow() throws {
        var picture = Picture()
        for golden in PillowGoldens.jpegs {
            let file = bytes(hexadecimal: golden.file)
            let size = Size(width: golden.width, height: golden.height)
            #expect(try JPEG.size(of: file.span) == size)
            try JPEGDecoder().decode(file.span, into: &picture)
            #expect(picture.size == size && fnv(picture.pixels) == golden.rgb, "\(golden.name)")
            if golden.grey != 0 {
                try JPEGDecoder().decode(file.span, into: &picture, as: .grey)
                #expect(picture.layout == .grey && fnv(picture.pixels) == golden.grey, "\(golden.name)")
            }
        }
    }

    @Test func smallerScalesEqualPillow() throws {
        var picture = Picture()
        for golden in PillowGoldens.jpegs {
            let file = bytes(hexadecimal: golden.file)
            for (scale, hash) in [(2, golden.half), (4, golden.quarter), (8, golden.eighth)] {
                let size = Size(width: (golden.width + scale - 1) / scale, height: (golden.height + scale - 1) / scale)
                try JPEGDecoder().decode(file.span, into: &picture, atLeast: size)
                #expect(picture.size == size && fnv(picture.pixels) == hash, "\(golden.name) 1/\(scale)")
            }
        }
    }

    @Test func theScaleIsTheSmallestThatIsLargeEnough() throws {
        let file = try jpeg(waves(160, 120))
        var picture = Picture()
        for (least, width, height) in [(1, 20, 15), (16, 40, 30), (15, 20, 15), (120, 160, 120), (121, 160, 120), (60, 80, 60)] {
            try JPEGDecoder().decode(file.span, into: &picture, atLeast: Size(width: 1, height: least))
            #expect(picture.size == Size(width: width, height: height), "\(least)")
        }
        try JPEGDecoder().decode(file.span, into: &picture, atLeast: Size(width: 1_000, height: 10))
        #expect(picture.size == Size(width: 160, height: 120))
    }

    @Test func encodedPicturesComeBackAlike() throws {
        for layout in Picture.Layout.allCases {
            for (width, height) in [(1, 1), (8, 8), (33, 17), (200, 150)] {
                let picture = try waves(width, height, layout)
                let file = try jpeg(picture, quality: 95)
                let back = try opened(file, layout)
                let error = zip(picture.pixels, back.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
                #expect(back.size == picture.size && error < picture.pixels.count * 12)
            }
        }
    }

    @Test func noiseAtTheHighestQualityIsEncoded() throws {
        let picture = try randomPicture(seed: 3, 64, 64)
        #expect(try opened(jpeg(picture, quality: 100)).size == picture.size)
    }

    @Test func framesWithoutHuffmanTablesDecodeByTheStandardOnes() throws {
        let file = try jpeg(waves(64, 48))
        let stripped = removingSegments(0xC4, from: file)
        #expect(stripped.count < file.count - 400)
        var (a, b) = (Picture(), Picture())
        // Another image's tables must not be left over.
        let other = bytes(hexadecimal: PillowGoldens.jpegs[4].file)
        try JPEGDecoder().decode(other.span, into: &b)
        try JPEGDecoder().decode(file.span, into: &a)
        try JPEGDecoder(limits: .camera).decode(stripped.span, into: &b)
        #expect(a == b)
    }

    @Test func bytesAfterTheEndAreIgnored() throws {
        let file = try jpeg(waves(64, 48))
        let padded = file + [UInt8](repeating: 0, count: 5_000)
        #expect(try opened(padded) == opened(file))
    }

    @Test func aFewStrayBytesBeforeTheEndAreNormalForCameras() throws {
        let file = try jpeg(waves(64, 48))
        let padded = Array(file[..<(file.count - 2)]) + [0, 0, 0, 0, 0xFF, 0xD9]
        #expect(try opened(padded) == opened(file))
        let stuffed = Array(file[..<(file.count - 2)]) + [UInt8](repeating: 0, count: 400) + [0xFF, 0xD9]
        #expect(throws: ImagingError.self) { try opened(stuffed) }
    }

    @Test func progressiveFramesOfCamerasAreRefused() {
        let file = bytes(hexadecimal: PillowGoldens.jpegs[4].file)
        var picture = Picture()
        #expect(throws: ImagingError.unsupported(.jpeg, .progressive)) {
            try JPEGDecoder(limits: .camera).decode(file.span, into: &picture)
        }
    }

    @Test func scansAreCounted() {
        let file = bytes(hexadecimal: PillowGoldens.jpegs[4].file)
        var picture = Picture()
        let limits = JPEGLimits(allowsProgressive: true, maximumScanCount: 3)
        #expect(throws: ImagingError.unsupported(.jpeg, .other("more than 3 scans"))) {
            try JPEGDecoder(limits: limits).decode(file.span, into: &picture)
        }
    }

    @Test func kindsThatAreNotDecodedAreNamed() throws {
        var picture = Picture()
        func error(_ file: [UInt8]) -> ImagingError? {
            do {
                try JPEGDecoder().decode(file.span, into: &picture)
                return nil
            } catch { return error }
        }
        #expect(error(bytes(hexadecimal: PillowGoldens.cmyk)) == .unsupported(.jpeg, .components(4)))
        let file = try jpeg(waves(32, 16))
        let sof = try #require(frameHeader(of: file))
        #expect(error(file.with(12, at: sof + 4)) == .unsupported(.jpeg, .bitsPerSample(12)))
        #expect(error(file.with(0xC9, at: sof + 1)) == .unsupported(.jpeg, .arithmeticCoding))
        #expect(error(file.with(0xC3, at: sof + 1)) == .unsupported(.jpeg, .lossless))
        #expect(error(file.with(0xC5, at: sof + 1)) == .unsupported(.jpeg, .hierarchical))
        #expect(error(file.with(2, at: sof + 9)) == .unsupported(.jpeg, .components(2)))
        #expect(error([1, 2, 3]) == .corrupt(.jpeg, reason: "it does not start with a SOI marker"))
        #expect(throws: ImagingError.unknownFormat) { try opened([1, 2, 3]) }
    }

    @Test func hugeSizesAreRefusedBeforeAnyAllocation() throws {
        let file = try jpeg(waves(32, 16))
        let sof = try #require(frameHeader(of: file))
        let huge = file.with(0xFF, at: sof + 5).with(0xFF, at: sof + 6).with(0xFF, at: sof + 7).with(0xFF, at: sof + 8)
        var picture = Picture()
        #expect(throws: ImagingError.tooLarge(Size(width: 65_535, height: 65_535), maximumPixelCount: 64_000_000)) {
            try JPEGDecoder().decode(huge.span, into: &picture)
        }
        #expect(picture.pixels.capacity == 0)
        let empty = file.with(0, at: sof + 5).with(0, at: sof + 6)
        #expect(throws: ImagingError.self) { try JPEG.size(of: empty.span) }
    }

    @Test func everyTruncationIsCorrupt() throws {
        let file = try jpeg(waves(64, 48))
        var picture = Picture()
        for length in 0..<file.count {
            let cut = Array(file[0..<length])
            #expect(throws: ImagingError.self) { try JPEGDecoder().decode(cut.span, into: &picture) }
        }
    }

    @Test func aPictureWithoutPixelsIsNotEncoded() {
        var bytes: [UInt8] = []
        #expect(throws: ImagingError.notEncodable(Size(width: 0, height: 0))) { try JPEGEncoder().encode(Picture(), into: &bytes) }
    }
}

extension [UInt8] {
    func with(_ value: UInt8, at index: Int) -> [UInt8] {
        var copy = self
        copy[index] = value
        return copy
    }
}

/// Where the marker of the (sequential) frame header is.
func frameHeader(of file: [UInt8]) -> Int? {
    (0..<file.count - 1).first { file[$0] == 0xFF && (file[$0 + 1] == 0xC0 || file[$0 + 1] == 0xC1) }
}

/// The file without the segments of a marker before its first scan.
func removingSegments(_ marker: UInt8, from file: [UInt8]) -> [UInt8] {
    var result = Array(file[0..<2])
    var position = 2
    while file[position + 1] != 0xDA {
        let end = position + 2 + Int(file[position + 2]) << 8 + Int(file[position + 3])
        if file[position + 1] != marker { result += file[position..<end] }
        position = end
    }
    return result + file[position...]
}
