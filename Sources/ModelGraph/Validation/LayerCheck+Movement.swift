import Tensors

/// Layers that move elements without changing them.
extension LayerCheck {
    func concatenation(axis: Int, _ activation: Activation) throws(GraphError) {
        try expect(inputs: 1...Int.max)
        let (parts, y) = (try requiredInputs(), try output())
        let first = parts[0]
        try self.axis(axis, of: first.shape)
        guard activation == .none else { throw error("activation", "is \(activation.rawValue), a concatenation has none") }
        var extents = first.shape.extents
        extents[axis] = 0
        for (position, part) in parts.enumerated() {
            let field = "inputs[\(position)]"
            try sameType([(y.elementType, "outputs[0]"), (part.elementType, field)])
            guard part.shape.rank == first.shape.rank else {
                throw error(field, "has shape \(part.shape), the first input has \(first.shape)")
            }
            for other in extents.indices where other != axis && part.shape[other] != first.shape[other] {
                throw error(field, "has shape \(part.shape), the first input has \(first.shape); only axis \(axis) may differ")
            }
            // Bound: at most 4096 parts of at most 2^24.
            extents[axis] += part.shape[axis]
            guard Self.eightBit.contains(part.elementType), part.quantization != nil || y.quantization != nil else { continue }
            try oneScale(part, field)
            try oneScale(y, "outputs[0]")
            // Only uint8 files may rescale while they concatenate.
            if part.elementType == .int8 { try sameQuantization(y, part, field) }
        }
        try outputShape(is: extents)
    }

    func split(axis: Int) throws(GraphError) {
        try expect(inputs: 1...1, outputs: 1...Int.max)
        let x = try input(0)
        try self.axis(axis, of: x.shape)
        let count = layer.outputs.count
        guard x.shape[axis] % count == 0 else {
            throw error("outputs", "has \(count) parts, axis \(axis) of \(x.shape) cannot be divided by that")
        }
        var extents = x.shape.extents
        extents[axis] /= count
        for position in 0..<count {
            try sameType([(x.elementType, "inputs[0]"), (try output(position).elementType, "outputs[\(position)]")])
            try outputShape(is: extents, at: position)
        }
    }

    func stridedSlice(_ begins: [Int], _ strides: [Int], _ extents: [Int]) throws(GraphError) {
        let (x, y) = try oneToOneMove()
        guard begins.count == x.shape.rank, strides.count == x.shape.rank, extents.count == x.shape.rank else {
            throw error("begin", "a begin, stride and extent is needed for each axis of \(x.shape)")
        }
        for axis in 0..<x.shape.rank {
            try range(extents[axis], in: 1...x.shape[axis], "extent")
            try range(begins[axis], in: 0...x.shape[axis] - 1, "begin")
            // Bound: extent <= 2^24, |stride| <= 2^31.
            try range(strides[axis], in: Int(Int32.min)...Int(Int32.max), "stride")
            try range(begins[axis] + (extents[axis] - 1) * strides[axis], in: 0...x.shape[axis] - 1, "end")
        }
        guard y.shape.rank <= x.shape.rank, y.shape.extents.filter({ $0 != 1 }) == extents.filter({ $0 != 1 }) else {
            throw error("outputs[0]", "has shape \(y.shape), the slice has \(Self.text(extents))")
        }
    }

    func pad(_ before: [Int], _ after: [Int], _ value: Int32?) throws(GraphError) {
        let (x, y) = try oneToOneMove()
        guard before.count == x.shape.rank, after.count == x.shape.rank else {
            throw error("paddings", "two are needed for each axis of \(x.shape)")
        }
        var extents = x.shape.extents
        for axis in extents.indices {
            try range(before[axis], in: 0...Shape.maximumExtent, "paddings[\(axis)][0]")
            try range(after[axis], in: 0...Shape.maximumExtent, "paddings[\(axis)][1]")
            extents[axis] += before[axis] + after[axis]
        }
        try outputShape(is: extents)
        try sameQuantization(x, y, "outputs[0]")
        // Of float32 the value holds the bits, and any bits are a number or none.
        if let value, x.elementType != .float32 {
            guard let allowed = x.elementType.storedRange, allowed.contains(value) else {
                throw error("value", "is \(value), which \(x.elementType.rawValue) cannot hold")
            }
        }
        // Without a value the output's zero point fills.
        if value == nil { try oneScale(y, "outputs[0]") }
    }

    func reshape() throws(GraphError) {
        let (x, y) = try oneToOneMove()
        guard x.shape.elementCount == y.shape.elementCount else {
            throw error("outputs[0]", "has shape \(y.shape), which does not hold the elements of \(x.shape)")
        }
    }

    func transpose(_ permutation: [Int]) throws(GraphError) {
        let (x, _) = try oneToOneMove()
        guard permutation.sorted() == Array(0..<x.shape.rank) else {
            throw error("permutation", "\(permutation) is not an order of the axes of \(x.shape)")
        }
        try outputShape(is: permutation.map { x.shape[$0] })
    }

    func pack(axis: Int) throws(GraphError) {
        try expect(inputs: 1...Int.max)
        let (parts, y) = (try requiredInputs(), try output())
        let shape = parts[0].shape
        guard axis >= 0, axis <= shape.rank else { throw error("axis", "is \(axis), the inputs have shape \(shape)") }
        for (position, part) in parts.enumerated() {
            try sameType([(y.elementType, "outputs[0]"), (part.elementType, "inputs[\(position)]")])
            guard part.shape == shape else {
                throw error("inputs[\(position)]", "has shape \(part.shape), the first input has \(shape)")
            }
        }
        var extents = shape.extents
        extents.insert(parts.count, at: axis)
        try outputShape(is: extents)
    }

    func unpack(axis: Int) throws(GraphError) {
        try expect(inputs: 1...1, outputs: 1...Int.max)
        let x = try input(0)
        try self.axis(axis, of: x.shape)
        guard x.shape[axis] == layer.outputs.count else {
            throw error("outputs", "has \(layer.outputs.count) parts, axis \(axis) of \(x.shape) has \(x.shape[axis])")
        }
        var extents = x.shape.extents
        extents.remove(at: axis)
        for position in layer.outputs.indices {
            try sameType([(x.elementType, "inputs[0]"), (try output(position).elementType, "outputs[\(position)]")])
            try outputShape(is: extents, at: position)
        }
    }

    /// Inputs params [...] and indices [...,K]: each K numbers choose what is left of params behind its first K axes.
    func gatherND() throws(GraphError) {
        try expect(inputs: 2...2)
        let (x, indices, y) = (try input(0), try input(1), try output())
        try sameType([(x.elementType, "inputs[0]"), (y.elementType, "outputs[0]")])
        try type(indices, in: [.int32], "inputs[1]")
        guard let depth = indices.shape.extents.last, depth <= x.shape.rank else {
            throw error("inputs[1]", "has shape \(indices.shape), its last axis must be 1...\(x.shape.rank) for \(x.shape)")
        }
        try outputShape(is: Array(indices.shape.extents.dropLast()) + Array(x.shape.extents.dropFirst(depth)))
    }

    /// One input, one output, of one type.
    private func oneToOneMove() throws(GraphError) -> (x: Graph.Tensor, y: Graph.Tensor) {
        try expect(inputs: 1...1)
        let (x, y) = (try input(0), try output())
        try sameType([(x.elementType, "inputs[0]"), (y.elementType, "outputs[0]")])
        return (x, y)
    }
}
