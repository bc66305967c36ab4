import ModelGraph

/// A graph that gives the same bits with less work. The reference tier runs graphs as they are, so tests compare the two.
extension Graph {
    /// With margins in place of layers that pad, and gates in place of a function and a multiplication.
    func rewritten() -> Graph {
        var rewriting = Rewriting(self)
        rewriting.foldMargins()
        rewriting.formGates()
        guard rewriting.isChanged else { return self }
        // A graph that cannot be made, which is our mistake, costs speed only.
        return (try? rewriting.graph()) ?? self
    }
}

/// A graph under change: layers are replaced or dropped, tensors stay.
struct Rewriting {
    let original: Graph
    /// Nil for layers that are gone.
    var layers: [Layer?] { didSet { isChanged = true } }
    private(set) var isChanged = false
    /// The layers that read each tensor.
    private(set) var readers: [[Int]]
    /// The layer that fills each tensor.
    private(set) var writers: [Int?]

    init(_ graph: Graph) {
        original = graph
        layers = graph.layers
        readers = Array(repeating: [], count: graph.tensors.count)
        writers = Array(repeating: nil, count: graph.tensors.count)
        for (index, layer) in graph.layers.enumerated() {
            for case let tensor? in layer.inputs where readers[tensor].last != index { readers[tensor].append(index) }
            for tensor in layer.outputs { writers[tensor] = index }
        }
    }

    func graph() throws(GraphError) -> Graph {
        try Graph(
            name: original.name, tensors: original.tensors, layers: layers.compactMap { $0 }, inputs: original.inputs,
            outputs: original.outputs)
    }

    /// Whether the tensor is neither an input nor an output of the graph.
    func isInner(_ tensor: Int) -> Bool { !original.inputs.contains(tensor) && !original.outputs.contains(tensor) }

    /// Whether the tensor is of no use to anybody but the given layers.
    func isPrivate(_ tensor: Int, to layers: [Int]) -> Bool {
        isInner(tensor) && readers[tensor].allSatisfy(layers.contains)
    }
}
