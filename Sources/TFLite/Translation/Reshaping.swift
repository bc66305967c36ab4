import ModelGraph
import Tensors

/// Operators that give the same elements another shape or order: RESHAPE, SQUEEZE, EXPAND_DIMS, TRANSPOSE, PACK, UNPACK, CONCATENATION.
extension Operation {
    func reshape() throws(ModelFileError) -> Layer {
        try expect(inputs: 1...2)
        var target: [Int]
        var field: String
        if inputs.count == 2, inputs[1] != nil {
            target = try integers(1, "shape")
            field = "inputs[1]"
        } else {
            target = try requiredOptions().int32s(0, "new_shape")?.map(Int.init) ?? []
            field = "builtin_options.new_shape"
            // Old converters write [0] for a scalar.
            if target == [0] { target = [] }
        }
        let x = try inputTensor(0).shape
        let output = try outputTensor().shape
        guard let extents = Self.resolve(target, elementCount: x.elementCount) else {
            throw invalid(field, "asks for shape \(target), which \(x) cannot take")
        }
        guard extents == output.extents else { throw invalid(field, "asks for shape \(target), the output tensor has \(output)") }
        return layer(.reshape, inputs: inputs(1))
    }

    /// SQUEEZE and EXPAND_DIMS: axes of extent 1 go or come.
    func reshapeOfUnitAxes() throws(ModelFileError) -> Layer {
        try expect(inputs: kind == .expandDims ? 2...2 : 1...1)
        let x = try inputTensor(0).shape
        let output = try outputTensor().shape
        guard x.extents.filter({ $0 != 1 }) == output.extents.filter({ $0 != 1 }) else {
            throw invalid("outputs[0]", "has shape \(output), which \(kind.name) cannot make of \(x)")
        }
        if kind == .expandDims {
            let axes = try integers(1, "axis")
            guard axes.count == 1, output.rank == x.rank + 1 else { throw invalid("inputs[1]", "must be one axis") }
            let axis = try axis(axes[0], rank: output.rank, "inputs[1]")
            guard output[axis] == 1 else { throw invalid("inputs[1]", "is \(axis), an axis where the output \(output) is not 1") }
        }
        return layer(.reshape, inputs: inputs(1))
    }

    func transpose() throws(ModelFileError) -> Layer {
        try expect(inputs: 2...2)
        let rank = try inputTensor(0).shape.rank
        var permutation: [Int] = []
        for value in try integers(1, "permutation") { permutation.append(try axis(value, rank: rank, "inputs[1]")) }
        return layer(.transpose(permutation: permutation), inputs: inputs(1))
    }

    func pack() throws(ModelFileError) -> Layer {
        try expect(inputs: 1...Int.max)
        let options = try options()
        let count = Int(try options?.int32(0, "values_count") ?? 0)
        guard count == inputs.count else {
            throw invalid("builtin_options.values_count", "is \(count), there are \(inputs.count) inputs")
        }
        let axis = try axis(
            Int(try options?.int32(1, "axis") ?? 0), rank: try inputTensor(0).shape.rank + 1, "builtin_options.axis")
        return layer(.pack(axis: axis), inputs: inputs)
    }

    func unpack() throws(ModelFileError) -> Layer {
        try expect(inputs: 1...1, outputs: 1...Int.max)
        let options = try options()
        let count = Int(try options?.int32(0, "num") ?? 0)
        guard count == outputs.count else { throw invalid("builtin_options.num", "is \(count), there are \(outputs.count) outputs") }
        let axis = try axis(Int(try options?.int32(1, "axis") ?? 0), rank: try inputTensor(0).shape.rank, "builtin_options.axis")
        return layer(.unpack(axis: axis), inputs: inputs)
    }

    func concatenation() throws(ModelFileError) -> Layer {
        try expect(inputs: 1...Int.max)
        let options = try requiredOptions()
        let axis = try axis(Int(try options.int32(0, "axis")), rank: try inputTensor(0).shape.rank, "builtin_options.axis")
        return layer(.concatenation(axis: axis, activation: try activation(options, 1)), inputs: inputs)
    }

    /// A target shape with at most one -1, which takes what is left; nil when it cannot hold the elements.
    private static func resolve(_ target: [Int], elementCount: Int) -> [Int]? {
        guard target.count <= Shape.maximumRank, target.filter({ $0 == -1 }).count <= 1 else { return nil }
        guard let known = Shape(target.filter { $0 != -1 }), elementCount % known.elementCount == 0 else { return nil }
        let rest = elementCount / known.elementCount
        return rest == 1 || target.contains(-1) ? target.map { $0 == -1 ? rest : $0 } : nil
    }
}
