import Tensors

/// Layers that compute each element from the elements at the same place, or change its type.
extension LayerCheck {
    func elementwise(_ operation: Elementwise, _ activation: Activation) throws(GraphError) {
        try expect(inputs: 2...2)
        let (a, b, y) = (try input(0), try input(1), try output())
        let types: [ElementType] =
            switch operation {
            case .add, .subtract, .multiply, .divide, .maximum, .minimum: [.int8, .uint8, .int32, .float32]
            case .floorDivide: [.int32, .float32]
            }
        try type(a, in: types, "inputs[0]")
        try sameType([(a.elementType, "inputs[0]"), (b.elementType, "inputs[1]"), (y.elementType, "outputs[0]")])
        guard let extents = Self.broadcast(a.shape, b.shape) else {
            throw error("inputs[1]", "has shape \(b.shape), which does not broadcast with \(a.shape)")
        }
        try outputShape(is: extents)
        for (tensor, field) in [(a, "inputs[0]"), (b, "inputs[1]"), (y, "outputs[0]")] { try oneScale(tensor, field) }
        switch operation {
        case .floorDivide, .maximum, .minimum:
            guard activation == .none else { throw error("activation", "is \(activation.rawValue), this operator has none") }
        case .add, .subtract, .multiply, .divide: break
        }
        if operation == .divide || operation == .floorDivide, a.elementType == .int32, let divisors = b.constant {
            let hasZero = stride(from: divisors.startIndex, to: divisors.endIndex, by: 4).contains { start in
                divisors[start..<start + 4].allSatisfy { $0 == 0 }
            }
            guard !hasZero else { throw error("inputs[1]", "divides by 0") }
        }
    }

    func unary(_ operation: Unary) throws(GraphError) {
        let types: [ElementType] =
            switch operation {
            case .logistic, .relu, .relu6, .reluN1To1, .hardSwish, .leakyRelu: Self.eightBitOrFloat
            case .squareRoot: [.float32]
            }
        let (x, y) = try oneToOne(types)
        try outputShape(is: x.shape.extents)
        if case .logistic = operation { try probabilities(y) }
        if case .leakyRelu(let alpha) = operation, !alpha.isFinite || abs(alpha) > 1_000 {
            throw error("alpha", "is \(alpha), must be -1000...1000")
        }
    }

    func prelu() throws(GraphError) {
        try expect(inputs: 2...2)
        let (x, alpha, y) = (try input(0), try input(1), try output())
        try type(x, in: Self.eightBitOrFloat, "inputs[0]")
        try sameType([(x.elementType, "inputs[0]"), (alpha.elementType, "inputs[1]"), (y.elementType, "outputs[0]")])
        for (tensor, field) in [(x, "inputs[0]"), (alpha, "inputs[1]"), (y, "outputs[0]")] { try oneScale(tensor, field) }
        guard alpha.constant != nil else { throw error("inputs[1]", "the slopes are computed by the model, they must be constant") }
        guard Self.broadcast(x.shape, alpha.shape) == x.shape.extents else {
            throw error("inputs[1]", "has shape \(alpha.shape), which does not broadcast to \(x.shape)")
        }
        try outputShape(is: x.shape.extents)
    }

    func softmax(beta: Float) throws(GraphError) {
        let (x, y) = try oneToOne(Self.eightBitOrFloat)
        guard x.shape.rank >= 1 else { throw error("inputs[0]", "is a scalar, softmax needs an axis") }
        guard beta.isFinite, beta > 0, beta <= 1_000 else { throw error("beta", "is \(beta), must be above 0 and at most 1000") }
        try outputShape(is: x.shape.extents)
        try probabilities(y)
    }

    func quantize() throws(GraphError) {
        try expect(inputs: 1...1)
        let (x, y) = (try input(0), try output())
        try type(x, in: [.float32, .int8, .uint8, .int16], "inputs[0]")
        try type(y, in: [.int8, .uint8, .int16], "outputs[0]")
        if x.elementType != .float32 { try anyScale(x, "inputs[0]") }
        try anyScale(y, "outputs[0]")
        try outputShape(is: x.shape.extents)
    }

    func dequantize() throws(GraphError) {
        try expect(inputs: 1...1)
        let (x, y) = (try input(0), try output())
        try type(x, in: [.int8, .uint8, .int16], "inputs[0]")
        try type(y, in: [.float32], "outputs[0]")
        try anyScale(x, "inputs[0]")
        try outputShape(is: x.shape.extents)
    }

    func cast() throws(GraphError) {
        try expect(inputs: 1...1)
        try outputShape(is: try input(0).shape.extents)
    }

    // MARK: Parts

    /// The format fixes the scale of outputs in 0...1 to 1/256 from the type's least value.
    private func probabilities(_ y: Graph.Tensor) throws(GraphError) {
        guard let quantization = y.quantization, let range = y.elementType.storedRange, Self.eightBit.contains(y.elementType) else {
            return
        }
        guard abs(quantization.scale - 1 / 256) <= 0.001 / 256, quantization.zeroPoint == range.lowerBound else {
            throw error(
                "outputs[0]",
                "has scale \(quantization.scale) and zero point \(quantization.zeroPoint), must be 1/256 and \(range.lowerBound)")
        }
    }

    private func anyScale(_ tensor: Graph.Tensor, _ field: String) throws(GraphError) {
        guard let quantization = tensor.quantization, !quantization.isPerAxis else {
            throw error(field, "tensor '\(tensor.shortName)' needs one scale")
        }
    }

    /// NumPy's rule: axes are aligned at the end, and an extent of 1 stretches. Nil when two extents differ.
    static func broadcast(_ a: Shape, _ b: Shape) -> [Int]? {
        let rank = max(a.rank, b.rank)
        var extents: [Int] = []
        for axis in 0..<rank {
            let left = axis < rank - a.rank ? 1 : a[axis - (rank - a.rank)]
            let right = axis < rank - b.rank ? 1 : b[axis - (rank - b.rank)]
            guard left == right || left == 1 || right == 1 else { return nil }
            extents.append(max(left, right))
        }
        return extents
    }
}
