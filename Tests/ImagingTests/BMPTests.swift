import Frames
import Imaging
import Testing

@Suite struct BMPTests {
    /// A 24-bit file with a header of 40 bytes and more.
    private func bmp(_ picture: Picture, topDown: Bool = false, extraHeader: Int = 0) -> [UInt8] {
        func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        let (width, height) = (picture.size.width, picture.size.height)
        var file: [UInt8] = [0x42, 0x4D] + word(0) + word(0) + word(54 + extraHeader)
        file += word(40 + extraHeader) + word(width) + word(topDown ? -height : height) + [1, 0, 24, 0]
        file += [UInt8](repeating: 0, count: 24 + extraHeader)
        for row in topDown ? Array(0..<height) : Array((0..<height).reversed()) {
            for column in 0..<width { file += picture.pixels[(row * width + column) * 3..<(row * width + column) * 3 + 3].reversed() }
            file += [UInt8](repeating: 0, count: (4 - width * 3 % 4) % 4)
        }
        return file
    }

    @Test func bothDirectionsAndAllPaddingsAreRead() throws {
        for width in 1...5 {
            let picture = try randomPicture(seed: UInt64(width), width, 3)
            #expect(try opened(bmp(picture)) == picture)
            #expect(try opened(bmp(picture, topDown: true)) == picture)
            #expect(try opened(bmp(picture, extraHeader: 84)) == picture)
            var grey = Picture()
            picture.luma(into: &grey)
            #expect(try opened(bmp(picture), .grey) == grey)
        }
    }

    @Test func everyTruncationIsCorrupt() throws {
        let file = try bmp(randomPicture(seed: 1, 4, 3))
        for length in 0..<file.count { #expect(throws: ImagingError.self) { try opened(Array(file[0..<length])) } }
    }

    @Test func hostileHeadersAreRefused() throws {
        let file = try bmp(randomPicture(seed: 1, 4, 3))
        for field in [10, 14, 18, 22] {
            for value: [UInt8] in [[0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80], [0xFF, 0xFF, 0, 0]] {
                var mutant = file
                mutant.replaceSubrange(field..<field + 4, with: value)
                #expect(throws: ImagingError.self, "\(field) \(value)") { try opened(mutant) }
            }
        }
        #expect(throws: ImagingError.unsupported(.bmp, .bitsPerPixel(32))) { try opened(file.with(32, at: 28)) }
        #expect(throws: ImagingError.unsupported(.bmp, .compression(1))) { try opened(file.with(1, at: 30)) }
    }
}
