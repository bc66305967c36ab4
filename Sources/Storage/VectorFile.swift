import Crypto

/// An append-only file of vectors of one embedder, each element two bytes, little-endian, as the embedder gave it.
///
/// A header of 64 bytes says whose vectors they are; row r of d elements lies at 64 + 2 d r. Rows are never changed. Which rows count is
/// said by a database that is committed after the row was synced, so that what a power cut leaves behind the last row harms nobody and is
/// overwritten. One writer at a time, which is the owner's affair.
package struct VectorFile: Sendable {
    package static let headerByteCount = 64
    private static let magic = Array("PICKETV1".utf8)
    /// More elements than any embedder has; bounds what a damaged header can ask for.
    package static let maximumDimension = 65_536

    package let dimension: Int
    private let file: OpenFile
    package var path: String { file.path }
    private var rowByteCount: Int { 2 * dimension }

    /// Opens the file, or makes it.
    /// - Parameter digest: SHA-256 of the embedder, in hexadecimal.
    /// - Throws: `StorageError.damaged` when the header names another embedder or another length of vectors.
    package init(path: String, digest: String, dimension: Int) throws(StorageError) {
        let file = try OpenFile(path)
        let header = try file.read(Self.headerByteCount, at: 0)
        if header.count < Self.headerByteCount {
            // New, or a power cut came before the first row.
            try file.truncate(0)
            try file.write(Self.header(digest: digest, dimension: dimension), at: 0)
            try file.sync()
        } else {
            try Self.check(header, path: path, digest: digest, dimension: dimension)
        }
        self.dimension = dimension
        self.file = file
    }

    /// Opens a file that is there, only for reading.
    /// - Throws: `StorageError.damaged` as above.
    package init(reading path: String, digest: String, dimension: Int) throws(StorageError) {
        let file = try OpenFile(reading: path)
        try Self.check(try file.read(Self.headerByteCount, at: 0), path: path, digest: digest, dimension: dimension)
        self.dimension = dimension
        self.file = file
    }

    /// Writes rows from `row` on and returns once they would survive a power cut.
    package func write(_ rows: [[Int16]], at row: Int) throws(StorageError) {
        try put(rows, at: row)
        try sync()
    }

    /// Writes rows from `row` on, which `sync` makes durable.
    package func put(_ rows: [[Int16]], at row: Int) throws(StorageError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rows.count * rowByteCount)
        for vector in rows {
            precondition(vector.count == dimension, "vectors of one embedder have one length")
            bytes += Self.bytes(vector)
        }
        try file.write(bytes, at: Self.headerByteCount + row * rowByteCount)
    }

    package func sync() throws(StorageError) { try file.sync() }

    /// - Throws: `StorageError.damaged` when the file ends before the row does.
    package func vector(at row: Int) throws(StorageError) -> [Int16] {
        let bytes = try file.read(rowByteCount, at: Self.headerByteCount + row * rowByteCount)
        guard bytes.count == rowByteCount else { throw .damaged(path: file.path, reason: "it ends before row \(row)") }
        return (0..<dimension).map { Int16(truncatingIfNeeded: Int(bytes[2 * $0]) | Int(bytes[2 * $0 + 1]) << 8) }
    }

    /// The rows that the file has as a whole.
    package func rowCount() throws(StorageError) -> Int { max(0, try file.length() - Self.headerByteCount) / rowByteCount }

    /// Cuts off what lies behind the first `count` rows.
    package func cut(toRowCount count: Int) throws(StorageError) {
        let length = Self.headerByteCount + count * rowByteCount
        if try file.length() > length { try file.truncate(length) }
    }

    /// The first eight bytes of the SHA-256 of a vector, to notice damage.
    package static func check(_ vector: [Int16]) -> Int64 {
        SHA256.hash(data: bytes(vector)).prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }

    private static func bytes(_ vector: [Int16]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(2 * vector.count)
        for element in vector {
            bytes.append(UInt8(truncatingIfNeeded: element))
            bytes.append(UInt8(truncatingIfNeeded: element >> 8))
        }
        return bytes
    }

    private static func check(_ header: [UInt8], path: String, digest: String, dimension: Int) throws(StorageError) {
        guard header == Self.header(digest: digest, dimension: dimension) else {
            throw .damaged(path: path, reason: "its header is not that of embedder \(digest.prefix(12)) with \(dimension) elements")
        }
    }

    private static func header(digest: String, dimension: Int) -> [UInt8] {
        var header = magic + (0..<4).map { UInt8(truncatingIfNeeded: dimension >> (8 * $0)) }
        // Half of the digest is enough to tell embedders apart; the database has all of it.
        header += Array(digest.utf8.prefix(32))
        return header + [UInt8](repeating: 0, count: headerByteCount - header.count)
    }
}
