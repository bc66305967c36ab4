import Frames
import Imaging
import Testing

@Suite struct PNGTests {
    /// The pixels of a file as PNG's own rules give them back, read by other code than what wrote it.
    private func decode(_ file: [UInt8]) throws -> (width: Int, height: Int, colourType: UInt8, pixels: [UInt8]) {
        #expect(Array(file.prefix(8)) == [137, 80, 78, 71, 13, 10, 26, 10])
        var chunks: [(type: String, content: [UInt8])] = []
        var index = 8
        func number(_ at: Int) -> UInt32 { file[at..<at + 4].reduce(0) { $0 << 8 | UInt32($1) } }
        while index < file.count {
            let length = Int(number(index))
            let body = Array(file[index + 4..<index + 8 + length])
            #expect(number(index + 8 + length) == checksum(body), "CRC of the chunk at \(index)")
            chunks.append((String(decoding: body.prefix(4), as: UTF8.self), Array(body.dropFirst(4))))
            index += length + 12
        }
        #expect(chunks.map(\.type) == ["IHDR", "IDAT", "IEND"])
        let header = chunks[0].content
        let width = header[0..<4].reduce(0) { $0 << 8 | Int($1) }
        let height = header[4..<8].reduce(0) { $0 << 8 | Int($1) }
        #expect(header[8] == 8 && Array(header[10...]) == [0, 0, 0])
        var inflater = Inflater(chunks[1].content)
        let rows = try inflater.run()
        let bytesPerRow = width * (header[9] == 0 ? 1 : 3)
        #expect(rows.count == (bytesPerRow + 1) * height)
        var pixels: [UInt8] = []
        for row in 0..<height {
            let start = row * (bytesPerRow + 1)
            #expect(rows[start] == 2)
            for column in 0..<bytesPerRow {
                pixels.append(rows[start + 1 + column] &+ (row > 0 ? pixels[(row - 1) * bytesPerRow + column] : 0))
            }
        }
        return (width, height, header[9], pixels)
    }

    /// CRC-32, bit by bit.
    private func checksum(_ bytes: [UInt8]) -> UInt32 {
        var value = UInt32.max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? (value >> 1) ^ 0xEDB8_8320 : value >> 1 }
        }
        return ~value
    }

    @Test func theChecksumOfThisTestIsTheOneThatIsMeant() { #expect(checksum(Array("123456789".utf8)) == 0xCBF4_3926) }

    @Test(arguments: [(1, 1), (3, 2), (10, 7), (64, 33), (300, 5), (1, 700), (90, 90)], [Picture.Layout.grey, .rgb])
    func everyPixelComesBack(_ extents: (Int, Int), _ layout: Picture.Layout) throws {
        let (width, height) = extents
        for picture in [
            try randomPicture(seed: 7, width, height, layout), try waves(width, height, layout),
            Picture(size: Size(width: width, height: height), layout: layout),
        ] {
            let found = try decode(try PNGEncoder().encode(picture))
            #expect(found.width == width && found.height == height && found.colourType == (layout == .grey ? 0 : 2))
            #expect(found.pixels == picture.pixels)
        }
    }

    /// Runs of every length that has a code of its own, and the longer ones.
    @Test func runsOfEveryLengthComeBack() throws {
        for length in Array(1...40) + Array(60...70) + Array(125...135) + Array(254...264) + [515, 516, 517, 1000] {
            let pixels = [UInt8](repeating: 0, count: 3) + [UInt8](repeating: 200, count: length) + [1, 2]
            let picture = try #require(Picture(size: Size(width: pixels.count, height: 1), layout: .grey, pixels: pixels))
            #expect(try decode(try PNGEncoder().encode(picture)).pixels == pixels, "\(length)")
        }
    }

    @Test func areasOfOneColourTakeNextToNothing() throws {
        var canvas = Canvas(Picture(size: Size(width: 2000, height: 1500), layout: .rgb))
        canvas.fill(left: 0, top: 0, right: 2000, bottom: 1500, colour: .white)
        canvas.write("9 000 000 bytes of pixels", left: 40, top: 40, colour: .black, scale: 4)
        #expect(try PNGEncoder().encode(canvas.picture).count < 90_000)
    }

    @Test func aPictureWithoutPixelsIsRefused() {
        #expect(throws: ImagingError.self) { try PNGEncoder().encode(Picture()) }
    }
}

/// Reads one block of the fixed code of RFC 1951 with runs at a distance of 1.
private struct Inflater {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private mutating func bit() throws -> Int {
        try #require(position < bytes.count * 8)
        defer { position += 1 }
        return Int(bytes[position / 8] >> UInt8(position % 8) & 1)
    }

    private mutating func number(_ count: Int) throws -> Int {
        var value = 0
        for index in 0..<count { value |= try bit() << index }
        return value
    }

    private mutating func symbol() throws -> Int {
        var code = 0
        for _ in 0..<7 { code = code << 1 | (try bit()) }
        if code < 24 { return 256 + code }
        code = code << 1 | (try bit())
        if (0x30...0xBF).contains(code) { return code - 0x30 }
        if (0xC0...0xC7).contains(code) { return 280 + code - 0xC0 }
        return 144 + (code << 1 | (try bit())) - 0x190
    }

    mutating func run() throws -> [UInt8] {
        var output: [UInt8] = []
        #expect(bytes.prefix(2) == [0x78, 0x01] && (Int(bytes[0]) * 256 + Int(bytes[1])) % 31 == 0)
        position = 16
        #expect(try number(3) == 3)
        while true {
            let symbol = try symbol()
            if symbol == 256 { break }
            if symbol < 256 {
                output.append(UInt8(symbol))
                continue
            }
            // Lengths of RFC 1951, section 3.2.5.
            let starts = [
                3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
            ]
            let extra = symbol < 265 || symbol == 285 ? 0 : (symbol - 261) / 4
            let length = starts[symbol - 257] + (try number(extra))
            #expect(try number(5) == 0)
            let last = try #require(output.last)
            output += [UInt8](repeating: last, count: length)
        }
        var (low, high) = (1, 0)
        for byte in output {
            low = (low + Int(byte)) % 65_521
            high = (high + low) % 65_521
        }
        let end = (position + 7) / 8
        #expect(bytes.count == end + 4)
        #expect(bytes[end...].map(Int.init) == [high >> 8, high & 0xFF, low >> 8, low & 0xFF])
        return output
    }
}
