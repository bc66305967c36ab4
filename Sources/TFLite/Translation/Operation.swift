import ModelGraph
import Tensors

/// One operator of the file on its way to a layer: its operands as tensors, its options, and the errors that name it.
///
/// The extensions in this folder turn it into a `Layer`, a file a topic. They resolve what comes as constant tensors (axes, paddings,
/// shapes, sizes) to facts; shapes and types are proven when the graph is made.
struct Operation {
    let table: OperatorTable
    let kind: BuiltinOperator
    /// The operator's index in the file.
    let index: Int
    /// As in the file; nil is an optional input that is absent.
    let inputs: [Int?]
    let outputs: [Int]
    /// All tensors of the model.
    let tensors: [Graph.Tensor]
    let reader: Reader

    /// The most elements that a constant tensor of axes, shapes or paddings may have.
    private static let maximumParameterCount = 64

    func layer(_ kind: LayerKind, inputs: [Int?], outputs: [Int]? = nil) -> Layer {
        Layer(kind: kind, inputs: inputs, outputs: outputs ?? self.outputs, sourceIndex: index)
    }

    // MARK: Operands

    func expect(inputs range: ClosedRange<Int>, outputs outputRange: ClosedRange<Int> = 1...1) throws(ModelFileError) {
        guard range.contains(inputs.count) else { throw invalid("inputs", "has \(inputs.count) elements, must have \(Self.text(range))") }
        guard outputRange.contains(outputs.count) else {
            throw invalid("outputs", "has \(outputs.count) elements, must have \(Self.text(outputRange))")
        }
    }

    /// Input `position`, which must be there.
    func input(_ position: Int) throws(ModelFileError) -> Int {
        guard position < inputs.count, let index = inputs[position] else { throw invalid("inputs[\(position)]", "is absent") }
        return index
    }

    func inputTensor(_ position: Int) throws(ModelFileError) -> Graph.Tensor { tensors[try input(position)] }

    func outputTensor(_ position: Int = 0) throws(ModelFileError) -> Graph.Tensor {
        guard position < outputs.count else { throw invalid("outputs[\(position)]", "is absent") }
        return tensors[outputs[position]]
    }

    /// The first inputs up to `count`; those that the file leaves out at the end are absent.
    func inputs(_ count: Int) -> [Int?] { (0..<count).map { $0 < inputs.count ? inputs[$0] : nil } }

    /// Input `position` as integers that are known with the model.
    func integers(_ position: Int, _ meaning: String) throws(ModelFileError) -> [Int] {
        let tensor = try inputTensor(position)
        guard let bytes = tensor.constant else {
            throw .unsupported(
                path: "\(table.place).inputs[\(position)]",
                reason: "the \(meaning) of \(kind.name) is computed by the model; only a constant is supported")
        }
        guard tensor.shape.elementCount <= Self.maximumParameterCount else {
            throw invalid("inputs[\(position)]", "has \(tensor.shape.elementCount) elements, too many for the \(meaning)")
        }
        guard let values = tensor.elementType.integers(bytes) else {
            throw invalid("inputs[\(position)]", "is \(tensor.elementType.rawValue), the \(meaning) must be int32 or int64")
        }
        return values
    }

    /// An axis of `rank` axes, where -1 is the last one.
    func axis(_ value: Int, rank: Int, _ field: String) throws(ModelFileError) -> Int {
        guard value >= -rank, value < rank else { throw invalid(field, "is \(value), must be an axis of \(rank)") }
        return value < 0 ? value + rank : value
    }

    // MARK: Options

    /// The options; nil when the file leaves them out, which stands for all defaults.
    func options() throws(ModelFileError) -> Table? {
        guard let expected = kind.optionsType else { return nil }
        guard table.optionsType != 0, let options = table.options else { return nil }
        guard table.optionsType == expected else {
            throw invalid("builtin_options_type", "is \(table.optionsType), \(kind.name) has options of type \(expected)")
        }
        return options
    }

    /// The options of an operator that means nothing without them.
    func requiredOptions() throws(ModelFileError) -> Table {
        guard let options = try options() else { throw invalid("builtin_options", "is absent, \(kind.name) needs it") }
        return options
    }

    func activation(_ options: Table?, _ id: Int) throws(ModelFileError) -> Activation {
        let value = try options?.int8(id, "fused_activation_function") ?? 0
        switch value {
        case 0: return .none
        case 1: return .relu
        case 2: return .reluN1To1
        case 3: return .relu6
        default:
            throw .unsupported(
                path: "\(table.place).builtin_options.fused_activation_function",
                reason: "is \(value); supported are none, RELU, RELU_N1_TO_1 and RELU6 (0...3)")
        }
    }

    func padding(_ options: Table, _ id: Int) throws(ModelFileError) -> Padding {
        let value = try options.int8(id, "padding")
        switch value {
        case 0: return .same
        case 1: return .valid
        default: throw invalid("builtin_options.padding", "is \(value), must be SAME (0) or VALID (1)")
        }
    }

    // MARK: Errors

    /// - Parameter field: below the operator, for example `inputs[1]`.
    func invalid(_ field: String, _ reason: String) -> ModelFileError { .invalid(path: "\(table.place).\(field)", reason: reason) }

    private static func text(_ range: ClosedRange<Int>) -> String {
        range.lowerBound == range.upperBound
            ? "\(range.lowerBound)"
            : range.upperBound == Int.max ? "\(range.lowerBound) or more" : "\(range.lowerBound)...\(range.upperBound)"
    }
}

extension ElementType {
    /// The values of int32 or int64 elements; nil for other types. Int is 64 bits wide on every target.
    func integers(_ bytes: ArraySlice<UInt8>) -> [Int]? {
        switch self {
        case .int32:
            stride(from: bytes.startIndex, to: bytes.endIndex - 3, by: 4).map { Int(Int32(bitPattern: bytes.littleEndianUInt32(at: $0))) }
        case .int64:
            stride(from: bytes.startIndex, to: bytes.endIndex - 7, by: 8).map {
                let low = bytes.littleEndianUInt32(at: $0)
                let high = bytes.littleEndianUInt32(at: $0 + 4)
                return Int(Int64(bitPattern: UInt64(low) | UInt64(high) << 32))
            }
        default: nil
        }
    }
}
