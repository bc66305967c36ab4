/// The files in the ZIP part that may stand behind a model.
///
/// Reads the central directory, and entries that are stored (not compressed), which is how the format's tools write them. ZIP64,
/// encryption and archives in several parts are refused. Checked as all file input: nothing is read before its extent is known to be
/// inside, and the CRC-32 of a file's bytes must be right.
struct Archive {
    private struct Entry {
        var method: Int
        var flags: Int
        var checksum: UInt32
        var storedByteCount: Int
        var byteCount: Int
        /// Of the local header, in the file.
        var position: Int
    }

    static let maximumEntryCount = 1_024
    /// A label file of a million bytes has tens of thousands of classes.
    static let maximumEntryByteCount = 1 << 20

    private static let endByteCount = 22
    private static let maximumCommentByteCount = 65_535

    private let bytes: [UInt8]
    private let entries: [String: Entry]

    func contains(_ name: String) -> Bool { entries[name] != nil }

    /// Nil when there is no ZIP part at the end of the file.
    init?(_ bytes: [UInt8]) throws(ArchiveError) {
        self.bytes = bytes
        guard let end = Self.endOfDirectory(bytes) else { return nil }
        let count = bytes.littleEndianUInt16(at: end + 10)
        let directoryByteCount = Int(bytes.littleEndianUInt32(at: end + 12))
        let declaredStart = Int(bytes.littleEndianUInt32(at: end + 16))
        guard bytes.littleEndianUInt16(at: end + 4) == 0, bytes.littleEndianUInt16(at: end + 8) == count else {
            throw ArchiveError(reason: "it is in several parts")
        }
        guard count <= Self.maximumEntryCount else { throw ArchiveError(reason: "it has \(count) files") }
        // Offsets count from the start of the ZIP part, which may or may not be the start of the file.
        guard directoryByteCount <= end, declaredStart <= end - directoryByteCount else {
            throw ArchiveError(reason: "its directory leads outside the file")
        }
        let shift = end - directoryByteCount - declaredStart
        var position = end - directoryByteCount
        var entries: [String: Entry] = [:]
        for _ in 0..<count {
            guard end - position >= 46, bytes.littleEndianUInt32(at: position) == 0x0201_4B50 else {
                throw ArchiveError(reason: "its directory is broken")
            }
            let nameByteCount = bytes.littleEndianUInt16(at: position + 28)
            let tail = bytes.littleEndianUInt16(at: position + 30) + bytes.littleEndianUInt16(at: position + 32)
            guard nameByteCount + tail <= end - position - 46 else { throw ArchiveError(reason: "its directory is broken") }
            let header = Int(bytes.littleEndianUInt32(at: position + 42))
            guard header <= end - shift else { throw ArchiveError(reason: "a file lies outside") }
            let name = String(untrusted: bytes[position + 46..<position + 46 + nameByteCount])
            entries[name] = Entry(
                method: bytes.littleEndianUInt16(at: position + 10), flags: bytes.littleEndianUInt16(at: position + 8),
                checksum: bytes.littleEndianUInt32(at: position + 16),
                storedByteCount: Int(bytes.littleEndianUInt32(at: position + 20)),
                byteCount: Int(bytes.littleEndianUInt32(at: position + 24)), position: header + shift)
            position += 46 + nameByteCount + tail
        }
        self.entries = entries
    }

    /// The bytes of a file, as a view.
    func contents(of name: String) throws(ArchiveError) -> ArraySlice<UInt8> {
        let shown = "'\(name.prefix(64))'"
        guard let entry = entries[name] else { throw ArchiveError(reason: "\(shown) is not there") }
        guard entry.flags & 1 == 0 else { throw ArchiveError(reason: "\(shown) is encrypted") }
        guard entry.method == 0, entry.storedByteCount == entry.byteCount else {
            throw ArchiveError(reason: "\(shown) is compressed; only stored files are read (zip -0)")
        }
        guard entry.byteCount <= Self.maximumEntryByteCount else {
            throw ArchiveError(reason: "\(shown) has \(entry.byteCount) bytes, the limit is \(Self.maximumEntryByteCount)")
        }
        guard entry.position <= bytes.count, bytes.count - entry.position >= 30,
            bytes.littleEndianUInt32(at: entry.position) == 0x0403_4B50
        else { throw ArchiveError(reason: "\(shown) lies outside") }
        let skipped =
            30 + bytes.littleEndianUInt16(at: entry.position + 26) + bytes.littleEndianUInt16(at: entry.position + 28)
        guard skipped <= bytes.count - entry.position, entry.byteCount <= bytes.count - entry.position - skipped else {
            throw ArchiveError(reason: "\(shown) lies outside")
        }
        let start = entry.position + skipped
        let contents = bytes[start..<start + entry.byteCount]
        guard Self.checksum(contents) == entry.checksum else { throw ArchiveError(reason: "\(shown) has a wrong checksum") }
        return contents
    }

    /// Where the end record starts: the last signature whose comment reaches exactly to the end of the file.
    private static func endOfDirectory(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= endByteCount else { return nil }
        let last = bytes.count - endByteCount
        let first = max(0, last - maximumCommentByteCount)
        let span = bytes.span
        for position in (first...last).reversed() where span[position] == 0x50 && span[position + 1] == 0x4B {
            if bytes.littleEndianUInt32(at: position) == 0x0605_4B50, bytes.littleEndianUInt16(at: position + 20) == last - position {
                return position
            }
        }
        return nil
    }

    /// CRC-32 as ZIP uses it (reflected, polynomial 0xEDB88320).
    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        ~bytes.reduce(UInt32.max) { state, byte in
            checksumTable[Int(UInt8(truncatingIfNeeded: state) ^ byte)] ^ state >> 8
        }
    }

    private static let checksumTable: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
    }
}

/// Why the ZIP part behind a model, or a file in it, cannot be read.
struct ArchiveError: Error, CustomStringConvertible {
    let reason: String

    var description: String { reason }
}

extension [UInt8] {
    /// Two bytes at an index, which the caller has checked; a wrong one traps.
    fileprivate func littleEndianUInt16(at index: Int) -> Int { Int(self[index]) | Int(self[index + 1]) << 8 }
}
