import ModelGraph
import Tensors

/// Small graphs in tests: tensors by shape and type, one layer.
struct GraphBuilder {
    var tensors: [Graph.Tensor] = []

    /// Adds a tensor; 8-bit ones get scale 0.5 and zero point 0 unless told otherwise.
    mutating func tensor(
        _ extents: [Int], _ type: ElementType = .int8, scale: Float? = 0.5, zeroPoint: Int32 = 0, constant: Bool = false
    ) -> Int {
        guard let shape = Shape(extents) else { preconditionFailure("\(extents) is no shape") }
        let isQuantized = scale != nil && (type == .int8 || type == .uint8 || type == .int16)
        let bytes = [UInt8](repeating: 0, count: shape.elementCount * type.byteCount)
        tensors.append(
            Graph.Tensor(
                name: "t\(tensors.count)", elementType: type, shape: shape,
                quantization: isQuantized ? Quantization(scales: [scale ?? 1], zeroPoints: [zeroPoint]) : nil,
                constant: constant ? bytes[...] : nil))
        return tensors.count - 1
    }

    /// A graph of one layer whose inputs that are not constant are the graph's.
    func graph(_ kind: LayerKind, _ inputs: [Int?], _ outputs: [Int]) throws(GraphError) -> Graph {
        var seen: Set<Int> = []
        let own = inputs.compactMap { $0 }.filter { tensors[$0].constant == nil && seen.insert($0).inserted }
        return try Graph(
            name: "test", tensors: tensors, layers: [Layer(kind: kind, inputs: inputs, outputs: outputs, sourceIndex: 0)], inputs: own,
            outputs: outputs)
    }
}

/// Why one layer between tensors of these shapes is refused; nil when it is sound.
func refusal(
    _ kind: LayerKind, _ inputs: [[Int]], _ outputs: [[Int]], types: [ElementType] = [.int8], outputType: ElementType? = nil,
    change: (inout [Graph.Tensor]) -> Void = { _ in }
) -> String? {
    var builder = GraphBuilder()
    let sources = inputs.enumerated().map { position, extents in
        builder.tensor(extents, types[min(position, types.count - 1)])
    }
    let results = outputs.map { builder.tensor($0, outputType ?? types[0]) }
    change(&builder.tensors)
    do {
        _ = try builder.graph(kind, sources, results)
        return nil
    } catch {
        return error.description
    }
}
