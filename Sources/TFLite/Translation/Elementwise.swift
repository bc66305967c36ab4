import ModelGraph

/// Operators that compute each element from the elements at the same place, and those that change its type.
extension Operation {
    /// Two inputs, broadcast.
    func elementwise(_ operation: Elementwise) throws(ModelFileError) -> Layer {
        try expect(inputs: 2...2)
        return layer(.elementwise(operation, activation: try activation(try options(), 0)), inputs: inputs)
    }

    /// One input, no options.
    func simple(_ kind: LayerKind) throws(ModelFileError) -> Layer {
        try expect(inputs: 1...1)
        return layer(kind, inputs: inputs)
    }

    func leakyRelu() throws(ModelFileError) -> Layer {
        try expect(inputs: 1...1)
        let alpha = try options()?.float32(0, "alpha") ?? 0
        return layer(.unary(.leakyRelu(alpha: alpha)), inputs: inputs)
    }

    func prelu() throws(ModelFileError) -> Layer {
        try expect(inputs: 2...2)
        return layer(.prelu, inputs: inputs)
    }

    func softmax() throws(ModelFileError) -> Layer {
        try expect(inputs: 1...1)
        return layer(.softmax(beta: try requiredOptions().float32(0, "beta")), inputs: inputs)
    }
}
