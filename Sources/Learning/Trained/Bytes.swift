/// Appends integers, little-endian.
struct ByteWriter {
    var bytes: [UInt8] = []

    mutating func write<Number: FixedWidthInteger>(_ number: Number) {
        for index in 0..<Number.bitWidth / 8 { bytes.append(UInt8(truncatingIfNeeded: number >> Number(8 * index))) }
    }

    mutating func write<Number: FixedWidthInteger>(_ numbers: [Number]) { for number in numbers { write(number) } }

    /// UTF-8 behind the number of its bytes.
    mutating func write(_ text: String) {
        write(UInt32(text.utf8.count))
        bytes += Array(text.utf8)
    }
}

/// Reads what `ByteWriter` wrote; every access is checked.
struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    /// Longer texts are names of nothing.
    private static let maximumTextByteCount = 1_024

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func bytes(_ count: Int) throws(HeadFormatError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else { throw .damaged("it ends too early") }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws(HeadFormatError) -> Number {
        let part = try bytes(Number.bitWidth / 8)
        return part.reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
    }

    /// Nothing is allocated before the bytes are known to be there.
    mutating func integers<Number: FixedWidthInteger>(_ type: Number.Type, count: Int) throws(HeadFormatError) -> [Number] {
        let width = Number.bitWidth / 8
        let part = try bytes(count * width)
        return (0..<count).map { index in
            let start = part.startIndex + index * width
            return part[start..<start + width].reversed().reduce(0) { $0 << 8 | Number(truncatingIfNeeded: $1) }
        }
    }

    mutating func text() throws(HeadFormatError) -> String {
        let count = Int(try integer(UInt32.self))
        guard count <= Self.maximumTextByteCount else { throw .damaged("a text of \(count) bytes") }
        guard let text = String(validating: try bytes(count), as: UTF8.self) else { throw .damaged("a text that is not UTF-8") }
        return text
    }
}
