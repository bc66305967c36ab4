import Tensors

/// Proves the facts of one layer; the extensions in this folder hold the rules, a file a topic.
///
/// Indices have been proven before. Roles ("weights", "bias") name operands in messages, since the file may order them otherwise.
struct LayerCheck {
    let layer: Layer
    let tensors: [Graph.Tensor]

    static let eightBit: [ElementType] = [.int8, .uint8]
    static let eightBitOrFloat: [ElementType] = [.int8, .uint8, .float32]
    /// Strides and dilations: far above any real model, and small enough that products stay far below 2^63.
    static let maximumStep = 65_535
    /// Windows of pools: taps are counted as work for each output element.
    static let maximumWindow = 4_096

    // MARK: Operands

    func expect(inputs: ClosedRange<Int>, outputs: ClosedRange<Int> = 1...1) throws(GraphError) {
        guard inputs.contains(layer.inputs.count) else {
            throw error("inputs", "has \(layer.inputs.count) elements, this operator takes \(inputs.lowerBound)...\(inputs.upperBound)")
        }
        guard outputs.contains(layer.outputs.count) else {
            throw error("outputs", "has \(layer.outputs.count) elements, this operator gives \(outputs.lowerBound)...\(outputs.upperBound)")
        }
    }

    func input(_ position: Int) throws(GraphError) -> Graph.Tensor {
        guard let tensor = optionalInput(position) else { throw error("inputs[\(position)]", "is absent") }
        return tensor
    }

    func optionalInput(_ position: Int) -> Graph.Tensor? {
        guard position < layer.inputs.count, let index = layer.inputs[position] else { return nil }
        return tensors[index]
    }

    /// All inputs of a layer where none is optional.
    func requiredInputs() throws(GraphError) -> [Graph.Tensor] {
        var inputs: [Graph.Tensor] = []
        for position in layer.inputs.indices { inputs.append(try input(position)) }
        return inputs
    }

    func output(_ position: Int = 0) throws(GraphError) -> Graph.Tensor {
        guard position < layer.outputs.count else { throw error("outputs[\(position)]", "is absent") }
        return tensors[layer.outputs[position]]
    }

    // MARK: Facts

    /// The output has exactly this shape.
    func outputShape(is extents: [Int], at position: Int = 0) throws(GraphError) {
        let shape = try output(position).shape
        guard shape.extents == extents else {
            throw error("outputs[\(position)]", "has shape \(shape), the operator gives \(Self.text(extents))")
        }
    }

    func rank(_ tensor: Graph.Tensor, is rank: Int, _ field: String, _ role: String) throws(GraphError) {
        guard tensor.shape.rank == rank else { throw error(field, "the \(role) has shape \(tensor.shape), must have \(rank) axes") }
    }

    func type(_ tensor: Graph.Tensor, in types: [ElementType], _ field: String) throws(GraphError) {
        guard !types.contains(tensor.elementType) else { return }
        let hint =
            tensor.elementType == .float32 && types == Self.eightBit ? " (convert the model with full integer quantisation)" : ""
        throw error(
            field, "is \(tensor.elementType.rawValue), this operator takes \(types.map(\.rawValue).joined(separator: ", "))\(hint)")
    }

    /// All fields have the type of the first.
    func sameType(_ fields: [(ElementType, String)]) throws(GraphError) {
        for (type, field) in fields.dropFirst() where type != fields[0].0 {
            throw error(field, "is \(type.rawValue), must be \(fields[0].0.rawValue) as \(fields[0].1)")
        }
    }

    /// A tensor of 8-bit elements has one scale; others need none.
    func oneScale(_ tensor: Graph.Tensor, _ field: String) throws(GraphError) {
        guard Self.eightBit.contains(tensor.elementType) else { return }
        guard let quantization = tensor.quantization else {
            throw error(field, "tensor '\(tensor.shortName)' is \(tensor.elementType.rawValue) without a scale")
        }
        guard !quantization.isPerAxis else {
            throw error(field, "tensor '\(tensor.shortName)' has a scale for each slice, one for the tensor is needed")
        }
    }

    /// Values of both tensors mean the same, within the tolerance that the format's own runtime allows (1e-6 of scale).
    func sameQuantization(_ x: Graph.Tensor, _ y: Graph.Tensor, _ field: String) throws(GraphError) {
        guard let a = x.quantization, let b = y.quantization else { return }
        guard abs(a.scale - b.scale) <= 1e-6, a.zeroPoint == b.zeroPoint else {
            throw error(
                field,
                "has scale \(b.scale) and zero point \(b.zeroPoint), the other side has \(a.scale) and \(a.zeroPoint); they must agree")
        }
    }

    /// A whole operator on 8-bit tensors or floats: one input, one output, the same type, one scale each.
    func oneToOne(_ types: [ElementType]) throws(GraphError) -> (x: Graph.Tensor, y: Graph.Tensor) {
        try expect(inputs: 1...1)
        let (x, y) = (try input(0), try output())
        try type(x, in: types, "inputs[0]")
        try sameType([(x.elementType, "inputs[0]"), (y.elementType, "outputs[0]")])
        try oneScale(x, "inputs[0]")
        try oneScale(y, "outputs[0]")
        return (x, y)
    }

    func range(_ value: Int, in range: ClosedRange<Int>, _ name: String) throws(GraphError) {
        guard range.contains(value) else {
            throw error(name, "is \(value), must be \(range.lowerBound)...\(range.upperBound)")
        }
    }

    func axis(_ axis: Int, of shape: Shape) throws(GraphError) {
        guard axis >= 0, axis < shape.rank else { throw error("axis", "is \(axis), the tensor has shape \(shape)") }
    }

    func error(_ field: String, _ reason: String) -> GraphError {
        GraphError(path: "operators[\(layer.sourceIndex)].\(field)", reason: reason)
    }

    static func text(_ extents: [Int]) -> String { "[" + extents.map(String.init).joined(separator: ",") + "]" }

    // MARK: Rules

    func run() throws(GraphError) {
        switch layer.kind {
        case .convolution2D(let options): try convolution2D(options)
        case .depthwiseConvolution2D(let options, let multiplier): try depthwiseConvolution2D(options, depthMultiplier: multiplier)
        case .transposeConvolution2D(let options): try transposeConvolution2D(options)
        case .fullyConnected: try fullyConnected()
        case .elementwise(let operation, let activation): try elementwise(operation, activation)
        case .unary(let operation): try unary(operation)
        case .gate: try outputShape(is: try oneToOne(Self.eightBit).x.shape.extents)
        case .prelu: try prelu()
        case .concatenation(let axis, let activation): try concatenation(axis: axis, activation)
        case .split(let axis): try split(axis: axis)
        case .stridedSlice(let begins, let strides, let extents): try stridedSlice(begins, strides, extents)
        case .pad(let before, let after, let value): try pad(before, after, value)
        case .reshape: try reshape()
        case .transpose(let permutation): try transpose(permutation)
        case .pack(let axis): try pack(axis: axis)
        case .unpack(let axis): try unpack(axis: axis)
        case .averagePool2D(let pool), .maximumPool2D(let pool): try pool2D(pool)
        case .mean(let axes, let keepsAxes): try mean(axes, keepsAxes: keepsAxes)
        case .softmax(let beta): try softmax(beta: beta)
        case .quantize: try quantize()
        case .dequantize: try dequantize()
        case .cast: try cast()
        case .resizeBilinear(let corners, let centers), .resizeNearestNeighbor(let corners, let centers):
            try resize(alignsCorners: corners, usesHalfPixelCenters: centers)
        case .argMax(let axis): try argMax(axis: axis)
        case .gatherND: try gatherND()
        case .detectionPostProcess(let options): try detectionPostProcess(options)
        }
    }
}
