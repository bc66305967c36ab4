extension ModelDocument {
    /// The bytes of the file. Equal documents give equal bytes.
    package func file() -> [UInt8] {
        var codes: [OperatorCode] = []
        for operation in operators where !codes.contains(operation.code) { codes.append(operation.code) }
        let subgraph = FlatValue.table([
            0: .tables(tensors.map(Self.table)), 1: .int32s(inputs), 2: .int32s(outputs),
            3: .tables(operators.map { Self.table($0, code: codes.firstIndex(of: $0.code) ?? 0) }), 4: .string("main"),
        ])
        let model = FlatValue.table([
            0: .int32(3), 1: .tables(codes.map(Self.table)), 2: .tables([subgraph]), 3: .string(description),
            4: .tables(buffers.map { .table($0.isEmpty ? [:] : [0: .bytes(Array($0))]) }),
        ])
        return model.file(identifier: "TFL3")
    }

    private static func table(_ code: OperatorCode) -> FlatValue {
        // Codes up to 127 stand in the old field of one byte too, for old readers.
        var fields: [Int: FlatValue] = [0: .uint8(UInt8(clamping: min(code.code, 127))), 2: .int32(code.version), 3: .int32(code.code)]
        if !code.customCode.isEmpty { fields[1] = .string(code.customCode) }
        return .table(fields)
    }

    private static func table(_ tensor: Tensor) -> FlatValue {
        var fields: [Int: FlatValue] = [
            0: .int32s(tensor.shape), 1: .uint8(UInt8(bitPattern: tensor.type)), 2: .int32(Int32(clamping: tensor.buffer)),
            3: .string(tensor.name),
        ]
        if !tensor.scales.isEmpty {
            fields[4] = .table([2: .floats(tensor.scales), 3: .int64s(tensor.zeroPoints), 6: .int32(tensor.quantizedDimension)])
        }
        // Without it, newer readers take an empty shape for an unknown one.
        fields[8] = .uint8(1)
        return .table(fields)
    }

    private static func table(_ operation: Operator, code: Int) -> FlatValue {
        var fields: [Int: FlatValue] = [
            0: .int32(Int32(clamping: code)), 1: .int32s(operation.inputs), 2: .int32s(operation.outputs),
        ]
        if let options = operation.options {
            fields[3] = .uint8(operation.optionsType)
            fields[4] = options
        }
        if let options = operation.customOptions { fields[5] = .bytes(options) }
        return .table(fields)
    }
}
