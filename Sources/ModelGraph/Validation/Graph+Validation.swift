import Tensors

extension Graph {
    /// Far above any model for a small board.
    private static let maximumConstantOperandByteCount = 1 << 30

    /// Proves that the layers form a graph that the engine can run, then makes it.
    ///
    /// Proven: indices; that each layer reads only inputs, constants and what earlier layers wrote; that nothing is written twice; the byte
    /// counts of constants; quantisation (zero points in the type's range, one scale or one each slice); for each layer the number of
    /// operands, their types, that the output's shape follows from the inputs, and that its options are in range. Not proven: what only
    /// arithmetic knows, such as the range of scale ratios and accumulators, and values that are read at run time (indices of GATHER_ND,
    /// divisors).
    /// - Throws: `GraphError` with the path of the first fact that does not hold.
    package init(name: String, tensors: [Tensor], layers: [Layer], inputs: [Int], outputs: [Int]) throws(GraphError) {
        for (index, tensor) in tensors.enumerated() { try tensor.check(path: "tensors[\(index)]") }
        /// Whether a tensor's elements are known when the next layer runs.
        var isAvailable = tensors.map { $0.constant != nil }
        guard !inputs.isEmpty else { throw GraphError(path: "inputs", reason: "is empty, a model needs at least one input") }
        guard !outputs.isEmpty else { throw GraphError(path: "outputs", reason: "is empty, a model needs at least one output") }
        for (position, index) in inputs.enumerated() {
            var path: String { "inputs[\(position)]" }
            guard tensors.indices.contains(index) else {
                throw GraphError(path: path, reason: "is \(index), there are \(tensors.count) tensors")
            }
            guard !isAvailable[index] else {
                throw GraphError(path: path, reason: "is tensor \(index), which is a constant or listed twice")
            }
            guard tensors[index].quantization?.isPerAxis != true else {
                throw GraphError(path: path, reason: "is tensor \(index), which has a scale for each slice; only constants may")
            }
            isAvailable[index] = true
        }
        var constantOperandByteCount = 0
        var isComputed = [Bool](repeating: false, count: tensors.count)
        for layer in layers {
            for (position, index) in layer.inputs.enumerated() {
                guard let index else { continue }
                var path: String { "operators[\(layer.sourceIndex)].inputs[\(position)]" }
                guard tensors.indices.contains(index) else {
                    throw GraphError(path: path, reason: "is \(index), there are \(tensors.count) tensors")
                }
                guard isAvailable[index] else {
                    throw GraphError(
                        path: path, reason: "reads tensor \(index) ('\(tensors[index].shortName)'), which no earlier operator computes")
                }
            }
            for (position, index) in layer.outputs.enumerated() {
                var path: String { "operators[\(layer.sourceIndex)].outputs[\(position)]" }
                guard tensors.indices.contains(index) else {
                    throw GraphError(path: path, reason: "is \(index), there are \(tensors.count) tensors")
                }
                guard !isAvailable[index] else {
                    throw GraphError(
                        path: path,
                        reason: "writes tensor \(index) ('\(tensors[index].shortName)'), which is a constant, an input or computed already")
                }
                isAvailable[index] = true
                isComputed[index] = true
            }
            // Rules look at constants once for each use, so this bounds their time.
            for index in layer.inputs { constantOperandByteCount += index.flatMap { tensors[$0].constant?.count } ?? 0 }
            guard constantOperandByteCount <= Self.maximumConstantOperandByteCount else {
                throw GraphError(
                    path: "operators[\(layer.sourceIndex)]",
                    reason: "brings the constants that operators read above \(Self.maximumConstantOperandByteCount) bytes")
            }
            try LayerCheck(layer: layer, tensors: tensors).run()
        }
        for (position, index) in outputs.enumerated() {
            var path: String { "outputs[\(position)]" }
            guard tensors.indices.contains(index) else {
                throw GraphError(path: path, reason: "is \(index), there are \(tensors.count) tensors")
            }
            guard isComputed[index] else {
                throw GraphError(path: path, reason: "is tensor \(index) ('\(tensors[index].shortName)'), which no operator computes")
            }
        }
        self.init(unchecked: name, tensors: tensors, layers: layers, inputs: inputs, outputs: outputs)
    }
}

extension Graph.Tensor {
    /// The name, cut for messages.
    var shortName: String { name.unicodeScalars.count <= 64 ? name : "\(name.prefix(61))..." }

    /// Facts that hold for a tensor by itself.
    func check(path: @autoclosure () -> String) throws(GraphError) {
        if let constant, constant.count != byteCount {
            throw GraphError(path: path(), reason: "has \(constant.count) constant bytes, its type and shape need \(byteCount)")
        }
        guard let quantization else { return }
        guard let range = elementType.storedRange else {
            throw GraphError(path: "\(path()).quantization", reason: "is given, but \(elementType.rawValue) elements are not quantised")
        }
        for (index, zeroPoint) in quantization.zeroPoints.enumerated() where !range.contains(zeroPoint) {
            throw GraphError(
                path: "\(path()).quantization.zero_point[\(index)]",
                reason: "is \(zeroPoint), must be \(range.lowerBound)...\(range.upperBound) for \(elementType.rawValue)")
        }
        guard let axis = quantization.axis else { return }
        if let index = quantization.zeroPoints.firstIndex(where: { $0 != 0 }) {
            throw GraphError(
                path: "\(path()).quantization.zero_point[\(index)]",
                reason: "is \(quantization.zeroPoints[index]), must be 0 where each slice has a scale")
        }
        guard axis >= 0, axis < shape.rank, shape[axis] == quantization.scales.count else {
            throw GraphError(
                path: "\(path()).quantization",
                reason: "has \(quantization.scales.count) scales along axis \(axis), which does not fit the shape \(shape)")
        }
    }
}

extension ElementType {
    /// The stored values of quantised elements; nil for types that are not quantised.
    var storedRange: ClosedRange<Int32>? {
        switch self {
        case .int8: -128...127
        case .uint8: 0...255
        case .int16: -32_768...32_767
        case .int32: Int32.min...Int32.max
        case .int64, .float32, .bool: nil
        }
    }
}
