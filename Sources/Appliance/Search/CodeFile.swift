import Learning
import Storage

/// Short codes of the vectors of a journal, as they lie in a file beside it: a search reads 128 bytes for each event in place of thousands.
///
/// Made of the vectors and made again whenever anything about it is wrong, so that no other file depends on it. A header of 128 bytes, the
/// projection, then [N,D] int8 codes; sealed. One thread's.
struct CodeFile {
    /// Elements of a code.
    static let codeDimension = 128
    /// Vectors up to this long are coded as they are.
    static let plainLimit = 256

    /// What a file is made for; another file is of no use.
    struct Key: Hashable {
        let embedderDigest: String
        let generation: Int64
        let inputDimension: Int
    }

    /// How a vector becomes a code.
    struct Coder {
        /// Nil for vectors that are coded as they are.
        let projection: Projection?
        let code: SearchCode
        let inputDimension: Int

        var dimension: Int { projection?.dimension ?? inputDimension }

        /// - Throws: `LearningError.zeroEmbedding` for a vector that is the mean of all.
        func encode(_ unit: UnitEmbedding) throws(LearningError) -> [Int8] {
            if let projection { return code.encode(try projection.project(unit)) }
            return code.encode(unit)
        }
    }

    let coder: Coder
    let rowCount: Int
    private let file: MappedFile
    private let codeOffset: Int

    private static let magic = Array("PICKETC1".utf8)
    private static let headerByteCount = 128
    private static let alignment = 64

    /// - Throws: `SearchError.damaged` with what is wrong: the file is to be made anew.
    init(_ path: String, _ key: Key) throws(SearchError) {
        let file: MappedFile
        do { file = try MappedFile(path) } catch { throw .damaged(error.description) }
        let end = file.count - SealedFileWriter.sealByteCount
        guard end >= Self.headerByteCount, file.isSealed else { throw .damaged("\(path) is cut short or changed") }
        let header = Self.bytes(file, 0..<Self.headerByteCount)
        var reader = LittleEndian(header)
        guard reader.take(8) == Self.magic else { throw .damaged("\(path) is no file of codes of this version") }
        let digest = String(decoding: reader.take(64), as: UTF8.self)
        let (generation, rows) = (reader.integer(8), reader.integer(8))
        let (inputDimension, dimension) = (reader.integer(4), reader.integer(4))
        let (isProjected, multiplier) = (reader.integer(4), reader.integer(4))
        guard digest == key.embedderDigest, generation == key.generation, inputDimension == key.inputDimension else {
            throw .damaged("\(path) is of other embeddings")
        }
        guard (1...2048).contains(dimension), (1...2048).contains(inputDimension), isProjected == 1 || dimension == inputDimension else {
            throw .damaged("\(path) has codes of \(dimension) elements")
        }
        let projectionByteCount = isProjected == 1 ? Self.projectionByteCount(inputDimension, dimension) : 0
        let offset = Self.aligned(Self.headerByteCount + projectionByteCount)
        // Bound: both factors are below 2^31 once rows is not above the file's length.
        guard rows >= 0, rows <= file.count, offset <= end, rows * dimension == end - offset else {
            throw .damaged("\(path) has another length than it says")
        }
        do throws(LearningError) {
            let projection =
                isProjected == 1
                ? try Self.projection(
                    Self.bytes(file, Self.headerByteCount..<Self.headerByteCount + projectionByteCount), inputDimension, dimension) : nil
            let code = try SearchCode(multiplier: Int32(truncatingIfNeeded: multiplier))
            coder = Coder(projection: projection, code: code, inputDimension: inputDimension)
        } catch {
            throw .damaged("\(path): \(error)")
        }
        rowCount = rows
        codeOffset = offset
        self.file = file
    }

    /// The best rows for a vector by their codes.
    func search(_ unit: UnitEmbedding, count: Int, filter: RowFilter) throws(LearningError) -> [Match] {
        let query = try coder.encode(unit)
        let search = try FlatSearch(dimension: coder.dimension)
        return try file.withBytes(codeOffset..<codeOffset + rowCount * coder.dimension) { (codes) throws(LearningError) in
            try search.search(codes, for: query, count: count, filter: filter)
        }
    }

    /// Writes a file: the codes come in pieces, in the order of the rows.
    /// - Parameters:
    ///   - next: gives codes of whole rows, none at the end.
    static func write(
        _ path: String, _ key: Key, _ coder: Coder, rowCount: Int, tag: String, next: () throws -> [Int8]
    ) throws {
        let folder = ConfigurationFile.folder(of: path)
        var writer = try SealedFileWriter(folder: folder, name: String(path.split(separator: "/").last ?? ""), tag: tag)
        do {
            try writer.append(header(key, coder, rowCount: rowCount))
            while true {
                let codes = try next()
                if codes.isEmpty { break }
                try writer.append(codes.map { UInt8(bitPattern: $0) })
            }
            try writer.seal()
        } catch {
            writer.abandon()
            throw error
        }
    }

    private static func header(_ key: Key, _ coder: Coder, rowCount: Int) -> [UInt8] {
        var bytes = magic + Array(key.embedderDigest.utf8.prefix(64))
        bytes += [UInt8](repeating: 32, count: 72 - bytes.count)
        for (value, count) in [
            (Int(key.generation), 8), (rowCount, 8), (key.inputDimension, 4), (coder.dimension, 4), (coder.projection == nil ? 0 : 1, 4),
            (Int(coder.code.multiplier), 4),
        ] { bytes += LittleEndian.bytes(value, count) }
        bytes += [UInt8](repeating: 0, count: headerByteCount - bytes.count)
        if let projection = coder.projection {
            for element in projection.components { bytes += LittleEndian.bytes(Int(element), 2) }
            for offset in projection.offsets { bytes += LittleEndian.bytes(Int(offset), 8) }
        }
        return bytes + [UInt8](repeating: 0, count: aligned(bytes.count) - bytes.count)
    }

    private static func projectionByteCount(_ inputDimension: Int, _ dimension: Int) -> Int { dimension * (2 * inputDimension + 8) }

    private static func projection(_ bytes: [UInt8], _ inputDimension: Int, _ dimension: Int) throws(LearningError) -> Projection {
        var reader = LittleEndian(bytes)
        let components = (0..<dimension * inputDimension).map { _ in Int16(truncatingIfNeeded: reader.integer(2)) }
        let offsets = (0..<dimension).map { _ in Int64(reader.integer(8)) }
        return try Projection(
            inputDimension: inputDimension, components: components, offsets: offsets, explained: [Double](repeating: 0, count: dimension))
    }

    private static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

    private static func bytes(_ file: MappedFile, _ range: Range<Int>) -> [UInt8] {
        file.withBytes(range) { span in (0..<range.count).map { UInt8(bitPattern: span[$0]) } }
    }
}

/// Whole numbers with the low byte first.
struct LittleEndian {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// - Precondition: There are as many left.
    mutating func take(_ count: Int) -> [UInt8] {
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    /// Of 2 or 4 bytes without a sign, or of 8 with one.
    mutating func integer(_ count: Int) -> Int {
        take(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }.asInteger
    }

    static func bytes(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}

extension UInt64 {
    fileprivate var asInteger: Int { Int(truncatingIfNeeded: self) }
}
