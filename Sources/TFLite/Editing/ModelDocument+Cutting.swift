/// Why a model cannot be cut where somebody wants it.
package enum CutError: Error, Sendable, Equatable, CustomStringConvertible {
    /// No tensor has that name or index.
    case noSuchTensor(String, similar: [String])
    /// The tensor is an input or a constant: nothing computes it.
    case notComputed(String)
    /// The model has no global pool, so the place must be named.
    case noPool(candidates: [String])

    package var description: String {
        switch self {
        case .noSuchTensor(let name, let similar):
            "no tensor is named '\(name)'" + (similar.isEmpty ? "" : "; vectors of this model are " + Self.list(similar))
        case .notComputed(let name): "tensor '\(name)' is an input or a constant of the model, there is nothing to keep before it"
        case .noPool(let candidates):
            "the model has no global pool; name the tensor to cut at"
                + (candidates.isEmpty ? "" : ", for example one of its vectors " + Self.list(candidates))
        }
    }

    private static func list(_ names: [String]) -> String { names.prefix(8).map { "'\($0)'" }.joined(separator: ", ") }
}

extension ModelDocument {
    /// Makes a computed tensor the only output and leaves out every operator, tensor and weight that it does not need.
    /// - Parameter tensor: an index among `tensors`.
    package mutating func cut(at tensor: Int) throws(CutError) {
        guard tensors.indices.contains(tensor) else { throw .noSuchTensor("\(tensor)", similar: []) }
        guard operators.contains(where: { $0.outputs.contains(Int32(tensor)) }) else { throw .notComputed(tensors[tensor].name) }
        var needed: Set<Int32> = [Int32(tensor)]
        var kept: [Operator] = []
        for operation in operators.reversed() where operation.outputs.contains(where: needed.contains) {
            kept.append(operation)
            needed.formUnion(operation.inputs.filter { $0 >= 0 })
            needed.formUnion(operation.outputs)
        }
        inputs = inputs.filter(needed.contains)
        outputs = [Int32(tensor)]
        operators = kept.reversed()
        leaveOut(tensorsBut: needed)
    }

    /// The output of the global pool: the last MEAN or pool that leaves one value for each channel of a map.
    package func globalPool() throws(CutError) -> Int {
        let pools: Set<Int32> = [BuiltinOperator.mean.rawValue, BuiltinOperator.averagePool2D.rawValue, BuiltinOperator.maxPool2D.rawValue]
        for operation in operators.reversed() where pools.contains(operation.code.code) {
            guard let output = operation.outputs.first, let input = operation.inputs.first, input >= 0 else { continue }
            let (from, to) = (tensors[Int(input)], tensors[Int(output)])
            if from.shape.count == 4, Self.isVector(to), from.shape.last == to.shape.last { return Int(output) }
        }
        throw .noPool(candidates: vectorNames)
    }

    /// The tensor that a person means: a name, or an index.
    package func tensor(_ text: String) throws(CutError) -> Int {
        if let index = tensor(named: text) { return index }
        if let index = Int(text), tensors.indices.contains(index) { return index }
        throw .noSuchTensor(text, similar: vectorNames)
    }

    /// Computed vectors, the last ones first: what can be an embedding.
    private var vectorNames: [String] {
        operators.reversed().flatMap(\.outputs).map { tensors[Int($0)] }.filter(Self.isVector).map(\.name)
    }

    /// [1,C], [1,1,1,C] and their like, with more than one element.
    private static func isVector(_ tensor: Tensor) -> Bool {
        guard let last = tensor.shape.last, last > 1 else { return false }
        return tensor.shape.dropLast().allSatisfy { $0 == 1 }
    }

    private mutating func leaveOut(tensorsBut needed: Set<Int32>) {
        var places: [Int32: Int32] = [-1: -1]
        var keptTensors: [Tensor] = []
        var keptBuffers: [ArraySlice<UInt8>] = [[]]
        var bufferPlaces: [Int: Int] = [0: 0]
        for index in needed.sorted() {
            places[index] = Int32(keptTensors.count)
            var tensor = tensors[Int(index)]
            let place = bufferPlaces[tensor.buffer] ?? keptBuffers.count
            if place == keptBuffers.count {
                bufferPlaces[tensor.buffer] = place
                keptBuffers.append(buffers[tensor.buffer])
            }
            tensor.buffer = place
            keptTensors.append(tensor)
        }
        func moved(_ indices: [Int32]) -> [Int32] { indices.compactMap { places[$0] } }
        tensors = keptTensors
        buffers = keptBuffers
        inputs = moved(inputs)
        outputs = moved(outputs)
        for index in operators.indices {
            operators[index].inputs = moved(operators[index].inputs)
            operators[index].outputs = moved(operators[index].outputs)
        }
    }
}
