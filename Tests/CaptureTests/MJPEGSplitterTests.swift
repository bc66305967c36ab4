import Capture
import Frames
import Testing

@Suite struct MJPEGSplitterTests {
    /// All that comes out of a stream that comes in chunks of `chunk` bytes.
    func split(_ bytes: [UInt8], chunk: Int = 65_536, limit: Int = 1 << 20) -> (frames: [[UInt8]], corrupt: [String], skipped: UInt64) {
        var splitter = MJPEGSplitter(maximumFrameByteCount: limit)
        var result: (frames: [[UInt8]], corrupt: [String], skipped: UInt64) = ([], [], 0)
        var storage: [UInt8] = []
        func drain() {
            while let piece = splitter.next(into: &storage) {
                switch piece {
                case .frame: result.frames.append(storage)
                case .corrupt(let reason): result.corrupt.append(reason)
                }
            }
        }
        var start = 0
        while start < bytes.count {
            splitter.append(Array(bytes[start..<min(start + chunk, bytes.count)]))
            start += chunk
            drain()
        }
        splitter.finish()
        drain()
        result.skipped = splitter.skippedByteCount
        return result
    }

    let images = (1...5).map { Samples.jpeg(width: 64 * $0, scanByteCount: 100 * $0, seed: UInt64($0)) }

    // MARK: Simple

    @Test(arguments: [1, 2, 3, 7, 64, 1000, 65_536])
    func imagesComeOutWholeHoweverTheyComeIn(_ chunk: Int) {
        let result = split(images.flatMap { $0 }, chunk: chunk)
        #expect(result.frames == images)
        #expect(result.corrupt.isEmpty && result.skipped == 0)
    }

    @Test func anImageIsGivenAsSoonAsItsLastByteIsThere() {
        var splitter = MJPEGSplitter()
        var storage: [UInt8] = []
        splitter.append(Array(images[0].dropLast()))
        #expect(splitter.next(into: &storage) == nil)
        splitter.append([0xD9])
        #expect(splitter.next(into: &storage) == .frame(Size(width: 64, height: 48)))
        #expect(storage == images[0])
    }

    // MARK: Edge

    @Test func garbageBetweenImagesIsSkippedAndCounted() {
        let boundary = Array("\r\n--frame\r\nContent-Type: image/jpeg\r\n\r\n".utf8)
        let result = split(boundary + images[0] + boundary + images[1] + [0, 0, 0], chunk: 11)
        #expect(result.frames == Array(images.prefix(2)))
        #expect(result.corrupt.isEmpty)
        #expect(result.skipped == UInt64(2 * boundary.count + 3))
    }

    @Test func anEmbeddedThumbnailIsNoFrame() {
        let image = Samples.jpeg(extra: Samples.segmentWithThumbnail())
        let result = split(image + images[0], chunk: 13)
        #expect(result.frames == [image, images[0]])
    }

    @Test func fillBytesAndRestartMarkersArePartOfAnImage() {
        var image = images[0]
        image.insert(contentsOf: [0xFF, 0xFF], at: 2)
        image.insert(contentsOf: [0xFF, 0xD3], at: image.count - 30)
        // The insertion may not fall between FF and its zero.
        let result = split(image + images[1])
        #expect(result.frames.last == images[1])
        #expect(result.frames.first?.count == image.count || result.corrupt.count == 1)
    }

    @Test func anImageOfSeveralScansIsOne() {
        var image = Array(images[0].dropLast(2))
        image += [0xFF, 0xC4, 0, 19 + 1] as [UInt8]
        image += [UInt8](repeating: 0, count: 18)
        image += [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3, 0xFF, 0, 4, 0xFF, 0xD9]
        #expect(split(image + images[1], chunk: 5).frames == [image, images[1]])
    }

    // MARK: Error

    @Test func anImageCutShortCostsItselfOnly() {
        for length in [2, 3, 4, 20, 60, 110, 150, images[1].count - 1, images[1].count - 2] {
            let result = split([images[0], Array(images[1].prefix(length)), images[2], images[3]].flatMap { $0 })
            #expect(result.frames == [images[0], images[2], images[3]], "cut at \(length)")
            #expect(result.corrupt.count <= 1, "cut at \(length)")
        }
    }

    @Test func anImageCutShortAtTheEndIsToldAtTheEnd() {
        let result = split(images[0] + images[1].dropLast(5))
        #expect(result.frames == [images[0]])
        #expect(result.corrupt == ["a JPEG cut short"])
    }

    @Test func damagedSegmentLengthCostsOneImage() {
        for value: UInt8 in [0, 1, 0x10, 0x7F, 0xFF] {
            var damaged = images[1]
            damaged[4] = value  // the high byte of the first segment's length
            damaged[5] = 0x01
            let result = split(images[0] + damaged + images[2] + images[3])
            #expect(result.frames == [images[0], images[2], images[3]], "length \(value)")
            #expect(result.corrupt.count == 1, "length \(value)")
        }
    }

    @Test func anImageWithoutAPictureIsDamaged() {
        #expect(split([0xFF, 0xD8, 0xFF, 0xD9] + images[0]).corrupt == ["a JPEG without a picture"])
        var flat = images[0]
        let header = flat.indices.first { flat[$0] == 0xFF && flat[$0 + 1] == 0xC0 } ?? 0
        (flat[header + 5], flat[header + 6]) = (0, 0)
        #expect(split(flat + images[1]).frames == [images[1]])
    }

    @Test func anImageLargerThanTheLimitIsSkipped() {
        let large = Samples.jpeg(scanByteCount: 50_000)
        let result = split(images[0] + large + images[1], chunk: 1000, limit: 10_000)
        #expect(result.frames == [images[0], images[1]])
        #expect(result.corrupt == ["a JPEG of more than 10000 bytes"])
    }

    @Test func anEndlessScanDoesNotGrowTheMemory() {
        var splitter = MJPEGSplitter(maximumFrameByteCount: 10_000)
        var storage: [UInt8] = []
        splitter.append(Array(images[0].dropLast(2)))
        var corrupt = 0
        for _ in 0..<2000 {
            splitter.append([UInt8](repeating: 0x55, count: 1000))
            while splitter.next(into: &storage) != nil { corrupt += 1 }
        }
        #expect(corrupt == 1)
        splitter.append(images[1])
        #expect(splitter.next(into: &storage) == .frame(Size(width: 128, height: 48)))
        #expect(splitter.skippedByteCount > 1_900_000)
    }

    @Test func everyMutantIsSurvivedAndTheImagesAfterTheDamageAreFound() {
        let tail = [Samples.jpeg(width: 96, scanByteCount: 300, seed: 77), Samples.jpeg(width: 98, scanByteCount: 300, seed: 78)]
        for seed in UInt64(0)..<20_000 {
            var random = Seeded(seed)
            var bytes = images.prefix(2).flatMap { $0 }
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + Int.random(in: 1...40, using: &random)))
                case 3: bytes.insert(contentsOf: [0xFF, UInt8.random(in: 0xC0...0xFF, using: &random)], at: place)
                default: bytes.replaceSubrange(place..<min(bytes.count, place + 4), with: [0xFF, 0xFF, 0xFF, 0xFF])
                }
                if bytes.count < 50 { break }
            }
            let result = split(bytes + tail[0] + tail[1], chunk: 1 + Int(seed % 977))
            // Damage right before it may swallow one image (a marker that claims the next bytes), never two.
            #expect(result.frames.last == tail[1], "seed \(seed)")
        }
    }

    @Test func pureNoiseGivesNothingAndEnds() {
        var random = Seeded(4)
        for _ in 0..<200 {
            let bytes: [UInt8] = (0..<4000).map { _ in [0xFF, 0xD8, 0xFF, 0xDA, 0xC0, 0x00, 0xE1, 0xD9].randomElement(using: &random) ?? 0 }
            _ = split(bytes, chunk: 333)
        }
    }

    // MARK: Header

    @Test func headerSizeIsRead() {
        #expect(JPEGHeader.size(of: Samples.jpeg(width: 1280, height: 720)) == Size(width: 1280, height: 720))
        #expect(JPEGHeader.size(of: Samples.jpeg(extra: Samples.segmentWithThumbnail())) == Size(width: 64, height: 48))
        #expect(JPEGHeader.size(of: []) == nil)
        #expect(JPEGHeader.size(of: Array(Samples.jpeg().prefix(40))) == nil)
        #expect(JPEGHeader.size(of: Array("GIF89a".utf8)) == nil)
    }

    @Test func trimmingCutsPaddingAndRefusesWhatHasNoEnd() {
        let image = Samples.jpeg()
        for padding in [0, 1, 512, 100_000] {
            var bytes = image + [UInt8](repeating: 0, count: padding)
            #expect(JPEGHeader.trim(&bytes) == Size(width: 64, height: 48))
            #expect(bytes == image)
        }
        var noise = image + [UInt8](repeating: 0x33, count: 300)
        #expect(JPEGHeader.trim(&noise) != nil)
        var cut = Array(image.dropLast(2))
        #expect(JPEGHeader.trim(&cut) == nil)
        var empty: [UInt8] = []
        #expect(JPEGHeader.trim(&empty) == nil)
        var zeros = [UInt8](repeating: 0, count: 5000)
        #expect(JPEGHeader.trim(&zeros) == nil)
    }
}
