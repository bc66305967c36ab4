import ModelGraph

/// The tables of the model schema (version 3) that Picket uses, decoded into plain values.
///
/// Field ids are positions in the published schema. Indices are still as in the file: `Translation/` checks them.
struct ModelTable {
    var version: UInt32
    var description: String
    var operatorCodes: [OperatorCodeTable]
    var tensors: [TensorTable]
    var operators: [OperatorTable]
    var inputs: [Int32]
    var outputs: [Int32]
    /// Where each buffer's bytes lie in the file; nil for a buffer without bytes.
    var buffers: [Range<Int>?]
    /// "TFLITE_METADATA", the first that is not empty; nil when the file lists none.
    var metadataEntry: MetadataEntry?
}

/// What a file's list of metadata says of "TFLITE_METADATA".
enum MetadataEntry: Sendable {
    case empty
    /// Where in the file it lies.
    case bytes(Range<Int>)
}

/// Which operator, and which version of its definition.
struct OperatorCodeTable {
    var code: Int32
    var customCode: String
    var version: Int32
    var place: Place
}

struct TensorTable {
    var name: String
    var shape: [Int32]
    var type: Int8
    var buffer: UInt32
    var scales: [Float]
    var zeroPoints: [Int64]
    var quantizedDimension: Int32
    var place: Place
}

struct OperatorTable {
    var operatorCode: UInt32
    /// -1 stands for an optional input that is absent.
    var inputs: [Int32]
    var outputs: [Int32]
    var optionsType: UInt8
    var options: Table?
    var customOptions: Range<Int>?
    var place: Place
}

extension ModelTable {
    /// The most inputs or outputs of one operator; concatenations have tens.
    private static let maximumOperandCount = 4_096
    private static let maximumBufferCount = 65_536
    private static let maximumMetadataCount = 1_024

    /// Decodes the FlatBuffer at the start of a file.
    init(_ reader: Reader, limits: ModelLimits) throws(ModelFileError) {
        let root = try reader.root(identifier: "TFL3")
        version = try root.uint32(0, "version")
        guard version == 3 else { throw .unsupported(path: "version", reason: "is \(version), only 3 is supported") }
        description = try root.string(3, "description") ?? ""

        operatorCodes = []
        for table in try root.tables(1, "operator_codes", maximumCount: limits.operatorCount) {
            // Codes up to 127 live in the old one-byte field; newer files fill both, and the larger one counts.
            let code = max(try table.int32(3, "builtin_code"), Int32(try table.int8(0, "deprecated_builtin_code")))
            operatorCodes.append(
                OperatorCodeTable(
                    code: code, customCode: try table.string(1, "custom_code") ?? "", version: try table.int32(2, "version", default: 1),
                    place: table.place))
        }

        buffers = []
        for table in try root.tables(4, "buffers", maximumCount: Self.maximumBufferCount) { buffers.append(try Self.buffer(table, reader)) }

        for table in try root.tables(6, "metadata", maximumCount: Self.maximumMetadataCount) {
            let (name, buffer) = (try table.string(0, "name"), Int(try table.uint32(1, "buffer")))
            if case .bytes = metadataEntry { continue }
            guard name == "TFLITE_METADATA" else { continue }
            metadataEntry = (buffer < buffers.count ? buffers[buffer] : nil).map { .bytes($0) } ?? .empty
        }

        let subgraphs = try root.tables(2, "subgraphs", maximumCount: Self.maximumMetadataCount)
        guard let subgraph = subgraphs.first else { throw .malformed(path: "subgraphs", reason: "is empty") }
        guard subgraphs.count == 1 else {
            throw .unsupported(
                path: "subgraphs", reason: "has \(subgraphs.count) elements; only one is supported (no IF, WHILE or CALL)")
        }
        tensors = []
        for table in try subgraph.tables(0, "tensors", maximumCount: limits.tensorCount) { tensors.append(try TensorTable(table)) }
        inputs = try subgraph.int32s(1, "inputs", maximumCount: Self.maximumOperandCount) ?? []
        outputs = try subgraph.int32s(2, "outputs", maximumCount: Self.maximumOperandCount) ?? []
        operators = []
        for table in try subgraph.tables(3, "operators", maximumCount: limits.operatorCount) {
            operators.append(
                OperatorTable(
                    operatorCode: try table.uint32(0, "opcode_index"),
                    inputs: try table.int32s(1, "inputs", maximumCount: Self.maximumOperandCount) ?? [],
                    outputs: try table.int32s(2, "outputs", maximumCount: Self.maximumOperandCount) ?? [],
                    optionsType: try table.uint8(3, "builtin_options_type"), options: try table.table(4, "builtin_options"),
                    customOptions: try table.bytes(5, "custom_options"), place: table.place))
        }
    }

    /// A buffer's bytes: inside the FlatBuffer, or at an absolute place in the file, as in files above 2 GB.
    private static func buffer(_ table: Table, _ reader: Reader) throws(ModelFileError) -> Range<Int>? {
        let offset = try table.uint64(1, "offset")
        let byteCount = try table.uint64(2, "size")
        guard offset > 1 || byteCount > 1 else {
            guard let range = try table.bytes(0, "data"), !range.isEmpty else { return nil }
            return range
        }
        let fileByteCount = UInt64(reader.bytes.count)
        guard offset <= fileByteCount, byteCount <= fileByteCount - offset else {
            throw .malformed(path: table.path(of: "offset"), reason: "leads outside the file")
        }
        return Int(offset)..<Int(offset + byteCount)
    }
}

extension TensorTable {
    /// More extents than any shape may have, so that the rank's own message is the one that is seen.
    private static let maximumRank = 64

    init(_ table: Table) throws(ModelFileError) {
        name = try table.string(3, "name") ?? ""
        shape = try table.int32s(0, "shape", maximumCount: Self.maximumRank) ?? []
        type = try table.int8(1, "type")
        buffer = try table.uint32(2, "buffer")
        place = table.place
        if try table.bool(5, "is_variable") {
            throw .unsupported(
                path: table.path(of: "is_variable"),
                reason: "is set; models that keep state inside are not supported (export the state as inputs and outputs)")
        }
        if try table.has(6) {
            throw .unsupported(path: table.path(of: "sparsity"), reason: "is set; sparse weights are not supported")
        }
        guard let quantization = try table.table(4, "quantization") else {
            (scales, zeroPoints, quantizedDimension) = ([], [], 0)
            return
        }
        if try quantization.uint8(4, "details_type") != 0 {
            throw .unsupported(path: quantization.path(of: "details"), reason: "is set; custom quantisation is not supported")
        }
        scales = try quantization.float32s(2, "scale") ?? []
        zeroPoints = try quantization.int64s(3, "zero_point") ?? []
        quantizedDimension = try quantization.int32(6, "quantized_dimension")
    }
}
