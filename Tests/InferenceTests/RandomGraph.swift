import ModelGraph
import Tensors
import Testing

/// A graph of layers that may leave bytes where they are, or write over them: rows of five bytes are cut, joined and changed at random.
struct RandomGraph {
    private(set) var tensors: [Graph.Tensor] = []
    private(set) var layers: [Layer] = []
    private var random: SplitMix
    private let elementType: ElementType
    private static let rowLength = 5

    static func make(seed: UInt64) throws -> Graph {
        var builder = RandomGraph(seed: seed)
        let inputs = [try builder.add(rows: 4), try builder.add(rows: 2)]
        _ = try builder.add(rows: 2, isConstant: true)
        let count = Int.random(in: 1...24, using: &builder.random)
        while builder.layers.count < count { try builder.addLayer() }
        let computed = (3..<builder.tensors.count).shuffled(using: &builder.random)
        return try Graph(
            name: "seed \(seed)", tensors: builder.tensors, layers: builder.layers, inputs: inputs,
            outputs: Array(computed.prefix(Int.random(in: 1...4, using: &builder.random))))
    }

    private init(seed: UInt64) {
        random = SplitMix(seed: seed)
        elementType = seed.isMultiple(of: 2) ? .uint8 : .int8
    }

    /// Nil rows make a vector.
    private mutating func add(rows: Int?, isConstant: Bool = false, zeroPoint: Int32 = 3) throws -> Int {
        let extents = (rows.map { [$0] } ?? []) + [Self.rowLength]
        let count = extents.reduce(1, *)
        let constant = isConstant ? (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }[...] : nil
        tensors.append(
            Graph.Tensor(
                name: "t\(tensors.count)", elementType: elementType, shape: try #require(Shape(extents)),
                quantization: Quantization(scales: [0.5], zeroPoints: [zeroPoint]), constant: constant))
        return tensors.count - 1
    }

    private mutating func pick(_ isFit: (Graph.Tensor) -> Bool = { _ in true }) -> Int? {
        // Late tensors more often: chains.
        let fits = tensors.indices.filter { isFit(tensors[$0]) }
        return (0..<3).compactMap { _ in fits.randomElement(using: &random) }.max()
    }

    private mutating func append(_ kind: LayerKind, _ inputs: [Int], rows: [Int?], zeroPoint: Int32 = 3) throws {
        let outputs = try rows.map { try add(rows: $0, zeroPoint: zeroPoint) }
        layers.append(Layer(kind: kind, inputs: inputs, outputs: outputs, sourceIndex: layers.count))
    }

    private mutating func addLayer() throws {
        guard let x = pick() else { return }
        let count = tensors[x].rows
        switch Int.random(in: 0..<10, using: &random) {
        case 0: try append(.unary(.relu), [x], rows: [count])
        case 1: try append(.quantize, [x], rows: [count], zeroPoint: Bool.random(using: &random) ? 3 : 40)
        case 2:
            let other = pick { $0.rows == count || $0.rows == 1 && count != nil } ?? x
            try append(.elementwise(.add, activation: .none), Bool.random(using: &random) ? [x, other] : [other, x], rows: [count])
        case 3:
            guard let count, let parts = (2...4).filter({ count.isMultiple(of: $0) }).randomElement(using: &random) else { return }
            try append(.split(axis: 0), [x], rows: Array(repeating: count / parts, count: parts))
        case 4:
            guard let count else { return }
            let first = Int.random(in: 0..<count, using: &random)
            let extent = Int.random(in: 1...count - first, using: &random)
            try append(.stridedSlice(begins: [first, 0], strides: [1, 1], extents: [extent, Self.rowLength]), [x], rows: [extent])
        case 5:
            guard let count else { return }
            try append(.unpack(axis: 0), [x], rows: Array(repeating: nil, count: count))
        case 6:
            guard let vector = pick({ $0.rows == nil }) else { return }
            let others = (0..<Int.random(in: 0...2, using: &random)).compactMap { _ in pick { $0.rows == nil } }
            try append(.pack(axis: 0), [vector] + others, rows: [1 + others.count])
        case 7:
            guard count == 1 || count == nil else { return }
            try append(.reshape, [x], rows: [count == nil ? 1 : nil])
        default:
            let parts = (0..<Int.random(in: 1...3, using: &random)).compactMap { _ in
                pick { $0.rows != nil && $0.quantization?.zeroPoint == 3 }
            }
            try append(.concatenation(axis: 0, activation: .none), parts, rows: [parts.reduce(0) { $0 + (tensors[$1].rows ?? 0) }])
        }
    }
}

extension Graph.Tensor {
    /// Nil for a vector.
    fileprivate var rows: Int? { shape.rank == 2 ? shape[0] : nil }
}
