/// A TensorFlow Lite model taken apart, to be changed and written again as a sound `.tflite` that other engines load too.
///
/// What belongs to the computation is kept: tensors, weights, operators with their options. What only describes the file as it was (metadata,
/// signatures, label files behind it) is not, since it would be wrong about the changed model.
package struct ModelDocument: Sendable {
    package struct Tensor: Sendable {
        package var name: String
        /// Extents; empty for a scalar.
        package var shape: [Int32]
        /// The code of the schema's `TensorType`.
        package var type: Int8
        /// An index among `buffers`; 0 is the empty one, which stands for a tensor that is computed.
        package var buffer: Int
        package var scales: [Float] = []
        package var zeroPoints: [Int64] = []
        package var quantizedDimension: Int32 = 0
    }

    package struct OperatorCode: Sendable, Hashable {
        /// The code of the schema's `BuiltinOperator`.
        package var code: Int32
        package var customCode = ""
        package var version: Int32 = 1
    }

    package struct Operator: Sendable {
        package var code: OperatorCode
        /// Indices among `tensors`; -1 is an optional input that is absent.
        package var inputs: [Int32]
        package var outputs: [Int32]
        /// The type in the schema's union `BuiltinOptions`; 0 is none.
        package var optionsType: UInt8 = 0
        package var options: FlatValue?
        package var customOptions: [UInt8]?
    }

    package var tensors: [Tensor]
    package var buffers: [ArraySlice<UInt8>]
    package var operators: [Operator]
    package var inputs: [Int32]
    package var outputs: [Int32]
    package var description: String

    /// Takes a model apart, once `ModelFileReader` has found it sound.
    /// - Throws: `ModelFileError`, as `ModelFileReader.read`.
    package init(_ bytes: [UInt8], name: String, limits: ModelLimits = .default) throws(ModelFileError) {
        _ = try ModelFileReader.read(bytes, name: name, limits: limits)
        let model = try ModelTable(Reader(bytes, range: 0..<bytes.count), limits: limits)
        buffers = model.buffers.map { $0.map { bytes[$0] } ?? [] }
        if buffers.isEmpty { buffers = [[]] }
        tensors = model.tensors.map { table in
            Tensor(
                name: table.name, shape: table.shape, type: table.type, buffer: Int(table.buffer), scales: table.scales,
                zeroPoints: table.zeroPoints, quantizedDimension: table.quantizedDimension)
        }
        operators = []
        for table in model.operators {
            let code = model.operatorCodes[Int(table.operatorCode)]
            operators.append(
                Operator(
                    code: OperatorCode(code: code.code, customCode: code.customCode, version: code.version), inputs: table.inputs,
                    outputs: table.outputs, optionsType: table.optionsType, options: try table.options.map(Self.options(table)),
                    customOptions: table.customOptions.map { Array(bytes[$0]) }))
        }
        inputs = model.inputs
        outputs = model.outputs
        description = model.description
    }

    /// Options as they are. Among the operators that Picket knows, two have options that lead out of their table.
    private static func options(_ operation: OperatorTable) -> (Table) throws(ModelFileError) -> FlatValue {
        { (table) throws(ModelFileError) in
            let numbers: [Int32]? =
                switch operation.optionsType {
                case 17: try table.int32s(0, "new_shape", maximumCount: 64)
                case 30: try table.int32s(0, "squeeze_dims", maximumCount: 64)
                default: nil
                }
            return .copy(table.image, leading: numbers.map { [0: .int32s($0)] } ?? [:])
        }
    }

    /// The index of the first tensor of that name.
    package func tensor(named name: String) -> Int? { tensors.firstIndex { $0.name == name } }

    /// Adds a tensor; with bytes it is a constant.
    /// - Returns: its index.
    package mutating func add(_ tensor: Tensor, bytes: [UInt8]? = nil) -> Int32 {
        var tensor = tensor
        if let bytes {
            tensor.buffer = buffers.count
            buffers.append(bytes[...])
        }
        tensors.append(tensor)
        return Int32(tensors.count - 1)
    }
}
