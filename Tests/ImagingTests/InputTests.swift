import Frames
import Imaging
import Tensors
import Testing

/// Fills a fresh tensor.
private func filled(
    _ transform: InputTransform, _ picture: Picture, _ region: Box = .wholeFrame
) throws -> (bytes: [UInt8], placement: Placement) {
    var filler = TensorFiller(transform)
    var bytes = [UInt8](repeating: 0xAB, count: transform.byteCount)
    var span = bytes.mutableSpan
    let placement = try filler.fill(&span, from: picture, region: region)
    return (bytes, placement)
}

private func floats(_ bytes: [UInt8]) -> [Float] {
    stride(from: 0, to: bytes.count, by: 4).map { index in
        Float(bitPattern: (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[index + $1]) << UInt32(8 * $1) })
    }
}

private func quantization(_ scale: Float, _ zeroPoint: Int32) throws -> Quantization {
    try #require(Quantization(scales: [scale], zeroPoints: [zeroPoint]))
}

private func shape(_ height: Int, _ width: Int, _ channels: Int) throws -> Shape { try #require(Shape([1, height, width, channels])) }

/// A picture with all levels.
private func ramp(_ layout: Picture.Layout = .rgb) throws -> Picture {
    let pixels = (0...255).flatMap { [UInt8](repeating: UInt8($0), count: layout.channelCount) }
    return try #require(Picture(size: Size(width: 16, height: 16), layout: layout, pixels: pixels))
}

@Suite struct InputTests {
    @Test func uint8TakesTheResizedLevelsAsTheyAre() throws {
        let picture = try randomPicture(seed: 4, 40, 30)
        var resized = Picture()
        var resampler = Resampler()
        resampler.resample(picture, to: Size(width: 24, height: 16), into: &resized)
        let (bytes, placement) = try filled(InputTransform(shape: shape(16, 24, 3), elementType: .uint8), picture)
        #expect(bytes == resized.pixels)
        #expect(placement.contentWidth == 24 && placement.contentHeight == 16)
        let signed = try filled(InputTransform(shape: shape(16, 24, 3), elementType: .int8), picture).bytes
        #expect(signed == bytes.map { $0 ^ 0x80 })
        let real = try filled(InputTransform(shape: shape(16, 24, 3), elementType: .float32), picture).bytes
        #expect(floats(real) == bytes.map { Float($0) })
    }

    @Test func regionsAreCropped() throws {
        let picture = try randomPicture(seed: 4, 64, 32)
        var cropped = Picture()
        var resampler = Resampler()
        let box = PixelBox(left: 16, top: 8, right: 48, bottom: 32)
        resampler.resample(picture, box: box, to: Size(width: 10, height: 10), into: &cropped)
        let region = Box(left: 16_384, top: 16_384, right: 49_152, bottom: 70_000)
        let transform = try InputTransform(shape: shape(10, 10, 3), elementType: .uint8)
        let (bytes, placement) = try filled(transform, picture, region)
        #expect(bytes == cropped.pixels)
        #expect(placement.region == Box(left: 16_384, top: 16_384, right: 49_152, bottom: 65_536))
    }

    @Test func oneChannelIsTheLumaAsPillowConvertsIt() throws {
        let picture = try randomPicture(seed: 9, 40, 30)
        var grey = Picture()
        var resized = Picture()
        var resampler = Resampler()
        picture.luma(into: &grey)
        resampler.resample(grey, to: Size(width: 24, height: 16), into: &resized)
        let transform = try InputTransform(shape: shape(16, 24, 1), elementType: .uint8)
        #expect(try filled(transform, picture).bytes == resized.pixels)
        #expect(try filled(transform, grey).bytes == resized.pixels)
        let spread = try filled(InputTransform(shape: shape(16, 24, 3), elementType: .uint8), grey).bytes
        #expect(spread == resized.pixels.flatMap { [$0, $0, $0] })
    }

    @Test func normalisedLevelsAreRoundedAwayFromZeroAndClamped() throws {
        let normalization = Normalization.affine(mean: [100], std: [50])
        for (scale, zeroPoint, type) in [(Float(0.02), Int32(3), ElementType.int8), (0.05, 90, .uint8), (0.001, -128, .int8)] {
            let transform = try InputTransform(
                shape: shape(16, 16, 1), elementType: type, quantization: quantization(scale, zeroPoint), normalization: normalization)
            let stored = try filled(transform, ramp(.grey)).bytes
            for level in 0...255 {
                let real = (Double(level) - 100) / 50 / Double(scale)
                let exact = real.rounded(.toNearestOrAwayFromZero) + Double(zeroPoint)
                let value = type == .int8 ? Double(Int8(bitPattern: stored[level])) : Double(stored[level])
                #expect(value == (type == .int8 ? min(max(exact, -128), 127) : min(max(exact, 0), 255)))
            }
        }
    }

    @Test func mapsThatMeanTheIdentityAreTheIdentity() throws {
        let identities: [(ElementType, Float, Int32, Normalization)] = [
            (.uint8, 1 / 255, 0, .unit), (.int8, 1 / 255, -128, .unit), (.int8, 1 / 127.5, -1, .signedUnit),
            (.int8, 1 / 127.5, 0, .signedUnit),
            (.uint8, 1 / 127.5, 127, .signedUnit), (.uint8, 1 / 127.5, 128, .signedUnit), (.int8, 1, -128, .affine(mean: [0], std: [1])),
        ]
        for (type, scale, zeroPoint, normalization) in identities {
            let transform = try InputTransform(
                shape: shape(16, 16, 1), elementType: type, quantization: quantization(scale, zeroPoint), normalization: normalization)
            let flip: UInt8 = type == .int8 ? 0x80 : 0
            #expect(try filled(transform, ramp(.grey)).bytes == (0...255).map { $0 ^ flip }, "\(type) \(scale) \(zeroPoint)")
        }
    }

    @Test func channelsHaveTheirOwnMeans() throws {
        let mean = [123.675, 116.28, 103.53]
        let std = [58.395, 57.12, 57.375]
        let transform = try InputTransform(
            shape: shape(16, 16, 3), elementType: .float32, normalization: .affine(mean: mean, std: std))
        let picture = try randomPicture(seed: 2, 16, 16)
        let values = try floats(filled(transform, picture).bytes)
        for (index, value) in values.enumerated() {
            #expect(value == Float((Double(picture.pixels[index]) - mean[index % 3]) / std[index % 3]))
        }
        let integers = try InputTransform(
            shape: shape(16, 16, 3), elementType: .int8, quantization: quantization(0.02, -10), normalization: .affine(mean: mean, std: std)
        )
        let grey = try filled(integers, ramp(.grey)).bytes
        for channel in 0..<3 {
            let exact = (mean[channel] * -1 / std[channel] / Double(Float(0.02))).rounded(.toNearestOrAwayFromZero) - 10
            #expect(Int8(bitPattern: grey[channel]) == Int8(max(exact, -128)))
        }
    }

    @Test func letterboxKeepsTheShapeAndFillsTheRest() throws {
        let pixels = [UInt8](repeating: 200, count: 40 * 20 * 3)
        let picture = try #require(Picture(size: Size(width: 40, height: 20), layout: .rgb, pixels: pixels))
        for type in [ElementType.uint8, .int8, .float32] {
            let transform = try InputTransform(shape: shape(16, 16, 3), elementType: type, fit: .letterbox(fill: 114))
            let (bytes, placement) = try filled(transform, picture)
            #expect(placement.contentTop == 4 && placement.contentHeight == 8 && placement.contentWidth == 16)
            let levels: [UInt8] =
                switch type {
                case .int8: bytes.map { $0 ^ 0x80 }
                case .float32: floats(bytes).map { UInt8($0) }
                default: bytes
                }
            let expected: [UInt8] = (0..<768).map { (index: Int) -> UInt8 in (4..<12).contains(index / 48) ? 200 : 114 }
            #expect(levels == expected)
        }
        let tall = try filled(
            InputTransform(shape: shape(10, 21, 1), elementType: .uint8, fit: .letterbox(fill: 0)), picture,
            Box(left: 0, top: 0, right: 16_384, bottom: 65_536))
        #expect(tall.placement.contentWidth == 5 && tall.placement.contentLeft == 8 && tall.placement.contentHeight == 10)
        let expected: [UInt8] = (0..<210).map { (index: Int) -> UInt8 in (8..<13).contains(index % 21) ? 200 : 0 }
        #expect(tall.bytes == expected)
    }

    @Test func boxesComeBackToTheFrame() throws {
        let picture = Picture(size: Size(width: 480, height: 270), layout: .grey)
        var generator = ByteSource(seed: 11)
        for _ in 0..<2_000 {
            let (left, top) = (generator.below(60_000), generator.below(60_000))
            let region = Box(
                left: left, top: top, right: left + 1_000 + generator.below(5_536), bottom: top + 1_000 + generator.below(5_536))
            let fit: Fit = generator.below(2) == 0 ? .stretch : .letterbox(fill: 0)
            let transform = try InputTransform(shape: shape(48 + Int(generator.below(200)), 300, 1), elementType: .uint8, fit: fit)
            let placement = try filled(transform, picture, region).placement
            let x = region.left + generator.below(region.width)
            let y = region.top + generator.below(region.height)
            let box = Box(left: region.left, top: region.top, right: x, bottom: y)
            let back = placement.frameBox(placement.tensorBox(box))
            for (a, b) in [(back.left, box.left), (back.top, box.top), (back.right, box.right), (back.bottom, box.bottom)] {
                #expect(abs(a - b) <= 1, "\(region) \(fit)")
            }
        }
    }

    @Test func cornersAndEdgesMapExactly() throws {
        let picture = Picture(size: Size(width: 400, height: 200), layout: .grey)
        let whole = try filled(InputTransform(shape: shape(100, 100, 1), elementType: .uint8), picture).placement
        let box = Box(left: -100, top: 7, right: 65_536, bottom: 70_001)
        #expect(whole.frameBox(box) == box)
        let letterboxed = try filled(
            InputTransform(shape: shape(100, 100, 1), elementType: .uint8, fit: .letterbox(fill: 0)), picture
        ).placement
        // The content is the middle half.
        #expect(letterboxed.frameBox(Box(left: 0, top: 16_384, right: 65_536, bottom: 49_152)) == .wholeFrame)
        #expect(letterboxed.frameBox(.wholeFrame) == Box(left: 0, top: -32_768, right: 65_536, bottom: 98_304))
        let quarter = Box(left: 32_768, top: 32_768, right: 65_536, bottom: 65_536)
        let cropped = try filled(InputTransform(shape: shape(100, 100, 1), elementType: .uint8), picture, quarter).placement
        #expect(cropped.frameBox(.wholeFrame) == quarter)
        #expect(
            cropped.frameBox(Box(left: 32_768, top: 0, right: 32_768, bottom: 16_384))
                == Box(left: 49_152, top: 32_768, right: 49_152, bottom: 40_960))
        let tiny = try filled(
            InputTransform(shape: shape(100, 100, 1), elementType: .uint8, fit: .letterbox(fill: 0)), picture,
            Box(left: 5, top: 5, right: 6, bottom: 65_000)
        ).placement
        _ = tiny.frameBox(Box(left: .min, top: .min, right: .max, bottom: .max))
        _ = tiny.tensorBox(Box(left: .min, top: .min, right: .max, bottom: .max))
    }

    @Test func requestsThatCannotWorkAreRefused() throws {
        let picture = try randomPicture(seed: 1, 8, 8)
        let transform = try InputTransform(shape: shape(4, 4, 3), elementType: .uint8)
        let outside = Box(left: 70_000, top: 0, right: 80_000, bottom: 65_536)
        #expect(throws: ImagingError.self) { try filled(transform, picture, outside) }
        #expect(throws: ImagingError.self) { try filled(transform, picture, Box(left: 9, top: 9, right: 9, bottom: 99)) }
        #expect(throws: ImagingError.self) { try filled(transform, Picture()) }
        var short = [UInt8](repeating: 0, count: 47)
        #expect(throws: ImagingError.tensorSize(needed: 48, found: 47)) {
            var filler = TensorFiller(transform)
            var span = short.mutableSpan
            _ = try filler.fill(&span, from: picture)
        }
        for extents in [[1, 4, 4], [2, 4, 4, 3], [1, 4, 4, 4], [1, 4, 70_000, 1]] {
            let shape = try #require(Shape(extents))
            #expect(throws: ImagingError.unsupportedInput(shape, .uint8)) { try InputTransform(shape: shape, elementType: .uint8) }
        }
        #expect(throws: ImagingError.self) { try InputTransform(shape: shape(4, 4, 3), elementType: .int16) }
        #expect(throws: ImagingError.unusableQuantization) {
            try InputTransform(shape: shape(4, 4, 3), elementType: .int8, normalization: .unit)
        }
        for normalization in [
            Normalization.affine(mean: [0], std: [0]), .affine(mean: [.nan], std: [1]), .affine(mean: [], std: [1]),
            .affine(mean: [1, 2], std: [1]),
        ] {
            #expect(throws: ImagingError.unusableNormalization) {
                try InputTransform(shape: shape(4, 4, 3), elementType: .float32, normalization: normalization)
            }
        }
    }

    @Test func inputsEqualTheGoldensOfRealModels() throws {
        let cases: [(model: String, image: String, height: Int, width: Int, channels: Int, type: ElementType)] = [
            ("mobilenet_v1_0.25_128_quant", "cat.bmp", 128, 128, 3, .uint8), ("vww_96_int8", "parrot.jpg", 96, 96, 3, .int8),
            ("coco_ssd_mobilenet_v1_1.0_quant_2018_06_29", "parrot.jpg", 300, 300, 3, .uint8),
            ("face_ssd_slim_120x160x1_int8", "cat.bmp", 120, 160, 1, .int8), ("cifar10_resnet8_int8", "cat.bmp", 32, 32, 3, .int8),
        ]
        for (model, image, height, width, channels, type) in cases {
            let name = String(image.prefix { $0 != "." })
            guard let file = zooFile("images/" + image), let golden = zooFile("golden/\(model)/\(name).in0.bin") else { return }
            let transform = try InputTransform(shape: shape(height, width, channels), elementType: type)
            #expect(try filled(transform, opened(file)).bytes == golden, "\(model)")
        }
    }
}

/// Seeded numbers.
private struct ByteSource {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func below(_ bound: Int32) -> Int32 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int32(truncatingIfNeeded: state >> 33) % max(bound, 1)
    }
}
