import Inference
import ModelGraph
import Tensors
import Testing

/// What layers do where LiteRT stops or is undefined: a value instead of a trap. And what is refused, by the graph or by `prepare`.
struct LayerEdgesTests {
    private func tensor(
        _ type: ElementType, _ extents: [Int], scale: Float = 0.5, zeroPoint: Int32 = 3, constant: [UInt8]? = nil
    ) throws -> Graph.Tensor {
        let isQuantized = type == .int8 || type == .uint8
        return Graph.Tensor(
            name: "t", elementType: type, shape: try #require(Shape(extents)),
            quantization: isQuantized ? Quantization(scales: [scale], zeroPoints: [zeroPoint]) : nil, constant: constant?[...])
    }

    private func run(
        _ kind: LayerKind, _ inputs: [(Graph.Tensor, [UInt8])], _ outputs: [Graph.Tensor]
    ) throws -> [[UInt8]] {
        let layer = Layer(
            kind: kind, inputs: Array(inputs.indices), outputs: outputs.indices.map { $0 + inputs.count }, sourceIndex: 7)
        let graph = try Graph(
            name: "one layer", tensors: inputs.map(\.0) + outputs, layers: [layer],
            inputs: inputs.indices.filter { inputs[$0].0.constant == nil }, outputs: layer.outputs)
        return try SingleLayer.run(graph, values: Dictionary(uniqueKeysWithValues: inputs.map(\.1).enumerated().map { ($0, $1) }))
    }

    /// Whether the graph or `prepare` refuses; traps are not caught, and other errors are recorded.
    private func isRefused(_ what: String, _ body: () throws -> [[UInt8]]) -> Bool {
        do {
            _ = try body()
            return false
        } catch is GraphError {
            return true
        } catch is InferenceError {
            return true
        } catch {
            Issue.record("\(what): \(error)")
            return false
        }
    }

    private func bytes<T: BitwiseCopyable>(_ values: [T]) -> [UInt8] { values.withUnsafeBytes(Array.init) }

    private func floats(_ bytes: [UInt8]) -> [Float] {
        bytes.withUnsafeBytes { raw in (0..<bytes.count / 4).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Float.self) } }
    }

    private func integers(_ bytes: [UInt8]) -> [Int32] {
        bytes.withUnsafeBytes { raw in (0..<bytes.count / 4).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Int32.self) } }
    }

    @Test func gatherGivesTheZeroPointForIndicesThatDoNotExist() throws {
        let x = (try tensor(.int8, [2, 3]), bytes([1, 2, 3, 4, 5, 6] as [Int8]))
        let positions = (try tensor(.int32, [4, 1]), bytes([1, -1, 2, Int32.min] as [Int32]))
        let result = try run(.gatherND, [x, positions], [try tensor(.int8, [4, 3])])
        #expect(result == [[4, 5, 6, 3, 3, 3, 3, 3, 3, 3, 3, 3]])
    }

    @Test func integerDivisionByZeroGivesZero() throws {
        let a = (try tensor(.int32, [4]), bytes([7, -7, .min, -7] as [Int32]))
        let b = (try tensor(.int32, [4]), bytes([0, 0, -1, 2] as [Int32]))
        for (operation, last) in [(Elementwise.divide, Int32(-3)), (.floorDivide, -4)] {
            let result = try run(.elementwise(operation, activation: .none), [a, b], [try tensor(.int32, [4])])
            #expect(integers(result[0]) == [0, 0, .min, last])
        }
    }

    @Test func quantizedDivisionByZeroGivesTheZeroPoint() throws {
        let a = (try tensor(.uint8, [2]), [9, 200] as [UInt8])
        let b = (try tensor(.uint8, [2]), [3, 5] as [UInt8])
        let result = try run(.elementwise(.divide, activation: .none), [a, b], [try tensor(.uint8, [2], scale: 4)])
        #expect(result[0][0] == 3)
        // 98.5 / 1 / 4, and the zero point.
        #expect(result[0][1] == 28)
    }

    @Test func quantizedDivisionOfSmallNumbersIsNearZero() throws {
        let a = (try tensor(.int8, [2], zeroPoint: 0), bytes([0, 1] as [Int8]))
        let b = (try tensor(.int8, [2], zeroPoint: 0), bytes([100, 100] as [Int8]))
        #expect(try run(.elementwise(.divide, activation: .none), [a, b], [try tensor(.int8, [2], scale: 1, zeroPoint: 5)]) == [[5, 5]])
    }

    @Test func softmaxOfManyEqualElementsIsZero() throws {
        let x = try tensor(.uint8, [1, 5000])
        let y = try tensor(.uint8, [1, 5000], scale: 1 / 256, zeroPoint: 0)
        let result = try run(.softmax(beta: 1), [(x, [UInt8](repeating: 9, count: 5000))], [y])
        #expect(result[0].allSatisfy { $0 == 0 })
    }

    @Test func softmaxOfLargeStepsIsAllOrNothing() throws {
        let x = try tensor(.uint8, [1, 3], scale: 1000)
        let y = try tensor(.uint8, [1, 3], scale: 1 / 256, zeroPoint: 0)
        #expect(try run(.softmax(beta: 1), [(x, [8, 9, 7])], [y]) == [[0, 255, 0]])
    }

    @Test func quantizationOfNumbersThatAreNoneSaturates() throws {
        let x = (try tensor(.float32, [5]), bytes([.infinity, -.infinity, .nan, 1e30, 0] as [Float]))
        #expect(try run(.quantize, [x], [try tensor(.int8, [5])]) == [bytes([127, -128, -128, 127, 3] as [Int8])])
    }

    @Test func castOfFloatsSaturates() throws {
        let x = (try tensor(.float32, [4]), bytes([3e9, -3e9, .nan, -1.9] as [Float]))
        let result = try run(.cast, [x], [try tensor(.int32, [4])])
        #expect(integers(result[0]) == [.max, .min, .max, -1])
    }

    @Test func resizeToALargeExtentStaysWithinTheInput() throws {
        let x = (try tensor(.int8, [1, 1, 2, 1]), bytes([-128, 127] as [Int8]))
        let result = try run(
            .resizeBilinear(alignsCorners: false, usesHalfPixelCenters: false), [x], [try tensor(.int8, [1, 1, 4096, 1])])
        #expect(result[0].last == 127 && result[0].first == 128)
    }

    @Test(arguments: [false, true])
    func detectionsOfNumbersThatAreNoneAreEmpty(regular: Bool) throws {
        let options = DetectionPostProcess(
            maxDetections: 3, maxClassesPerDetection: 1, detectionsPerClass: 3, usesRegularNMS: regular, classCount: 2,
            scoreThreshold: 0.1, iouThreshold: 0.5, scaleY: 1e-30, scaleX: 10, scaleH: 5, scaleW: 5)
        let boxes = (try tensor(.float32, [1, 2, 4]), bytes([Float](repeating: .infinity, count: 8)))
        let scores = (try tensor(.float32, [1, 2, 2]), bytes([Float](repeating: .nan, count: 4)))
        let anchors = (try tensor(.float32, [2, 4]), bytes([0.5, 0.5, 1, 1, 0.5, 0.5, 1, 1] as [Float]))
        let outputs = [
            try tensor(.float32, [1, 3, 4]), try tensor(.float32, [1, 3]), try tensor(.float32, [1, 3]), try tensor(.float32, [1]),
        ]
        let result = try run(.detectionPostProcess(options), [boxes, scores, anchors], outputs)
        #expect(result.allSatisfy { $0.allSatisfy { $0 == 0 } })
    }

    @Test func boxesThatEndBeforeTheyStartGiveNoDetections() throws {
        let options = DetectionPostProcess(
            maxDetections: 1, maxClassesPerDetection: 1, detectionsPerClass: 1, usesRegularNMS: false, classCount: 1,
            scoreThreshold: 0.1, iouThreshold: 0.5, scaleY: 10, scaleX: 10, scaleH: 5, scaleW: 5)
        let boxes = (try tensor(.float32, [1, 1, 4]), bytes([0, 0, 0, 0] as [Float]))
        let scores = (try tensor(.float32, [1, 1, 1]), bytes([0.9] as [Float]))
        let outputs = [
            try tensor(.float32, [1, 1, 4]), try tensor(.float32, [1, 1]), try tensor(.float32, [1, 1]), try tensor(.float32, [1]),
        ]
        for (height, count) in [(Float(1), Float(1)), (-1, 0)] {
            let anchors = (try tensor(.float32, [1, 4]), bytes([0.5, 0.5, height, 1]))
            let result = try run(.detectionPostProcess(options), [boxes, scores, anchors], outputs)
            #expect(floats(result[3]) == [count])
        }
    }

    @Test func shapesThatDoNotFitAreRefused() throws {
        let x = (try tensor(.int8, [2, 3]), [UInt8](repeating: 0, count: 6))
        let refused: [(LayerKind, [Int])] = [
            (.transpose(permutation: [0, 0]), [2, 3]), (.transpose(permutation: [1, 0]), [2, 3]),
            (.pad(before: [0, 0], after: [0, 1], value: nil), [2, 3]), (.pad(before: [-1, 0], after: [1, 0], value: nil), [2, 3]),
            (.stridedSlice(begins: [0, 0], strides: [1, 1], extents: [2, 4]), [2, 4]),
            (.stridedSlice(begins: [0, 2], strides: [1, -2], extents: [2, 3]), [2, 3]), (.split(axis: 2), [2, 3]),
            (.split(axis: 1), [2, 2]), (.unpack(axis: 0), [3]), (.argMax(axis: 5), [2]), (.mean(axes: [7], keepsAxes: true), [2, 1]),
            (.softmax(beta: 1), [3, 2]), (.softmax(beta: 1), [2, 3]), (.unary(.relu), [2, 4]), (.quantize, [7]),
            (.resizeNearestNeighbor(alignsCorners: false, usesHalfPixelCenters: false), [2, 3]),
            (
                .averagePool2D(
                    Pool2D(windowHeight: 1, windowWidth: 1, strideHeight: 1, strideWidth: 1, padding: .valid, activation: .none)), [2, 3]
            ),
            (.concatenation(axis: 0, activation: .none), [3, 3]), (.concatenation(axis: 0, activation: .relu), [2, 3]),
            (.unary(.leakyRelu(alpha: .nan)), [2, 3]),
        ]
        for (kind, extents) in refused {
            #expect(isRefused("\(kind)") { try run(kind, [x], [try tensor(.int8, extents)]) })
        }
    }

    @Test func poolsThatDoNotFitAreRefused() throws {
        let x = (try tensor(.int8, [1, 4, 4, 1]), [UInt8](repeating: 0, count: 16))
        for (window, stride, extent) in [(0, 1, 4), (2, 0, 4), (5, 1, 1), (2, 2, 3), (Int.max, 1, 4)] {
            let pool = Pool2D(
                windowHeight: window, windowWidth: window, strideHeight: stride, strideWidth: stride, padding: .valid, activation: .none)
            #expect(isRefused("\(pool)") { try run(.maximumPool2D(pool), [x], [try tensor(.int8, [1, extent, extent, 1])]) })
        }
    }

    @Test func scalesOfAbsurdSizeDoNotTrap() throws {
        let tiny = Float.leastNonzeroMagnitude * 100
        let all = bytes((0..<256).map { Int8(truncatingIfNeeded: $0) })
        for (from, to) in [(Float(1e30), Float(1e-30)), (1e-30, 1e30), (tiny, 1), (1, tiny), (1, 1e-9)] {
            let x = (try tensor(.int8, [256], scale: from, zeroPoint: -128), all)
            let slopes = (try tensor(.int8, [256], scale: from, zeroPoint: -128, constant: all), all)
            let ordinary = try tensor(.int8, [256], scale: to, zeroPoint: 127)
            let probability = try tensor(.int8, [256], scale: 1 / 256, zeroPoint: -128)
            let kinds: [LayerKind] = [
                .unary(.logistic), .unary(.relu), .unary(.relu6), .unary(.hardSwish), .unary(.leakyRelu(alpha: -3)), .quantize,
                .elementwise(.add, activation: .none), .elementwise(.multiply, activation: .relu6),
                .elementwise(.divide, activation: .none), .prelu,
            ]
            for kind in kinds {
                let isBinary: Bool =
                    switch kind {
                    case .elementwise, .prelu: true
                    default: false
                    }
                let y = kind == .unary(.logistic) ? probability : ordinary
                // A refusal is as good as a result.
                do { _ = try run(kind, isBinary ? [x, kind == .prelu ? slopes : x] : [x], [y]) } catch is InferenceError {}
            }
        }
    }
}
