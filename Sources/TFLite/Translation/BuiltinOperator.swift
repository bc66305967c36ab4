/// The operators of the schema that Picket translates: their codes and the versions whose meaning is known.
///
/// The raw values are the published `BuiltinOperator` codes. A higher version of an operator may mean something else by the same fields, so it
/// is refused. Types are checked apart from versions, when the graph is made.
enum BuiltinOperator: Int32, CaseIterable {
    case add = 0, averagePool2D = 1, concatenation = 2, conv2D = 3, depthwiseConv2D = 4, dequantize = 6, fullyConnected = 9
    case logistic = 14, maxPool2D = 17, mul = 18, relu = 19, reluN1To1 = 20, relu6 = 21, reshape = 22, resizeBilinear = 23
    case softmax = 25, custom = 32, pad = 34, transpose = 39, mean = 40, sub = 41, div = 42, squeeze = 43, stridedSlice = 45
    case split = 49, cast = 53, prelu = 54, maximum = 55, argMax = 56, minimum = 57, padV2 = 60, transposeConv = 67
    case expandDims = 70, sqrt = 75, pack = 83, unpack = 88, floorDiv = 90, resizeNearestNeighbor = 97, leakyRelu = 98
    case gatherND = 107, quantize = 114, hardSwish = 117

    /// The name in the schema.
    var name: String { OperatorNames.name(of: rawValue) }

    /// The newest version whose definition this code follows.
    var maximumVersion: Int32 {
        switch self {
        case .stridedSlice: 8
        case .conv2D, .depthwiseConv2D, .mul: 7
        case .fullyConnected: 10
        case .transpose: 6
        case .add, .sub, .cast, .dequantize: 5
        case .concatenation, .pad, .padV2, .split, .resizeBilinear, .resizeNearestNeighbor, .pack, .unpack, .transposeConv, .maximum,
            .minimum, .gatherND:
            4
        case .averagePool2D, .maxPool2D, .relu, .relu6, .logistic, .softmax, .mean, .argMax, .quantize, .floorDiv: 3
        case .div, .squeeze, .leakyRelu: 2
        case .reluN1To1, .reshape, .custom, .prelu, .expandDims, .sqrt, .hardSwish: 1
        }
    }

    /// The type of the options table in the schema's union `BuiltinOptions`; nil when the operator has none that matter.
    var optionsType: UInt8? {
        switch self {
        case .conv2D: 1
        case .depthwiseConv2D: 2
        case .averagePool2D, .maxPool2D: 5
        case .fullyConnected: 8
        case .softmax: 9
        case .concatenation: 10
        case .add: 11
        case .resizeBilinear: 15
        case .reshape: 17
        case .mul: 21
        case .mean: 27
        case .sub: 28
        case .div: 29
        case .squeeze: 30
        case .stridedSlice: 32
        case .split: 35
        case .argMax: 40
        case .transposeConv: 49
        case .pack: 59
        case .unpack: 64
        case .resizeNearestNeighbor: 74
        case .leakyRelu: 75
        case .dequantize, .logistic, .relu, .reluN1To1, .relu6, .custom, .pad, .transpose, .cast, .prelu, .maximum, .minimum, .padV2,
            .expandDims, .sqrt, .floorDiv, .gatherND, .quantize, .hardSwish:
            nil
        }
    }

    /// What Picket runs, for messages.
    static let supportedNames: String = (allCases.filter { $0 != .custom }.map(\.name) + [DetectionOptions.operatorName]).sorted()
        .joined(separator: ", ")
}
