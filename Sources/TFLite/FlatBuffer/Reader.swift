/// Reads one FlatBuffer that lies inside a file, checking each offset before it is followed.
///
/// All reads are bounds-checked array accesses: there is no unsafe code here, so a wrong check costs an error or a trap and never a read
/// outside the file. Positions are absolute in `bytes`; they are compared by subtraction, so no sum of untrusted numbers can overflow.
/// Two budgets bound the work that a hostile file can ask for: the number of tables followed, and the number of bytes decoded. Both matter
/// because offsets may share targets, so a small file can describe an enormous tree.
///
/// Decoding is verification: `Schema/` turns each table into a plain value exactly once, and nothing follows an offset afterwards.
final class Reader {
    /// The most tables that one file may make us follow.
    static let maximumTableCount = 100_000

    let bytes: [UInt8]
    /// Where the FlatBuffer lies; offsets never leave it.
    let range: Range<Int>
    private var tablesLeft = Reader.maximumTableCount
    private var bytesLeft: Int

    /// - Parameter range: inside `bytes`.
    init(_ bytes: [UInt8], range: Range<Int>) {
        self.bytes = bytes
        self.range = range.clamped(to: 0..<bytes.count)
        bytesLeft = 4 * self.range.count + 65_536
    }

    /// The table at the root, after the identifier has been compared.
    /// - Throws: `notAModel` when the identifier differs, `malformed` when the root offset leads outside.
    func root(identifier: String) throws(ModelFileError) -> Table {
        guard range.count >= 12 else {
            throw .notAModel(reason: "\(range.count) bytes are too few for a FlatBuffer")
        }
        guard bytes[range.lowerBound + 4..<range.lowerBound + 8].elementsEqual(identifier.utf8) else {
            throw .notAModel(reason: "bytes 4...7 are not '\(identifier)'")
        }
        return try table(at: try target(of: range.lowerBound, path: ""), place: .root)
    }

    /// Whether `count` bytes at `position` lie inside.
    func contains(_ position: Int, count: Int) -> Bool {
        position >= range.lowerBound && position <= range.upperBound && count >= 0 && count <= range.upperBound - position
    }

    func uint8(at position: Int, path: @autoclosure () -> String) throws(ModelFileError) -> UInt8 {
        try require(position, count: 1, path: path())
        return bytes[position]
    }

    func uint16(at position: Int, path: @autoclosure () -> String) throws(ModelFileError) -> UInt16 {
        try require(position, count: 2, path: path())
        return UInt16(bytes[position]) | UInt16(bytes[position + 1]) << 8
    }

    func uint32(at position: Int, path: @autoclosure () -> String) throws(ModelFileError) -> UInt32 {
        try require(position, count: 4, path: path())
        return bytes.littleEndianUInt32(at: position)
    }

    func uint64(at position: Int, path: @autoclosure () -> String) throws(ModelFileError) -> UInt64 {
        try require(position, count: 8, path: path())
        return UInt64(bytes.littleEndianUInt32(at: position)) | UInt64(bytes.littleEndianUInt32(at: position + 4)) << 32
    }

    /// Follows the unsigned offset stored at `position`.
    func target(of position: Int, path: @autoclosure () -> String) throws(ModelFileError) -> Int {
        let offset = try uint32(at: position, path: path())
        guard offset >= 4, Int(offset) <= range.upperBound - position - 4 else {
            throw .malformed(path: path(), reason: "its offset \(offset) leads outside the file")
        }
        return position + Int(offset)
    }

    /// The table at `position`, its vtable checked.
    func table(at position: Int, place: Place) throws(ModelFileError) -> Table {
        guard tablesLeft > 0 else {
            throw .overLimit(path: place.description, what: "tables", value: Self.maximumTableCount + 1, limit: Self.maximumTableCount)
        }
        tablesLeft -= 1
        let back = Int(Int32(bitPattern: try uint32(at: position, path: place.description)))
        // Bound: |back| <= 2^31 and position is an index of an array.
        let vtable = position - back
        guard contains(vtable, count: 4) else {
            throw .malformed(path: place.description, reason: "its vtable lies outside the file")
        }
        let vtableByteCount = Int(try uint16(at: vtable, path: place.description))
        let tableByteCount = Int(try uint16(at: vtable + 2, path: place.description))
        guard vtableByteCount >= 4, vtableByteCount % 2 == 0, contains(vtable, count: vtableByteCount) else {
            throw .malformed(path: place.description, reason: "its vtable has a wrong length (\(vtableByteCount))")
        }
        guard tableByteCount >= 4, contains(position, count: tableByteCount) else {
            throw .malformed(path: place.description, reason: "its length (\(tableByteCount)) leads outside the file")
        }
        return Table(
            reader: self, position: position, byteCount: tableByteCount, vtable: vtable, vtableByteCount: vtableByteCount, place: place)
    }

    /// The elements of the vector that the offset at `position` leads to, as a position and a count that lie inside.
    /// - Parameter maximumCount: more elements are refused as over the limit.
    func vector(
        of position: Int, elementByteCount: Int, maximumCount: Int, path: @autoclosure () -> String
    ) throws(ModelFileError) -> (
        position: Int, count: Int
    ) {
        let start = try target(of: position, path: path())
        let count = Int(try uint32(at: start, path: path()))
        guard count <= (range.upperBound - start - 4) / elementByteCount else {
            throw .malformed(path: path(), reason: "has \(count) elements, more than fit the file")
        }
        guard count <= maximumCount else { throw .overLimit(path: path(), what: "elements", value: count, limit: maximumCount) }
        return (start + 4, count)
    }

    /// Counts bytes that are about to be decoded into memory of their own.
    func spend(_ byteCount: Int, path: @autoclosure () -> String) throws(ModelFileError) {
        guard byteCount <= bytesLeft else {
            throw .malformed(path: path(), reason: "the file uses the same bytes over and over")
        }
        bytesLeft -= byteCount
    }

    private func require(_ position: Int, count: Int, path: @autoclosure () -> String) throws(ModelFileError) {
        guard contains(position, count: count) else { throw .malformed(path: path(), reason: "lies outside the file") }
    }
}

extension RandomAccessCollection<UInt8> where Index == Int {
    /// Four bytes at an index, which the caller has checked; a wrong one traps.
    func littleEndianUInt32(at index: Int) -> UInt32 {
        UInt32(self[index]) | UInt32(self[index + 1]) << 8 | UInt32(self[index + 2]) << 16 | UInt32(self[index + 3]) << 24
    }
}
