/// An append-only file of vectors of one embedder, each element two bytes, little-endian, as the embedder gave it.
///
/// A header of 64 bytes says whose vectors they are; row r of d elements lies at 64 + 2 d r. Rows are never changed. What a power cut leaves
/// behind the last row that somebody refers to is overwritten by the next one, so a torn row harms nobody. One writer at a time: the owner
/// holds the library's lock.
struct VectorFile: Sendable {
    static let headerByteCount = 64
    private static let magic = Array("PICKETV1".utf8)
    /// More elements than any embedder has; bounds what a damaged header can ask for.
    static let maximumDimension = 65_536

    let dimension: Int
    private let file: OpenFile
    private var rowByteCount: Int { 2 * dimension }

    /// Opens the file, or makes it.
    /// - Parameter digest: SHA-256 of the embedder, in hexadecimal.
    /// - Throws: `SampleError.damaged` when the header names another embedder or another length of vectors.
    init(path: String, digest: String, dimension: Int) throws(SampleError) {
        self.dimension = dimension
        file = try OpenFile(path)
        let expected = Self.header(digest: digest, dimension: dimension)
        let header = try file.read(Self.headerByteCount, at: 0)
        if header.count < Self.headerByteCount {
            // New, or a power cut came before the first row.
            try file.truncate(0)
            try file.write(expected, at: 0)
            try file.sync()
        } else if header != expected {
            throw .damaged(path: path, reason: "its header is not that of embedder \(digest.prefix(12)) with \(dimension) elements")
        }
    }

    /// Writes rows from `row` on and returns once they would survive a power cut.
    func write(_ rows: [[Int16]], at row: Int) throws(SampleError) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(rows.count * rowByteCount)
        for vector in rows {
            precondition(vector.count == dimension, "vectors of one embedder have one length")
            bytes += Self.bytes(vector)
        }
        try file.write(bytes, at: Self.headerByteCount + row * rowByteCount)
        try file.sync()
    }

    /// - Throws: `SampleError.damaged` when the file ends before the row does.
    func vector(at row: Int) throws(SampleError) -> [Int16] {
        let bytes = try file.read(rowByteCount, at: Self.headerByteCount + row * rowByteCount)
        guard bytes.count == rowByteCount else { throw .damaged(path: file.path, reason: "it ends before row \(row)") }
        return (0..<dimension).map { Int16(truncatingIfNeeded: Int(bytes[2 * $0]) | Int(bytes[2 * $0 + 1]) << 8) }
    }

    static func bytes(_ vector: [Int16]) -> [UInt8] {
        vector.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    }

    private static func header(digest: String, dimension: Int) -> [UInt8] {
        var header = magic + (0..<4).map { UInt8(truncatingIfNeeded: dimension >> (8 * $0)) }
        // Half of the digest is enough to tell embedders apart; the database has all of it.
        header += Array(digest.utf8.prefix(32))
        return header + [UInt8](repeating: 0, count: headerByteCount - header.count)
    }
}
