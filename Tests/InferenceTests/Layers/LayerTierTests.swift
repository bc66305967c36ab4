import Inference
import ModelGraph
import Tensors
import Testing

/// Layers without weights on every tier against the scalar norm, bit for bit.
struct LayerTierTests {
    static let fastTiers = Tier.available.filter { $0 != .reference }
    static let counts = Array(1...10) + [15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 127, 128, 129]

    private func tensor(
        _ type: ElementType, _ extents: [Int], scale: Float = 0.5, zeroPoint: Int32 = 3, constant: [UInt8]? = nil
    ) throws -> Graph.Tensor {
        Graph.Tensor(
            name: "t", elementType: type, shape: try #require(Shape(extents)),
            quantization: type == .int8 || type == .uint8 ? Quantization(scales: [scale], zeroPoints: [zeroPoint]) : nil,
            constant: constant?[...])
    }

    private func expectEqual(
        _ kind: LayerKind, _ inputs: [(Graph.Tensor, [UInt8])], _ outputs: [Graph.Tensor], _ what: @autoclosure () -> String
    ) throws {
        let layer = Layer(kind: kind, inputs: Array(inputs.indices), outputs: outputs.indices.map { $0 + inputs.count }, sourceIndex: 0)
        let graph = try Graph(
            name: "one layer", tensors: inputs.map(\.0) + outputs, layers: [layer],
            inputs: inputs.indices.filter { inputs[$0].0.constant == nil }, outputs: layer.outputs)
        let values = Dictionary(uniqueKeysWithValues: inputs.map(\.1).enumerated().map { ($0, $1) })
        let expected = try SingleLayer.run(graph, values: values)
        for tier in Self.fastTiers {
            let actual = try SingleLayer.run(graph, values: values, tier: tier)
            if actual != expected { Issue.record("\(tier): \(kind) \(inputs.map(\.0.shape)): \(what())") }
        }
    }

    private func zeroPoint(_ type: ElementType, _ random: inout SplitMix) -> Int32 {
        type == .int8 ? Int32.random(in: -128...127, using: &random) : Int32.random(in: 0...255, using: &random)
    }

    /// All pairs of elements, for scales of all proportions: whatever form a layer takes, it equals the norm.
    @Test(arguments: [Elementwise.add, .subtract, .multiply], [ElementType.uint8, .int8])
    func allPairsEqualTheNorm(operation: Elementwise, type: ElementType) throws {
        var random = SplitMix(seed: 31)
        let (all, first) = ((0..<65_536).map { UInt8($0 & 255) }, (0..<65_536).map { UInt8($0 >> 8) })
        for index in 0..<24 {
            // Equal scales and halves make ties; one scale may be next to nothing.
            let a = Float.random(in: 0.001...1, using: &random)
            let b = index % 6 == 0 ? a : index % 6 == 1 ? a / 2 : index % 6 == 2 ? 1e-6 : Float.random(in: 0.001...1, using: &random)
            let both = operation == .multiply ? a * b * 100 : max(a, b)
            let y = index % 4 == 0 ? 2 * both : both * Float.random(in: 0.3...2, using: &random)
            let activation = [Activation.none, .relu, .relu6][index % 3]
            let zeros = (0..<3).map { _ in zeroPoint(type, &random) }
            try expectEqual(
                .elementwise(operation, activation: activation),
                [
                    (try tensor(type, [65_536], scale: a, zeroPoint: zeros[0]), first),
                    (try tensor(type, [65_536], scale: b, zeroPoint: zeros[1]), all),
                ], [try tensor(type, [65_536], scale: y, zeroPoint: zeros[2])], "scales \(a), \(b), \(y), zero points \(zeros)")
        }
    }

    @Test(arguments: [Elementwise.add, .subtract, .multiply], Fill.allCases)
    func pairsOfAllShapesEqualTheNorm(operation: Elementwise, fill: Fill) throws {
        var random = SplitMix(seed: 32)
        for count in Self.counts {
            for (a, b) in [
                ([count], [count]), ([3, count], [count]), ([count], [7, count]), ([5, count], [5, 1]), ([5, 1], [1, count]),
                ([2, 3, count], [2, 1, count]), ([2, 3, count], [2, 1, 1]), ([1, 3, 1], [2, 1, count]), ([40, count], [1, count]),
            ] {
                let rank = max(a.count, b.count)
                func extent(_ shape: [Int], _ axis: Int) -> Int { axis < rank - shape.count ? 1 : shape[axis - rank + shape.count] }
                let y = (0..<rank).map { max(extent(a, $0), extent(b, $0)) }
                let type = count.isMultiple(of: 2) ? ElementType.uint8 : .int8
                let inputs = try [(a, Float(0.31)), (b, 0.17)].map { shape, scale in
                    (
                        try tensor(type, shape, scale: scale, zeroPoint: 5),
                        fill.bytes(count: shape.reduce(1, *), isSigned: type == .int8, using: &random)
                    )
                }
                try expectEqual(
                    .elementwise(operation, activation: .none), inputs, [try tensor(type, y, scale: 0.44, zeroPoint: 9)], "\(fill)")
            }
        }
    }

    @Test func tablesAndConversionsEqualTheNorm() throws {
        var random = SplitMix(seed: 33)
        for count in Self.counts + [1000] {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            for type in [ElementType.uint8, .int8] {
                let x = (try tensor(type, [count], scale: 0.07, zeroPoint: 11), bytes)
                for kind in [LayerKind.unary(.hardSwish), .unary(.leakyRelu(alpha: 0.1)), .unary(.relu6), .quantize] {
                    try expectEqual(kind, [x], [try tensor(type, [count], scale: 0.05, zeroPoint: 4)], "\(type)")
                }
                try expectEqual(.dequantize, [x], [try tensor(.float32, [count])], "\(type)")
                let numbers = (0..<count).map { index -> Float in
                    // Halves of steps, and neighbours of halves.
                    let half = Float(Int.random(in: -600...600, using: &random)) * 0.25
                    return index % 3 == 0 ? half : index % 3 == 1 ? half.nextUp : [.nan, .infinity, -1e30, 1e30][index % 4]
                }
                try expectEqual(
                    .quantize, [(try tensor(.float32, [count]), numbers.withUnsafeBytes(Array.init))],
                    [try tensor(type, [count], scale: 0.5, zeroPoint: 4)], "\(type)")
            }
            let parts = try [0.07, 0.11].map { (try tensor(.uint8, [3, count], scale: $0, zeroPoint: 11), bytes + bytes + bytes) }
            try expectEqual(
                .concatenation(axis: 1, activation: .none), parts, [try tensor(.uint8, [3, 2 * count], scale: 0.1, zeroPoint: 8)], "")
        }
    }

    @Test(arguments: [(false, false), (true, false), (false, true)])
    func resizesEqualTheNorm(alignsCorners: Bool, usesHalfPixelCenters: Bool) throws {
        var random = SplitMix(seed: 34)
        for channels in Self.counts {
            for (from, to) in [
                ([3, 3], [5, 9]), ([5, 4], [10, 8]), ([1, 1], [4, 3]), ([7, 6], [3, 4]), ([3, 5], [33, 17]), ([2, 3], [7, 11]),
            ] {
                let count = from.reduce(2 * channels, *)
                for (type, fill) in [ElementType.uint8, .int8].flatMap({ type in Fill.allCases.map { (type, $0) } }) {
                    let x = (try tensor(type, [2] + from + [channels]), fill.bytes(count: count, isSigned: type == .int8, using: &random))
                    let y = [try tensor(type, [2] + to + [channels])]
                    try expectEqual(
                        .resizeBilinear(alignsCorners: alignsCorners, usesHalfPixelCenters: usesHalfPixelCenters), [x], y,
                        "\(type) \(fill) to \(to)")
                    try expectEqual(
                        .resizeNearestNeighbor(alignsCorners: alignsCorners, usesHalfPixelCenters: usesHalfPixelCenters), [x], y,
                        "\(type) \(fill) to \(to)")
                }
            }
        }
    }

    @Test(arguments: [ElementType.uint8, .int8], Fill.allCases)
    func poolsAndMeansEqualTheNorm(type: ElementType, fill: Fill) throws {
        var random = SplitMix(seed: 35)
        for channels in Self.counts {
            let bytes = fill.bytes(count: 2 * 7 * 6 * channels, isSigned: type == .int8, using: &random)
            let x = (try tensor(type, [2, 7, 6, channels]), bytes)
            for (window, stride, padding, height, width) in [
                (3, 1, Padding.same, 7, 6), (5, 1, .same, 7, 6), (2, 2, .valid, 3, 3), (3, 2, .same, 4, 3), (6, 1, .valid, 2, 1),
            ] {
                let pool = Pool2D(
                    windowHeight: window, windowWidth: window, strideHeight: stride, strideWidth: stride, padding: padding,
                    activation: channels.isMultiple(of: 3) ? .relu6 : .none)
                let y = [try tensor(type, [2, height, width, channels])]
                try expectEqual(.maximumPool2D(pool), [x], y, "\(type) \(fill) \(window)")
                try expectEqual(.averagePool2D(pool), [x], y, "\(type) \(fill) \(window)")
            }
            for (axes, shape) in [([1, 2], [2, 1, 1, channels]), ([0, 1, 2], [1, 1, 1, channels]), ([3], [2, 7, 6, 1])] {
                try expectEqual(
                    .mean(axes: axes, keepsAxes: true), [x], [try tensor(type, shape, scale: 0.4, zeroPoint: 7)], "\(type) \(fill)")
            }
        }
    }

    @Test(arguments: [ElementType.uint8, .int8], Fill.allCases)
    func softmaxAndPositionsEqualTheNorm(type: ElementType, fill: Fill) throws {
        var random = SplitMix(seed: 36)
        for depth in Self.counts + [191, 192, 193, 600, 5000] {
            let rowCount = depth > 1000 ? 2 : 9
            let bytes = fill.bytes(count: rowCount * depth, isSigned: type == .int8, using: &random)
            for scale in [Float(0.3), 0.01] {
                let y = try tensor(type, [rowCount, depth], scale: 1 / 256, zeroPoint: type == .int8 ? -128 : 0)
                try expectEqual(.softmax(beta: 1), [(try tensor(type, [rowCount, depth], scale: scale), bytes)], [y], "\(type) \(fill)")
            }
            // Few different values, so that the largest occurs often.
            let few = bytes.map { $0 & 0x83 }
            for (axis, shape, position) in [(1, [rowCount], ElementType.int64), (1, [rowCount], .int32), (0, [depth], .int32)] {
                for values in [bytes, few] {
                    try expectEqual(
                        .argMax(axis: axis), [(try tensor(type, [rowCount, depth]), values)], [try tensor(position, shape)],
                        "\(type) \(fill)")
                }
            }
        }
    }

    @Test func movementsEqualTheNorm() throws {
        var random = SplitMix(seed: 37)
        for count in Self.counts {
            let type = count.isMultiple(of: 3) ? ElementType.float32 : .int8
            let bytes = { (elements: Int, random: inout SplitMix) in
                (0..<elements * type.byteCount).map { _ in UInt8.random(in: 0...255, using: &random) }
            }
            let x = (try tensor(type, [2, 18, count]), bytes(36 * count, &random))
            try expectEqual(.transpose(permutation: [0, 2, 1]), [x], [try tensor(type, [2, count, 18])], "\(type)")
            try expectEqual(.transpose(permutation: [2, 1, 0]), [x], [try tensor(type, [count, 18, 2])], "\(type)")
            try expectEqual(.transpose(permutation: [1, 0, 2]), [x], [try tensor(type, [18, 2, count])], "\(type)")
            try expectEqual(
                .pad(before: [0, 1, 2], after: [1, 0, 3], value: nil), [x], [try tensor(type, [3, 19, count + 5])], "\(type)")
            try expectEqual(
                .stridedSlice(begins: [0, 17, 0], strides: [1, -2, 1], extents: [2, 9, count]), [x], [try tensor(type, [2, 9, count])],
                "\(type)")
            try expectEqual(
                .stridedSlice(begins: [0, 1, 0], strides: [1, 3, 1], extents: [2, 5, count]), [x], [try tensor(type, [2, 5, count])],
                "\(type)")
            try expectEqual(
                .split(axis: 1), [x], [try tensor(type, [2, 9, count]), try tensor(type, [2, 9, count])], "\(type)")
            let other = (try tensor(type, [2, 18, 5]), bytes(180, &random))
            try expectEqual(
                .concatenation(axis: 2, activation: .none), [x, other], [try tensor(type, [2, 18, count + 5])], "\(type)")
        }
    }
}
