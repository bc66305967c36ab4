import Inference
import ModelGraph
import Tensors
import Testing

/// The norm against numbers worked out by hand.
@Suite struct ReferenceConvolutionTests {
    private func tensor(
        _ name: String, _ type: ElementType, _ extents: [Int], scale: Float = 1, zeroPoint: Int32 = 0, constant: [UInt8]? = nil
    ) throws -> Graph.Tensor {
        Graph.Tensor(
            name: name, elementType: type, shape: try #require(Shape(extents)),
            quantization: Quantization(scales: [scale], zeroPoints: [zeroPoint]), constant: constant.map { $0[...] })
    }

    private func littleEndian(_ values: [Int32]) -> [UInt8] {
        values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    }

    private func output(_ kind: LayerKind, _ tensors: [Graph.Tensor], x: [UInt8]) throws -> [[UInt8]] {
        let layer = Layer(kind: kind, inputs: tensors.count == 4 ? [0, 1, 2] : [0, 1], outputs: [tensors.count - 1], sourceIndex: 0)
        let graph = try Graph(name: "hand", tensors: tensors, layers: [layer], inputs: [0], outputs: [tensors.count - 1])
        let outputs = try Tier.available.map { try run(graph, inputs: [x], tier: $0)[0] }
        return outputs
    }

    @Test func paddingOfTwoByTwoKernelLiesBehindTheImage() throws {
        // x = 1 2 / 3 4, kernel of ones, stride 1, SAME: half of the missing line, rounded down, is 0 in front.
        let tensors = [
            try tensor("x", .uint8, [1, 2, 2, 1]), try tensor("w", .uint8, [1, 2, 2, 1], constant: [1, 1, 1, 1]),
            try tensor("y", .uint8, [1, 2, 2, 1]),
        ]
        let convolution = Convolution2D(strideHeight: 1, strideWidth: 1, padding: .same, activation: .none)
        for bytes in try output(.convolution2D(convolution), tensors, x: [1, 2, 3, 4]) { #expect(bytes == [10, 6, 7, 4]) }
    }

    @Test func zeroPointsBiasScaleAndReluAreApplied() throws {
        // (x - 10) = -5 0 5; w - 2 = 3; bias 1: sums -14 1 16; times 0.5 * 1 / 1 = -7 0.5 8 -> -7 1 8 (tie away from zero); + 4: -3 5 12.
        let tensors = [
            try tensor("x", .uint8, [1, 1, 3, 1], scale: 0.5, zeroPoint: 10),
            try tensor("w", .uint8, [1, 1, 1, 1], zeroPoint: 2, constant: [5]),
            try tensor("b", .int32, [1], scale: 0.5, constant: littleEndian([1])), try tensor("y", .uint8, [1, 1, 3, 1], zeroPoint: 4),
        ]
        let none = Convolution2D(strideHeight: 1, strideWidth: 1, padding: .valid, activation: .none)
        for bytes in try output(.convolution2D(none), tensors, x: [5, 10, 15]) { #expect(bytes == [0, 5, 12]) }
        var relu = none
        relu.activation = .relu6
        for bytes in try output(.convolution2D(relu), tensors, x: [5, 10, 15]) { #expect(bytes == [4, 5, 10]) }
    }

    @Test func transposedConvolutionScattersWithItsStride() throws {
        // Two inputs 1 and 2, kernel 1 10 100, stride 2, VALID: 1 10 100+2 20 200 -> 1 10 102 20 200.
        let tensors = [
            try tensor("x", .uint8, [1, 1, 2, 1]), try tensor("w", .uint8, [1, 1, 3, 1], constant: [1, 10, 100]),
            try tensor("y", .uint8, [1, 1, 5, 1]),
        ]
        let convolution = Convolution2D(strideHeight: 1, strideWidth: 2, padding: .valid, activation: .none)
        for bytes in try output(.transposeConvolution2D(convolution), tensors, x: [1, 2]) { #expect(bytes == [1, 10, 102, 20, 200]) }
    }

    @Test func depthMultiplierGivesNeighbouringChannelsTheSameInput() throws {
        let tensors = [
            try tensor("x", .uint8, [1, 1, 1, 2]), try tensor("w", .uint8, [1, 1, 1, 4], constant: [1, 2, 3, 4]),
            try tensor("y", .uint8, [1, 1, 1, 4]),
        ]
        let convolution = Convolution2D(strideHeight: 1, strideWidth: 1, padding: .same, activation: .none)
        for bytes in try output(.depthwiseConvolution2D(convolution, depthMultiplier: 2), tensors, x: [10, 20]) {
            #expect(bytes == [10, 20, 60, 80])
        }
    }

    @Test func fullyConnectedTreatsLeadingExtentsAsRows() throws {
        // Rows (1,2) and (3,4) of int8 times rows (1,1) and (1,-1).
        let tensors = [
            try tensor("x", .int8, [1, 2, 2]), try tensor("w", .int8, [2, 2], constant: [1, 1, 1, 255]),
            try tensor("y", .int8, [1, 2, 2]),
        ]
        for bytes in try output(.fullyConnected(activation: .none), tensors, x: [1, 2, 3, 4]) { #expect(bytes == [3, 255, 7, 255]) }
    }

    @Test func scaleProductOfUnsignedLayersIsRoundedToSinglePrecision() throws {
        // 0.1f * 0.3f is 0.030000001192092896 in float32 and 0.030000001341104507 in double; with an output scale of the first one
        // the multiplier is exactly 1 for uint8, a little above 1 for int8: a sum of 1 << 27 or so would show it, here the plan must work.
        let product = Float(0.1) * Float(0.3)
        #expect(Double(product) != Double(Float(0.1)) * Double(Float(0.3)))
        let tensors = [
            try tensor("x", .uint8, [1, 1, 1, 1], scale: 0.1), try tensor("w", .uint8, [1, 1, 1, 1], scale: 0.3, constant: [7]),
            try tensor("y", .uint8, [1, 1, 1, 1], scale: product),
        ]
        let convolution = Convolution2D(strideHeight: 1, strideWidth: 1, padding: .same, activation: .none)
        for bytes in try output(.convolution2D(convolution), tensors, x: [9]) { #expect(bytes == [63]) }
    }
}
