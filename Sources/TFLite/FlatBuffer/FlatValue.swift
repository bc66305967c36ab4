/// A FlatBuffer as a tree of values, to be written.
package indirect enum FlatValue: Sendable {
    case uint8(UInt8)
    case int32(Int32)
    case uint64(UInt64)
    case float(Float)
    /// Fields by their id in the schema.
    case table([Int: FlatValue])
    case tables([FlatValue])
    case string(String)
    case bytes([UInt8])
    case int32s([Int32])
    case int64s([Int64])
    case floats([Float])
    /// A value written once, behind everything else, however often its name occurs; hostile files look larger than they are in this way.
    case shared(String, FlatValue)
    /// A table as another file has it, for tables whose fields mean nothing to the writer: everything that lies in the table itself, and new
    /// values for the fields that lead out of it.
    case copy(FlatTableImage, leading: [Int: FlatValue])

    /// The bytes of a file whose root is this table.
    package func file(identifier: String) -> [UInt8] {
        var writer = FlatWriter()
        writer.bytes = [0, 0, 0, 0] + Array(identifier.utf8)
        writer.patch(0, to: writer.write(self))
        writer.writeShared()
        return writer.bytes
    }

    /// The fields of a table, for tests that change one.
    package subscript(id: Int) -> FlatValue? {
        get {
            if case .table(let fields) = self { fields[id] } else { nil }
        }
        set {
            guard case .table(var fields) = self else { return }
            fields[id] = newValue
            self = .table(fields)
        }
    }
}

/// The bytes of a table without what its fields lead to.
package struct FlatTableImage: Sendable {
    /// Its vtable; entries are two bytes each, little-endian.
    let vtable: [UInt8]
    /// The table behind its first four bytes.
    let contents: [UInt8]
    /// Where the table starts, modulo 8.
    let alignment: Int

    /// Where a field lies from the table's start; nil when it is absent.
    fileprivate func offset(of id: Int) -> Int? {
        let entry = 4 + 2 * id
        guard entry + 1 < vtable.count else { return nil }
        let offset = Int(vtable[entry]) | Int(vtable[entry + 1]) << 8
        return offset == 0 ? nil : offset
    }
}

extension Table {
    /// What `FlatValue.copy` needs of this table, whose extents are checked.
    var image: FlatTableImage {
        FlatTableImage(
            vtable: Array(reader.bytes[vtable..<vtable + vtableByteCount]),
            contents: Array(reader.bytes[position + 4..<position + byteCount]),
            alignment: position % 8)
    }
}

/// Writes parents before children, so that all offsets point forward; vtables stand right before their tables.
private struct FlatWriter {
    var bytes: [UInt8] = []
    /// Values still to be written, and the offsets that wait for them.
    private var pending: [(name: String, value: FlatValue, positions: [Int])] = []

    mutating func writeShared() {
        while let next = pending.first {
            pending.removeFirst()
            let target = write(next.value)
            for position in next.positions { patch(position, to: target) }
        }
    }

    /// Writes a value and sets the offset at `position` to it.
    private mutating func link(_ position: Int, to value: FlatValue) {
        guard case .shared(let name, let content) = value else {
            patch(position, to: write(value))
            return
        }
        if let index = pending.firstIndex(where: { $0.name == name }) {
            pending[index].positions.append(position)
        } else {
            pending.append((name, content, [position]))
        }
    }

    mutating func patch(_ position: Int, to target: Int) {
        let offset = UInt32(target - position)
        for index in 0..<4 { bytes[position + index] = UInt8(truncatingIfNeeded: offset >> UInt32(8 * index)) }
    }

    /// - Returns: where the value starts.
    mutating func write(_ value: FlatValue) -> Int {
        switch value {
        case .table(let fields): return writeTable(fields)
        case .copy(let image, let leading): return writeCopy(image, leading)
        case .tables(let tables):
            align(4)
            let start = bytes.count
            append(UInt32(tables.count))
            bytes += [UInt8](repeating: 0, count: 4 * tables.count)
            for (index, table) in tables.enumerated() { link(start + 4 + 4 * index, to: table) }
            return start
        case .string(let text): return writeVector(Array(text.utf8) + [0], count: text.utf8.count, alignment: 4)
        case .bytes(let data): return writeVector(data, count: data.count, alignment: 16)
        case .int32s(let numbers): return writeVector(numbers.flatMap { Self.littleEndian($0) }, count: numbers.count, alignment: 4)
        case .int64s(let numbers): return writeVector(numbers.flatMap { Self.littleEndian($0) }, count: numbers.count, alignment: 8)
        case .floats(let numbers):
            return writeVector(numbers.flatMap { Self.littleEndian($0.bitPattern) }, count: numbers.count, alignment: 4)
        case .uint8, .int32, .uint64, .float, .shared: return bytes.count
        }
    }

    private mutating func writeTable(_ fields: [Int: FlatValue]) -> Int {
        let count = (fields.keys.max() ?? -1) + 1
        var layout: [(id: Int, offset: Int)] = []
        var byteCount = 4
        // Wide fields first would be smaller; aligning each is simpler.
        for id in fields.keys.sorted() {
            let width = Self.width(fields[id])
            byteCount = (byteCount + width - 1) / width * width
            layout.append((id, byteCount))
            byteCount += width
        }
        let vtableByteCount = 4 + 2 * count
        while (bytes.count + vtableByteCount) % 8 != 0 { bytes.append(0) }
        let vtable = bytes.count
        append(UInt16(vtableByteCount))
        append(UInt16(byteCount))
        for id in 0..<count { append(UInt16(layout.first { $0.id == id }?.offset ?? 0)) }
        let start = bytes.count
        append(Int32(start - vtable))
        bytes += [UInt8](repeating: 0, count: byteCount - 4)
        for (id, offset) in layout {
            guard let value = fields[id] else { continue }
            let position = start + offset
            switch value {
            case .uint8(let number): bytes[position] = number
            case .int32(let number): store(Self.littleEndian(number), at: position)
            case .uint64(let number): store(Self.littleEndian(number), at: position)
            case .float(let number): store(Self.littleEndian(number.bitPattern), at: position)
            default: link(position, to: value)
            }
        }
        return start
    }

    private mutating func writeCopy(_ image: FlatTableImage, _ leading: [Int: FlatValue]) -> Int {
        // Fields of eight bytes stay aligned where they were.
        while (bytes.count + image.vtable.count) % 8 != image.alignment { bytes.append(0) }
        let vtable = bytes.count
        bytes += image.vtable
        let start = bytes.count
        append(Int32(start - vtable))
        bytes += image.contents
        for (id, value) in leading.sorted(by: { $0.key < $1.key }) {
            guard let offset = image.offset(of: id) else { continue }
            link(start + offset, to: value)
        }
        return start
    }

    private mutating func writeVector(_ data: [UInt8], count: Int, alignment: Int) -> Int {
        while (bytes.count + 4) % alignment != 0 { bytes.append(0) }
        let start = bytes.count
        append(UInt32(count))
        bytes += data
        align(4)
        return start
    }

    private mutating func align(_ alignment: Int) {
        while bytes.count % alignment != 0 { bytes.append(0) }
    }

    private mutating func append<Number: FixedWidthInteger>(_ number: Number) { bytes += Self.littleEndian(number) }

    private mutating func store(_ data: [UInt8], at position: Int) {
        bytes.replaceSubrange(position..<position + data.count, with: data)
    }

    private static func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number($0 * 8)) }
    }

    private static func width(_ value: FlatValue?) -> Int {
        switch value {
        case .uint8: 1
        case .uint64: 8
        default: 4
        }
    }
}
