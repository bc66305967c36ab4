import Frames

/// Encodes pictures as PNG, without loss and deterministically.
///
/// Made for diagrams: areas of one colour take next to nothing, photographs as much as their pixels. (`JPEGEncoder` is for those.)
package struct PNGEncoder: Sendable {
    package init() {}

    /// The bytes of a PNG file.
    /// - Throws: `notEncodable` for a picture without pixels.
    package func encode(_ picture: Picture) throws(ImagingError) -> [UInt8] {
        guard !picture.isEmpty else { throw .notEncodable(picture.size) }
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        // Eight bits a channel; colour type 0 is grey, 2 is red, green and blue; no interlacing.
        let header =
            Self.bigEndian(UInt32(picture.size.width)) + Self.bigEndian(UInt32(picture.size.height))
            + [8, picture.layout == .grey ? 0 : 2, 0, 0, 0]
        Self.append("IHDR", header, to: &file)
        Self.append("IDAT", RunCompressor.zlib(Self.differences(picture)), to: &file)
        Self.append("IEND", [], to: &file)
        return file
    }

    /// Each row as its difference from the row above: PNG's filter 2, whose number comes first. Areas of one colour become zeros.
    private static func differences(_ picture: Picture) -> [UInt8] {
        let width = picture.bytesPerRow
        var bytes: [UInt8] = []
        bytes.reserveCapacity((width + 1) * picture.size.height)
        for start in stride(from: 0, to: picture.pixels.count, by: width) {
            bytes.append(2)
            for index in start..<start + width {
                let above = index >= width ? picture.pixels[index - width] : 0
                bytes.append(picture.pixels[index].subtractingReportingOverflow(above).partialValue)
            }
        }
        return bytes
    }

    private static func append(_ type: String, _ content: [UInt8], to file: inout [UInt8]) {
        let body = Array(type.utf8) + content
        file += bigEndian(UInt32(content.count)) + body + bigEndian(CRC32.of(body))
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
    }
}

/// The checksum of PNG and many others: polynomial 0x04C11DB7, reflected.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    static func of(_ bytes: [UInt8]) -> UInt32 {
        let table = table
        return ~bytes.reduce(~0) { value, byte in value >> 8 ^ table[Int(UInt8(truncatingIfNeeded: value) ^ byte)] }
    }
}
