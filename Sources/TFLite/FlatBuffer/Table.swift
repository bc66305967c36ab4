/// A table of a FlatBuffer whose vtable has been checked; fields are read by their id in the schema.
///
/// A field that the vtable lacks has its default. Paths in errors are the table's path and the field's name.
struct Table {
    let reader: Reader
    let position: Int
    let byteCount: Int
    let vtable: Int
    let vtableByteCount: Int
    let place: Place

    /// The most elements that a vector of numbers may have, unless told otherwise.
    static let maximumVectorCount = 1 << 24

    func has(_ id: Int) throws(ModelFileError) -> Bool { try field(id, byteCount: 1, "") != nil }

    func uint8(_ id: Int, _ name: String, default value: UInt8 = 0) throws(ModelFileError) -> UInt8 {
        guard let position = try field(id, byteCount: 1, name) else { return value }
        return try reader.uint8(at: position, path: path)
    }

    func bool(_ id: Int, _ name: String) throws(ModelFileError) -> Bool { try uint8(id, name) != 0 }

    func int8(_ id: Int, _ name: String, default value: Int8 = 0) throws(ModelFileError) -> Int8 {
        Int8(bitPattern: try uint8(id, name, default: UInt8(bitPattern: value)))
    }

    func int32(_ id: Int, _ name: String, default value: Int32 = 0) throws(ModelFileError) -> Int32 {
        Int32(bitPattern: try uint32(id, name, default: UInt32(bitPattern: value)))
    }

    func uint32(_ id: Int, _ name: String, default value: UInt32 = 0) throws(ModelFileError) -> UInt32 {
        guard let position = try field(id, byteCount: 4, name) else { return value }
        return try reader.uint32(at: position, path: path)
    }

    func uint64(_ id: Int, _ name: String) throws(ModelFileError) -> UInt64 {
        guard let position = try field(id, byteCount: 8, name) else { return 0 }
        return try reader.uint64(at: position, path: path)
    }

    func float32(_ id: Int, _ name: String, default value: Float = 0) throws(ModelFileError) -> Float {
        Float(bitPattern: try uint32(id, name, default: value.bitPattern))
    }

    /// The table that a field leads to.
    func table(_ id: Int, _ name: String) throws(ModelFileError) -> Table? {
        guard let position = try field(id, byteCount: 4, name) else { return nil }
        return try reader.table(at: try reader.target(of: position, path: path(of: name)), place: .field(place, name))
    }

    /// The tables of a vector of offsets; empty when the field is absent.
    func tables(_ id: Int, _ name: String, maximumCount: Int) throws(ModelFileError) -> [Table] {
        guard let field = try field(id, byteCount: 4, name) else { return [] }
        let (start, count) = try reader.vector(of: field, elementByteCount: 4, maximumCount: maximumCount, path: path(of: name))
        try reader.spend(4 * count, path: path(of: name))
        let place = Place.field(place, name)
        var tables: [Table] = []
        tables.reserveCapacity(count)
        for index in 0..<count {
            let element = Place.element(place, index)
            tables.append(try reader.table(at: try reader.target(of: start + 4 * index, path: element.description), place: element))
        }
        return tables
    }

    /// Text as `String(untrusted:)` takes it.
    func string(_ id: Int, _ name: String) throws(ModelFileError) -> String? {
        guard let range = try bytes(id, name) else { return nil }
        try reader.spend(range.count, path: path(of: name))
        return String(untrusted: reader.bytes[range])
    }

    /// The bytes of a vector of ubyte, as a range of the file; nil when the field is absent.
    func bytes(_ id: Int, _ name: String) throws(ModelFileError) -> Range<Int>? {
        guard let field = try field(id, byteCount: 4, name) else { return nil }
        let (start, count) = try reader.vector(of: field, elementByteCount: 1, maximumCount: Int.max, path: path(of: name))
        return start..<start + count
    }

    func int32s(_ id: Int, _ name: String, maximumCount: Int = maximumVectorCount) throws(ModelFileError) -> [Int32]? {
        guard let (start, count) = try numbers(id, name, elementByteCount: 4, maximumCount: maximumCount) else { return nil }
        let bytes = reader.bytes
        return (0..<count).map { Int32(bitPattern: bytes.littleEndianUInt32(at: start + 4 * $0)) }
    }

    func float32s(_ id: Int, _ name: String, maximumCount: Int = maximumVectorCount) throws(ModelFileError) -> [Float]? {
        guard let (start, count) = try numbers(id, name, elementByteCount: 4, maximumCount: maximumCount) else { return nil }
        let bytes = reader.bytes
        return (0..<count).map { Float(bitPattern: bytes.littleEndianUInt32(at: start + 4 * $0)) }
    }

    func int64s(_ id: Int, _ name: String, maximumCount: Int = maximumVectorCount) throws(ModelFileError) -> [Int64]? {
        guard let (start, count) = try numbers(id, name, elementByteCount: 8, maximumCount: maximumCount) else { return nil }
        let bytes = reader.bytes
        // Zero points, which most tensors have by the hundred.
        guard bytes[start..<start + 8 * count].contains(where: { $0 != 0 }) else { return [Int64](repeating: 0, count: count) }
        return (0..<count).map {
            let low = bytes.littleEndianUInt32(at: start + 8 * $0)
            let high = bytes.littleEndianUInt32(at: start + 8 * $0 + 4)
            return Int64(bitPattern: UInt64(low) | UInt64(high) << 32)
        }
    }

    /// Where the table lies, in the words of the schema.
    var path: String { place.description }

    func path(of name: String) -> String { Place.field(place, name).description }

    private func numbers(
        _ id: Int, _ name: String, elementByteCount: Int, maximumCount: Int
    ) throws(ModelFileError) -> (start: Int, count: Int)? {
        guard let field = try field(id, byteCount: 4, name) else { return nil }
        let (start, count) = try reader.vector(
            of: field, elementByteCount: elementByteCount, maximumCount: maximumCount, path: path(of: name))
        try reader.spend(elementByteCount * count, path: path(of: name))
        return (start, count)
    }

    /// Where a field lies; nil when it is absent.
    private func field(_ id: Int, byteCount fieldByteCount: Int, _ name: String) throws(ModelFileError) -> Int? {
        let entry = 4 + 2 * id
        guard entry + 2 <= vtableByteCount else { return nil }
        let offset = Int(try reader.uint16(at: vtable + entry, path: path))
        guard offset != 0 else { return nil }
        guard offset >= 4, offset <= byteCount, fieldByteCount <= byteCount - offset else {
            throw .malformed(path: path(of: name), reason: "lies outside its table")
        }
        return position + offset
    }
}
