/// A FlexBuffer whose root is a map from text to numbers: the options of custom operators.
///
/// Layout, from the published format: the last byte is the width of the root value, the one before it its type, then, going down, the
/// root value itself: for a map, how far back its values start. Below the values lie their number, the width of the keys and how far back
/// the vector of keys starts; behind the values lies one type byte for each. Only maps of scalars are read; each access is checked.
struct FlexMap {
    private enum Value {
        case integer(Int)
        case float(Float)
    }

    private static let maximumCount = 64
    private static let maximumKeyByteCount = 128
    private static let mapType: UInt8 = 9

    private let values: [String: Value]
    private let path: String

    init(_ bytes: ArraySlice<UInt8>, path: String) throws(ModelFileError) {
        self.path = path
        let data = FlexBytes(bytes: Array(bytes), path: path)
        let count = data.bytes.count
        guard count >= 3 else { throw .malformed(path: path, reason: "\(count) bytes are too few for a FlexBuffer") }
        let rootWidth = try data.width(Int(data.bytes[count - 1]))
        let type = data.bytes[count - 2]
        guard type >> 2 == Self.mapType else { throw .malformed(path: path, reason: "is not a FlexBuffer map") }
        let width = 1 << Int(type & 3)
        let start = try data.back(from: count - 2 - rootWidth, width: rootWidth)
        guard start >= 3 * width else { throw .malformed(path: path, reason: "its map starts too early") }
        let length = try data.unsigned(at: start - width, width: width)
        guard length <= Self.maximumCount else {
            throw .overLimit(path: path, what: "options", value: length, limit: Self.maximumCount)
        }
        let keyWidth = try data.width(try data.unsigned(at: start - 2 * width, width: width))
        let keys = try data.back(from: start - 3 * width, width: width)
        var values: [String: Value] = [:]
        for index in 0..<length {
            let key = try data.text(at: try data.back(from: keys + index * keyWidth, width: keyWidth), limit: Self.maximumKeyByteCount)
            let valueType = try data.unsigned(at: start + length * width + index, width: 1) >> 2
            let position = start + index * width
            switch valueType {
            case 1: values[key] = .integer(try data.signed(at: position, width: width))
            case 2, 26: values[key] = .integer(try data.unsigned(at: position, width: width))
            case 3: values[key] = .float(try data.float(at: position, width: width))
            default: break
            }
        }
        self.values = values
    }

    func integer(_ key: String, default value: Int? = nil) throws(ModelFileError) -> Int {
        switch values[key] {
        case .integer(let number): return number
        case .float: throw .invalid(path: "\(path).\(key)", reason: "must be an integer")
        case nil:
            guard let value else { throw .invalid(path: "\(path).\(key)", reason: "is absent") }
            return value
        }
    }

    func float(_ key: String) throws(ModelFileError) -> Float {
        switch values[key] {
        case .integer(let number): return Float(number)
        case .float(let number): return number
        case nil: throw .invalid(path: "\(path).\(key)", reason: "is absent")
        }
    }
}

/// Checked reads of a FlexBuffer's bytes.
private struct FlexBytes {
    let bytes: [UInt8]
    let path: String

    func width(_ value: Int) throws(ModelFileError) -> Int {
        guard value == 1 || value == 2 || value == 4 || value == 8 else {
            throw .malformed(path: path, reason: "has a number of \(value) bytes")
        }
        return value
    }

    /// The position that the offset at `position` points back to.
    func back(from position: Int, width: Int) throws(ModelFileError) -> Int {
        let distance = try unsigned(at: position, width: width)
        guard distance <= position else { throw .malformed(path: path, reason: "an offset leads outside") }
        return position - distance
    }

    /// At most 2^62, so that differences cannot overflow.
    func unsigned(at position: Int, width: Int) throws(ModelFileError) -> Int {
        let value = try bits(at: position, width: width)
        guard value <= 1 << 62 else { throw .malformed(path: path, reason: "a number is too large") }
        return Int(value)
    }

    func signed(at position: Int, width: Int) throws(ModelFileError) -> Int {
        let shift = 64 - 8 * width
        return Int(Int64(bitPattern: try bits(at: position, width: width) << UInt64(shift)) >> Int64(shift))
    }

    func float(at position: Int, width: Int) throws(ModelFileError) -> Float {
        let value = try bits(at: position, width: width)
        switch width {
        case 4: return Float(bitPattern: UInt32(truncatingIfNeeded: value))
        case 8: return Float(Double(bitPattern: value))
        default: throw .malformed(path: path, reason: "has a float of \(width) bytes")
        }
    }

    /// The text up to a zero byte.
    func text(at position: Int, limit: Int) throws(ModelFileError) -> String {
        guard position >= 0, position < bytes.count else { throw .malformed(path: path, reason: "a key lies outside") }
        let tail = bytes[position...].prefix(limit)
        guard let end = tail.firstIndex(of: 0) else { throw .malformed(path: path, reason: "a key has no end") }
        return String(decoding: tail[..<end], as: UTF8.self)
    }

    private func bits(at position: Int, width: Int) throws(ModelFileError) -> UInt64 {
        guard position >= 0, position <= bytes.count, width <= bytes.count - position else {
            throw .malformed(path: path, reason: "a number lies outside")
        }
        return (0..<width).reduce(0) { $0 | UInt64(bytes[position + $1]) << UInt64(8 * $1) }
    }
}
