import FoundationEssentials
import ModelGraph
import Tensors

/// One layer with its inputs and the outputs that LiteRT's reference kernels give, as `Goldens/make_goldens.py` writes it.
struct GoldenCase: Decodable {
    struct File: Decodable { let cases: [GoldenCase] }

    struct Tensor: Decodable {
        let type: String
        let shape: [Int]
        let data: Data?
        let ascending: Bool?
        let scale: Float?
        let zeroPoint: Int32?
        let constant: Bool?
    }

    struct Options: Decodable {
        let activation: String?
        let alpha: Float?
        let axis: Int?
        let axes: [Int]?
        let keepsAxes: Bool?
        let beta: Float?
        let alignsCorners: Bool?
        let usesHalfPixelCenters: Bool?
        let padding: String?
        let windowHeight: Int?
        let windowWidth: Int?
        let strideHeight: Int?
        let strideWidth: Int?
        let begins: [Int]?
        let strides: [Int]?
        let extents: [Int]?
        let before: [Int]?
        let after: [Int]?
        let value: Int32?
        let permutation: [Int]?
        let maxDetections: Int?
        let maxClassesPerDetection: Int?
        let detectionsPerClass: Int?
        let usesRegularNMS: Bool?
        let classCount: Int?
        let scoreThreshold: Float?
        let iouThreshold: Float?
        let scaleY: Float?
        let scaleX: Float?
        let scaleH: Float?
        let scaleW: Float?
    }

    let name: String?
    let op: String
    let options: Options
    let inputs: [Tensor]
    let outputs: [Tensor]
}

extension GoldenCase.Tensor {
    /// What the file says of the tensor does not make a tensor of a graph.
    struct Unsound: Error {}

    /// For messages.
    var quantizationText: String { scale.map { "\(type) \($0) \(zeroPoint ?? 0)" } ?? type }

    func bytes() throws -> [UInt8] {
        if let data { return Array(data) }
        guard ascending == true else { throw Unsound() }
        let count = shape.reduce(1, *)
        return (0..<count).map { UInt8(truncatingIfNeeded: type == "int8" ? $0 - 128 : $0) }
    }

    func tensor(_ name: String) throws -> Graph.Tensor {
        guard let type = ElementType(rawValue: type), let shape = Shape(shape) else { throw Unsound() }
        var quantization: Quantization?
        if let scale, let zeroPoint { quantization = Quantization(scales: [scale], zeroPoints: [zeroPoint]) }
        return Graph.Tensor(
            name: name, elementType: type, shape: shape, quantization: quantization,
            constant: constant == true ? try bytes()[...] : nil)
    }
}

extension GoldenCase {
    func graph() throws -> Graph {
        let tensors = try (inputs + outputs).enumerated().map { try $1.tensor("t\($0)") }
        let layer = Layer(
            kind: try kind(), inputs: Array(inputs.indices), outputs: outputs.indices.map { $0 + inputs.count }, sourceIndex: 0)
        return try Graph(
            name: name ?? op, tensors: tensors, layers: [layer], inputs: inputs.indices.filter { inputs[$0].constant != true },
            outputs: layer.outputs)
    }

    private func kind() throws -> LayerKind {
        let activation = Activation(rawValue: options.activation ?? "none") ?? .none
        switch op {
        case "ADD": return .elementwise(.add, activation: activation)
        case "SUB": return .elementwise(.subtract, activation: activation)
        case "MUL": return .elementwise(.multiply, activation: activation)
        case "DIV": return .elementwise(.divide, activation: activation)
        case "FLOOR_DIV": return .elementwise(.floorDivide, activation: activation)
        case "MAXIMUM": return .elementwise(.maximum, activation: activation)
        case "MINIMUM": return .elementwise(.minimum, activation: activation)
        case "LOGISTIC": return .unary(.logistic)
        case "RELU": return .unary(.relu)
        case "RELU6": return .unary(.relu6)
        case "RELU_N1_TO_1": return .unary(.reluN1To1)
        case "LEAKY_RELU": return .unary(.leakyRelu(alpha: try required(options.alpha)))
        case "HARD_SWISH": return .unary(.hardSwish)
        case "SQRT": return .unary(.squareRoot)
        case "PRELU": return .prelu
        case "AVERAGE_POOL_2D": return .averagePool2D(try pool(activation))
        case "MAX_POOL_2D": return .maximumPool2D(try pool(activation))
        case "MEAN": return .mean(axes: try required(options.axes), keepsAxes: try required(options.keepsAxes))
        case "SOFTMAX": return .softmax(beta: try required(options.beta))
        case "QUANTIZE": return .quantize
        case "DEQUANTIZE": return .dequantize
        case "CAST": return .cast
        case "RESIZE_BILINEAR":
            return .resizeBilinear(
                alignsCorners: try required(options.alignsCorners), usesHalfPixelCenters: try required(options.usesHalfPixelCenters))
        case "RESIZE_NEAREST_NEIGHBOR":
            return .resizeNearestNeighbor(
                alignsCorners: try required(options.alignsCorners), usesHalfPixelCenters: try required(options.usesHalfPixelCenters))
        case "CONCATENATION": return .concatenation(axis: try required(options.axis), activation: activation)
        case "SPLIT": return .split(axis: try required(options.axis))
        case "STRIDED_SLICE":
            return .stridedSlice(
                begins: try required(options.begins), strides: try required(options.strides), extents: try required(options.extents))
        case "PAD", "PADV2": return .pad(before: try required(options.before), after: try required(options.after), value: options.value)
        case "TRANSPOSE": return .transpose(permutation: try required(options.permutation))
        case "PACK": return .pack(axis: try required(options.axis))
        case "UNPACK": return .unpack(axis: try required(options.axis))
        case "ARG_MAX": return .argMax(axis: try required(options.axis))
        case "GATHER_ND": return .gatherND
        case "TFLite_Detection_PostProcess": return .detectionPostProcess(try detection())
        default: throw Tensor.Unsound()
        }
    }

    private func pool(_ activation: Activation) throws -> Pool2D {
        Pool2D(
            windowHeight: try required(options.windowHeight), windowWidth: try required(options.windowWidth),
            strideHeight: try required(options.strideHeight), strideWidth: try required(options.strideWidth),
            padding: try required(options.padding.flatMap(Padding.init)), activation: activation)
    }

    private func detection() throws -> DetectionPostProcess {
        DetectionPostProcess(
            maxDetections: try required(options.maxDetections), maxClassesPerDetection: try required(options.maxClassesPerDetection),
            detectionsPerClass: try required(options.detectionsPerClass), usesRegularNMS: try required(options.usesRegularNMS),
            classCount: try required(options.classCount), scoreThreshold: try required(options.scoreThreshold),
            iouThreshold: try required(options.iouThreshold), scaleY: try required(options.scaleY),
            scaleX: try required(options.scaleX), scaleH: try required(options.scaleH), scaleW: try required(options.scaleW))
    }

    private func required<T>(_ value: T?) throws -> T {
        guard let value else { throw Tensor.Unsound() }
        return value
    }
}
