import ModelGraph
import Tensors
import Testing

/// What each layer demands of its operands.
@Suite("Layers")
struct LayerTests {
    static let same = Convolution2D(strideHeight: 1, strideWidth: 1, padding: .same, activation: .none)
    static let valid2 = Convolution2D(strideHeight: 2, strideWidth: 2, padding: .valid, activation: .none)

    // MARK: Weights

    @Test func outputOfConvolutionFollowsFromPaddingStrideAndDilation() {
        #expect(weighted(.convolution2D(Self.same), [1, 5, 7, 2], [4, 3, 3, 2], [1, 5, 7, 4]) == nil)
        #expect(weighted(.convolution2D(Self.valid2), [1, 5, 7, 2], [4, 3, 3, 2], [1, 2, 3, 4]) == nil)
        var dilated = Self.valid2
        dilated.dilationWidth = 3
        #expect(weighted(.convolution2D(dilated), [1, 5, 7, 2], [4, 3, 3, 2], [1, 2, 1, 4]) == nil)
        #expect(
            weighted(.convolution2D(Self.same), [1, 5, 7, 2], [4, 3, 3, 2], [1, 5, 7, 3])
                == "operators[0].outputs[0]: has shape [1,5,7,3], the operator gives [1,5,7,4]")
        #expect(
            weighted(.convolution2D(Self.same), [1, 5, 7, 3], [4, 3, 3, 2], [1, 5, 7, 4])
                == "operators[0].inputs[0]: has 3 channels (shape [1,5,7,3]), the weights [4,3,3,2] expect 2")
        #expect(
            weighted(.convolution2D(Self.valid2), [1, 2, 7, 2], [4, 3, 3, 2], [1, 1, 3, 4])
                == "operators[0].inputs[1]: the weights [4,3,3,2] with dilation do not fit into [1,2,7,2] without padding")
    }

    @Test func convolutionsRunOnEightBitsWithConstantWeights() {
        let (x, w, y) = ([1, 4, 4, 1], [1, 1, 1, 1], [1, 4, 4, 1])
        let kind = LayerKind.convolution2D(Self.same)
        #expect(
            weighted(kind, x, w, y) {
                $0[0].elementType = .float32; $0[0].quantization = nil
            }
                == "operators[0].inputs[0]: is float32, this operator takes int8, uint8 (convert the model with full integer quantisation)")
        #expect(
            weighted(kind, x, w, y) { $0[1].elementType = .uint8 } == "operators[0].inputs[1]: is uint8, must be int8 as inputs[0]")
        #expect(
            weighted(kind, x, w, y) { $0[0].quantization = nil } == "operators[0].inputs[0]: tensor 't0' is int8 without a scale")
        #expect(
            weighted(kind, x, w, y) { $0[1].quantization = Quantization(scales: [1], zeroPoints: [3]) }
                == "operators[0].inputs[1]: the int8 weights have zero point 3, must be 0")
        #expect(weighted(kind, x, w, y) { $0[1].quantization = nil } == "operators[0].inputs[1]: the weights have no scale")
        #expect(
            refusal(kind, [x, w], [y]) == "operators[0].inputs[1]: the weights are computed by the model, they must be constant")
    }

    @Test func scalesOfWeightsLieAlongTheirOutputChannels() {
        let quantization = { (axis: Int) in Quantization(scales: [1, 2, 3], zeroPoints: [0, 0, 0], axis: axis) }
        let (x, y) = ([1, 4, 4, 3], [1, 4, 4, 3])
        #expect(weighted(.convolution2D(Self.same), x, [3, 1, 1, 3], y) { $0[1].quantization = quantization(0) } == nil)
        #expect(
            weighted(.convolution2D(Self.same), x, [3, 1, 1, 3], y) { $0[1].quantization = quantization(3) }
                == "operators[0].inputs[1]: the weights have scales along axis 3, must be along axis 0")
        let depthwise = LayerKind.depthwiseConvolution2D(Self.same, depthMultiplier: 1)
        #expect(weighted(depthwise, x, [1, 1, 1, 3], y) { $0[1].quantization = quantization(3) } == nil)
    }

    @Test func biasHasOneInt32ForEachChannel() {
        let (x, w, y) = ([1, 4, 4, 1], [2, 1, 1, 1], [1, 4, 4, 2])
        let kind = LayerKind.convolution2D(Self.same)
        #expect(weighted(kind, x, w, y, bias: [2]) == nil)
        #expect(weighted(kind, x, w, y, bias: [3]) == "operators[0].inputs[2]: the bias has 3 elements, the weights have 2 channels")
        #expect(
            weighted(kind, x, w, y, bias: [2]) { $0[3].elementType = .float32 }
                == "operators[0].inputs[2]: the bias is float32, must be int32")
    }

    @Test func depthwiseWeightsHaveAFilterForEachInputChannel() {
        let kind = LayerKind.depthwiseConvolution2D(Self.same, depthMultiplier: 2)
        #expect(weighted(kind, [1, 4, 4, 3], [1, 3, 3, 6], [1, 4, 4, 6]) == nil)
        #expect(
            weighted(kind, [1, 4, 4, 3], [1, 3, 3, 5], [1, 4, 4, 5])
                == "operators[0].inputs[1]: the weights have shape [1,3,3,5], must be [1,KH,KW,6] for [1,4,4,3]")
    }

    @Test func transposedConvolutionMustLeadBackToItsInput() {
        let twice = Convolution2D(strideHeight: 2, strideWidth: 2, padding: .same, activation: .none)
        let kind = LayerKind.transposeConvolution2D(twice)
        #expect(weighted(kind, [1, 4, 4, 2], [3, 3, 3, 2], [1, 8, 7, 3]) == nil)
        #expect(
            weighted(kind, [1, 4, 4, 2], [3, 3, 3, 2], [1, 9, 8, 3])
                == "operators[0].outputs[0]: has shape [1,9,8,3], which strides and weights do not lead back to [1,4,4,2]")
    }

    @Test func fullyConnectedTakesItsInputAsRows() {
        let kind = LayerKind.fullyConnected(activation: .none)
        for (x, y) in [([2, 6], [2, 4]), ([1, 2, 6], [2, 4]), ([1, 2, 6], [1, 2, 4]), ([2, 3, 2], [2, 4])] {
            #expect(weighted(kind, x, [4, 6], y) == nil, "\(x) \(y)")
        }
        #expect(
            weighted(kind, [2, 5], [4, 6], [2, 4])
                == "operators[0].inputs[0]: has shape [2,5], which is not rows of 6 elements as the weights [4,6] expect")
    }

    // MARK: Elements

    @Test func elementwiseShapesBroadcast() {
        let add = LayerKind.elementwise(.add, activation: .none)
        for (a, b, y) in [
            ([2, 3], [3], [2, 3]), ([1, 4, 4, 2], [1, 1, 1, 2], [1, 4, 4, 2]), ([3], [], [3]), ([2, 1], [1, 3], [2, 3]),
        ] {
            #expect(refusal(add, [a, b], [y]) == nil, "\(a) \(b)")
        }
        #expect(refusal(add, [[2, 3], [2]], [[2, 3]]) == "operators[0].inputs[1]: has shape [2], which does not broadcast with [2,3]")
        #expect(refusal(add, [[2], [2]], [[3]]) == "operators[0].outputs[0]: has shape [3], the operator gives [2]")
    }

    @Test func constantDivisorsAreNotZero() {
        let divide = LayerKind.elementwise(.floorDivide, activation: .none)
        #expect(refusal(divide, [[2], [2]], [[2]], types: [.int32]) == nil)
        #expect(
            refusal(divide, [[2], [2]], [[2]], types: [.int32]) { $0[1].constant = [1, 0, 0, 0, 0, 0, 0, 0] }
                == "operators[0].inputs[1]: divides by 0")
    }

    @Test func probabilitiesHaveTheirFixedScale() {
        let softmax = LayerKind.softmax(beta: 1)
        let fixed = { (tensors: inout [Graph.Tensor]) in tensors[1].quantization = Quantization(scales: [1 / 256], zeroPoints: [-128]) }
        #expect(refusal(softmax, [[1, 3]], [[1, 3]], change: fixed) == nil)
        #expect(refusal(.unary(.logistic), [[1, 3]], [[1, 3]], change: fixed) == nil)
        #expect(
            refusal(softmax, [[1, 3]], [[1, 3]])
                == "operators[0].outputs[0]: has scale 0.5 and zero point 0, must be 1/256 and -128")
        #expect(refusal(.softmax(beta: .nan), [[3]], [[3]], change: fixed) == "operators[0].beta: is nan, must be above 0 and at most 1000")
    }

    @Test func typesOfConversionsAreFixed() {
        #expect(refusal(.quantize, [[3]], [[3]], types: [.float32], outputType: .int8) == nil)
        #expect(refusal(.dequantize, [[3]], [[3]], outputType: .float32) == nil)
        #expect(refusal(.cast, [[3]], [[3]], types: [.int64], outputType: .float32) == nil)
        #expect(refusal(.quantize, [[3]], [[3]], types: [.int32], outputType: .int8)?.contains("is int32") == true)
        #expect(refusal(.quantize, [[3]], [[4]], types: [.float32], outputType: .int8)?.contains("has shape [4]") == true)
        #expect(refusal(.dequantize, [[3]], [[3]])?.contains("is int8, this operator takes float32") == true)
    }

    @Test func slopesBroadcastToTheInput() {
        let constant = { (tensors: inout [Graph.Tensor]) in tensors[1].constant = [UInt8](repeating: 0, count: tensors[1].byteCount)[...] }
        #expect(refusal(.prelu, [[1, 4, 4, 2], [1, 1, 2]], [[1, 4, 4, 2]], change: constant) == nil)
        #expect(
            refusal(.prelu, [[2], [3, 2]], [[2]], change: constant)
                == "operators[0].inputs[1]: has shape [3,2], which does not broadcast to [2]")
        #expect(refusal(.prelu, [[2], [2]], [[2]])?.contains("must be constant") == true)
    }

    @Test func slopesAndSwishesTakeFloats() {
        let constant = { (tensors: inout [Graph.Tensor]) in tensors[1].constant = [UInt8](repeating: 0, count: tensors[1].byteCount)[...] }
        #expect(refusal(.unary(.hardSwish), [[2, 3]], [[2, 3]], types: [.float32]) == nil)
        #expect(refusal(.unary(.leakyRelu(alpha: 0.1)), [[2, 3]], [[2, 3]], types: [.float32]) == nil)
        #expect(refusal(.prelu, [[2, 3], [3]], [[2, 3]], types: [.float32], change: constant) == nil)
        #expect(
            refusal(.unary(.hardSwish), [[3]], [[3]], types: [.int32])
                == "operators[0].inputs[0]: is int32, this operator takes int8, uint8, float32")
        #expect(refusal(.prelu, [[3], [3]], [[3]], types: [.float32, .int8])?.contains("must be float32 as inputs[0]") == true)
        #expect(refusal(.prelu, [[3], [3]], [[3]], types: [.float32])?.contains("must be constant") == true)
    }

    private func weighted(
        _ kind: LayerKind, _ x: [Int], _ weights: [Int], _ y: [Int], bias: [Int]? = nil, change: (inout [Graph.Tensor]) -> Void = { _ in }
    ) -> String? {
        var builder = GraphBuilder()
        let inputs = [builder.tensor(x), builder.tensor(weights, constant: true)]
        let output = builder.tensor(y)
        let third = bias.map { builder.tensor($0, .int32, constant: true) }
        change(&builder.tensors)
        do {
            _ = try builder.graph(kind, inputs + [third], [output])
            return nil
        } catch {
            return error.description
        }
    }
}
