package import TFLite

/// Builds small TensorFlow Lite files in tests, sound ones and broken ones: everything is in plain sight to be changed before `file()`.
package struct TFLiteBuilder: Sendable {
    /// Tables of the schema: Tensor.
    package var tensors: [FlatValue] = []
    /// Tables of the schema: Operator.
    package var operators: [FlatValue] = []
    package var codes: [FlatValue] = []
    /// Buffer 0 is the empty one.
    package var buffers: [FlatValue] = [.table([:])]
    package var metadata: [FlatValue] = []
    package var inputs: [Int32] = []
    package var outputs: [Int32] = []
    package var version: UInt32 = 3
    package var subgraphCount = 1

    /// Codes of `TensorType` in the schema.
    package enum Element: UInt8 {
        case float32 = 0, float16 = 1, int32 = 2, uint8 = 3, int64 = 4, string = 5, bool = 6, int16 = 7, int8 = 9
    }

    package init() {}

    /// Adds a tensor; with bytes it is a constant.
    /// - Returns: its index.
    package mutating func tensor(
        _ name: String, _ type: Element, _ shape: [Int32], scales: [Float] = [], zeroPoints: [Int64] = [], axis: Int32 = 0,
        bytes: [UInt8]? = nil
    ) -> Int32 {
        var fields: [Int: FlatValue] = [0: .int32s(shape), 1: .uint8(type.rawValue), 3: .string(name)]
        if let bytes {
            fields[2] = .int32(Int32(buffers.count))
            buffers.append(.table([0: .bytes(bytes)]))
        }
        if !scales.isEmpty { fields[4] = .table([2: .floats(scales), 3: .int64s(zeroPoints), 6: .int32(axis)]) }
        tensors.append(.table(fields))
        return Int32(tensors.count - 1)
    }

    /// Adds a constant of int32 numbers, such as a shape or an axis; a scalar when the shape is empty.
    package mutating func integers(_ values: [Int32], shape: [Int32]? = nil) -> Int32 {
        let bytes = values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        return tensor("integers", .int32, shape ?? [Int32(values.count)], bytes: bytes)
    }

    /// Adds an operator by its code in the schema's `BuiltinOperator`.
    package mutating func add(
        _ code: Int32, version: Int32 = 1, inputs: [Int32], outputs: [Int32], optionsType: UInt8 = 0, options: [Int: FlatValue] = [:],
        customCode: String? = nil, customOptions: [UInt8]? = nil
    ) {
        var code: [Int: FlatValue] = [0: .uint8(UInt8(min(code, 127))), 2: .int32(version), 3: .int32(code)]
        if let customCode { code[1] = .string(customCode) }
        codes.append(.table(code))
        var fields: [Int: FlatValue] = [0: .int32(Int32(codes.count - 1)), 1: .int32s(inputs), 2: .int32s(outputs)]
        if optionsType != 0 {
            fields[3] = .uint8(optionsType)
            fields[4] = .table(options)
        }
        if let customOptions { fields[5] = .bytes(customOptions) }
        operators.append(.table(fields))
    }

    package func file() -> [UInt8] {
        let subgraph = FlatValue.table([
            0: .tables(tensors), 1: .int32s(inputs), 2: .int32s(outputs), 3: .tables(operators), 4: .string("main"),
        ])
        let model = FlatValue.table([
            0: .int32(Int32(bitPattern: version)), 1: .tables(codes), 2: .tables(Array(repeating: subgraph, count: subgraphCount)),
            3: .string("TFLiteBuilder"), 4: .tables(buffers), 6: .tables(metadata),
        ])
        return model.file(identifier: "TFL3")
    }
}
