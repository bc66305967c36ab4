import ModelGraph
import TFLite
import Tensors
import TestKit
import Testing

/// What each operator of a file becomes.
@Suite("Translation")
struct TranslationTests {
    @Test func convolutionKeepsItsOptionsAndOperands() throws {
        var model = SmallModels.convolution()
        model.operators[0][4] = .table([0: .uint8(0), 1: .int32(1), 2: .int32(1), 3: .uint8(3), 4: .int32(2), 5: .int32(3)])
        let graph = try read(model)
        let options = Convolution2D(
            strideHeight: 1, strideWidth: 1, dilationHeight: 3, dilationWidth: 2, padding: .same, activation: .relu6)
        #expect(graph.layers[0].kind == .convolution2D(options))
        #expect(graph.layers[0].inputs == [0, 1, 2])
        #expect(graph.layers[0].outputs == [3])
        #expect(graph.multiplyAccumulateCount == 4 * 4 * 3 * 3 * 3 * 2)
        #expect(graph.activationByteCount == 32 + 48)
        #expect(graph.constantByteCount == 54 + 12)
    }

    @Test func constantsAreViewsOfTheFile() throws {
        let bytes = SmallModels.convolution().file()
        let weights = try ModelFileReader.read(bytes, name: "m").graph.tensors[1].constant
        #expect(weights.map(Array.init) == (0..<54).map { UInt8($0) })
        // A slice of an array of its own would start at 0.
        #expect(weights?.startIndex ?? 0 > 0)
    }

    @Test func absentBiasStaysAbsent() throws {
        var model = SmallModels.convolution()
        model.operators[0][1] = .int32s([0, 1, -1])
        #expect(try read(model).layers[0].inputs == [0, 1, nil])
        model.operators[0][1] = .int32s([0, 1])
        #expect(try read(model).layers[0].inputs == [0, 1, nil])
    }

    @Test func operatorCodesAbove127AreReadFromTheNewField() throws {
        var model = SmallModels.convolution()
        model.codes[0] = .table([0: .uint8(127), 2: .int32(1), 3: .int32(150)])
        #expect(refusal(model) == "subgraphs[0].operators[0]: GELU is not a supported operator; \(supported)")
        model.codes[0] = .table([0: .uint8(3), 2: .int32(1)])
        #expect(try read(model).layers.count == 1)
    }

    @Test func depthMultiplierFollowsFromTheShapes() throws {
        var model = SmallModels.convolution()
        model.tensors[1] = .table([
            0: .int32s([1, 3, 3, 6]), 1: .uint8(9), 2: .int32(1), 4: .table([2: .floats([1]), 3: .int64s([0]), 6: .int32(3)]),
        ])
        model.tensors[2][0] = .int32s([6])
        model.buffers[2] = .table([0: .bytes([UInt8](repeating: 0, count: 24))])
        model.tensors[2][4] = nil
        model.tensors[3][0] = .int32s([1, 4, 4, 6])
        model.codes[0] = .table([0: .uint8(4), 2: .int32(1)])
        model.operators[0][3] = .uint8(2)
        for declared: Int32 in [0, 3] {
            model.operators[0][4] = .table([0: .uint8(0), 1: .int32(1), 2: .int32(1), 3: .int32(declared)])
            let options = Convolution2D(strideHeight: 1, strideWidth: 1, padding: .same, activation: .none)
            #expect(try read(model).layers[0].kind == .depthwiseConvolution2D(options, depthMultiplier: 3))
        }
        model.operators[0][4] = .table([0: .uint8(0), 1: .int32(1), 2: .int32(1), 3: .int32(2)])
        #expect(refusal(model) == "subgraphs[0].operators[0].builtin_options.depth_multiplier: is 2, the shapes say 3")
    }

    @Test func transposeConvolutionDropsItsShapeAndOrdersItsInputs() throws {
        var model = TFLiteBuilder()
        let shape = model.integers([1, 8, 8, 3])
        let weights = model.tensor("w", .uint8, [3, 2, 2, 2], scales: [0.1], zeroPoints: [9], bytes: [UInt8](repeating: 0, count: 24))
        let x = model.tensor("x", .uint8, [1, 4, 4, 2], scales: [0.1], zeroPoints: [0])
        let y = model.tensor("y", .uint8, [1, 8, 8, 3], scales: [0.1], zeroPoints: [0])
        model.add(67, inputs: [shape, weights, x], outputs: [y], optionsType: 49, options: [0: .uint8(0), 1: .int32(2), 2: .int32(2)])
        model.inputs = [x]
        model.outputs = [y]
        let graph = try read(model)
        #expect(graph.layers[0].inputs == [Int(x), Int(weights), nil])
        #expect(graph.multiplyAccumulateCount == 4 * 4 * 2 * 3 * 2 * 2)
        model.buffers[1] = .table([0: .bytes([1, 0, 0, 0, 8, 0, 0, 0, 7, 0, 0, 0, 3, 0, 0, 0])])
        #expect(
            refusal(model) == "subgraphs[0].operators[0].inputs[0]: asks for the output shape [1, 8, 7, 3], the output tensor has [1,8,8,3]"
        )
    }

    @Test func masksOfStridedSliceAreResolved() throws {
        // x[:, -1, 3:0:-2, 1:]: axis 1 shrinks.
        let model = slice(
            begin: [0, -1, 3, 1], end: [0, 0, 0, 0], stride: [1, 1, -2, 1], beginMask: 1, endMask: 0b1001, shrinkMask: 0b10, to: [1, 2, 1])
        let kind = try read(model).layers[0].kind
        #expect(kind == .stridedSlice(begins: [0, 3, 3, 1], strides: [1, 1, -2, 1], extents: [1, 1, 2, 1]))
    }

    @Test func fewerSlicesThanAxesTakeTheRestWhole() throws {
        let kind = try read(slice(begin: [0, 2], end: [1, 4], stride: [1, 1], to: [1, 2, 4, 2])).layers[0].kind
        #expect(kind == .stridedSlice(begins: [0, 2, 0, 0], strides: [1, 1, 1, 1], extents: [1, 2, 4, 2]))
    }

    @Test func padValuesAreStoredUnits() throws {
        let pad = SmallModels.single(60, from: [1, 2], to: [1, 5]) { model in
            [
                model.integers([0, 0, 1, 2], shape: [2, 2]),
                model.tensor("value", .int8, [1], scales: [0.5], zeroPoints: [0], bytes: [0x80]),
            ]
        }
        #expect(try read(pad).layers[0].kind == .pad(before: [0, 1], after: [0, 2], value: -128))
    }

    @Test func floatPadValuesAreTheirBits() throws {
        for value: Float in [0, -1.5, -Float.infinity] {
            let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
            var pad = TFLiteBuilder()
            let x = pad.tensor("x", .float32, [2])
            let parameters = [pad.integers([1, 2], shape: [1, 2]), pad.tensor("value", .float32, [], bytes: bytes)]
            let y = pad.tensor("y", .float32, [5])
            pad.add(60, inputs: [x] + parameters, outputs: [y])
            (pad.inputs, pad.outputs) = ([x], [y])
            #expect(try read(pad).layers[0].kind == .pad(before: [1], after: [2], value: Int32(bitPattern: value.bitPattern)))
        }
    }

    @Test func unknownExtentOfReshapeIsWhatIsLeft() throws {
        let model = SmallModels.single(22, from: [2, 3, 4], to: [2, 12]) { [$0.integers([2, -1])] }
        #expect(try read(model).layers[0].kind == .reshape)
        #expect(try read(model).layers[0].inputs == [0])
    }

    @Test func reshapeTakesItsShapeFromTheOptionsToo() throws {
        let model = SmallModels.single(22, from: [2, 3], to: [6], optionsType: 17, options: [0: .int32s([6])])
        #expect(try read(model).layers[0].kind == .reshape)
    }

    @Test func squeezeAndExpandDimsBecomeReshapes() throws {
        #expect(try read(SmallModels.single(43, from: [1, 3, 1], to: [3])).layers[0].kind == .reshape)
        let expand = SmallModels.single(70, from: [3, 2], to: [3, 1, 2]) { [$0.integers([-2], shape: [])] }
        #expect(try read(expand).layers[0].kind == .reshape)
    }

    @Test func negativeAxesCountFromTheEnd() throws {
        let mean = SmallModels.single(40, from: [1, 4, 4, 2], to: [1, 1, 1, 2], optionsType: 27, options: [0: .uint8(1)]) {
            [$0.integers([-2, 1, -3])]
        }
        #expect(try read(mean).layers[0].kind == .mean(axes: [1, 2], keepsAxes: true))
        let pack = SmallModels.single(83, from: [3], to: [3, 1], optionsType: 59, options: [0: .int32(1), 1: .int32(-1)])
        #expect(try read(pack).layers[0].kind == .pack(axis: 1))
        let transpose = SmallModels.single(39, from: [2, 3], to: [3, 2]) { [$0.integers([-1, 0])] }
        #expect(try read(transpose).layers[0].kind == .transpose(permutation: [1, 0]))
    }

    @Test func detectionOptionsComeFromTheFlexBuffer() throws {
        let graph = try read(SmallModels.detection())
        let options = DetectionPostProcess(
            maxDetections: 10, maxClassesPerDetection: 1, detectionsPerClass: 100, usesRegularNMS: false, classCount: 2,
            scoreThreshold: 0.3, iouThreshold: 0.6, scaleY: 10, scaleX: 10, scaleH: 5, scaleW: 5)
        #expect(graph.layers[0].kind == .detectionPostProcess(options))
        #expect(graph.outputs.map { graph.tensors[$0].shape.extents } == [[1, 10, 4], [1, 10], [1, 10], [1]])
    }

    @Test func oneScaleMayCarryAnyQuantizedDimension() throws {
        var model = SmallModels.convolution()
        model.tensors[0][4] = .table([2: .floats([0.5]), 3: .int64s([-3]), 6: .int32(3_000)])
        // A vector has only one axis, whatever the field says.
        model.tensors[2][4] = .table([2: .floats([1, 2, 3]), 3: .int64s([0, 0, 0]), 6: .int32(3)])
        let graph = try read(model)
        #expect(graph.tensors[0].quantization?.isPerAxis == false)
        #expect(graph.tensors[2].quantization?.axis == 0)
    }

    @Test func zeroPointsLeftOutAreZero() throws {
        var model = SmallModels.convolution()
        model.tensors[1][4] = .table([2: .floats([0.1, 0.2, 0.3])])
        #expect(try read(model).tensors[1].quantization?.zeroPoints == [0, 0, 0])
        model.tensors[1][4] = .table([2: .floats([0.1, 0.2, 0.3]), 3: .int64s([0])])
        #expect(try read(model).tensors[1].quantization?.zeroPoints == [0, 0, 0])
    }

    @Test func rangesAloneAreNoQuantization() throws {
        var model = SmallModels.single(114, from: [1, 2], to: [1, 2])
        model.tensors[0] = .table([0: .int32s([1, 2]), 1: .uint8(0), 4: .table([0: .floats([-1]), 1: .floats([1])])])
        #expect(try read(model).tensors[0].quantization == nil)
    }

    @Test func buffersOutsideTheFlatBufferAreFollowed() throws {
        var model = SmallModels.convolution()
        model.buffers[1] = .table([1: .uint64(0), 2: .uint64(54)])
        let offset = model.file().count
        model.buffers[1] = .table([1: .uint64(UInt64(offset)), 2: .uint64(54)])
        let bytes = model.file() + [UInt8](repeating: 5, count: 54)
        #expect(try ModelFileReader.read(bytes, name: "m").graph.tensors[1].constant.map(Array.init) == [UInt8](repeating: 5, count: 54))
        #expect(refusal(model.file()) == "buffers[1].offset: leads outside the file; the file is damaged")
    }

    private func slice(
        begin: [Int32], end: [Int32], stride: [Int32], beginMask: Int32 = 0, endMask: Int32 = 0, shrinkMask: Int32 = 0, to: [Int32]
    ) -> TFLiteBuilder {
        SmallModels.single(
            45, from: [1, 4, 4, 2], to: to, optionsType: 32, options: [0: .int32(beginMask), 1: .int32(endMask), 4: .int32(shrinkMask)]
        ) { [$0.integers(begin), $0.integers(end), $0.integers(stride)] }
    }
}

/// The graph of a model in the making.
func read(_ model: TFLiteBuilder) throws -> Graph { try ModelFileReader.read(model.file(), name: "model").graph }

/// Why a model is refused; nil when it loads.
func refusal(_ model: TFLiteBuilder, limits: ModelLimits = .default) -> String? { refusal(model.file(), limits: limits) }

func refusal(_ bytes: [UInt8], limits: ModelLimits = .default) -> String? {
    do {
        _ = try ModelFileReader.read(bytes, name: "model", limits: limits)
        return nil
    } catch {
        return error.description
    }
}

let supported = """
    supported are ADD, ARG_MAX, AVERAGE_POOL_2D, CAST, CONCATENATION, CONV_2D, DEPTHWISE_CONV_2D, DEQUANTIZE, DIV, EXPAND_DIMS, FLOOR_DIV, \
    FULLY_CONNECTED, GATHER_ND, HARD_SWISH, LEAKY_RELU, LOGISTIC, MAXIMUM, MAX_POOL_2D, MEAN, MINIMUM, MUL, PACK, PAD, PADV2, PRELU, \
    QUANTIZE, RELU, RELU6, RELU_N1_TO_1, RESHAPE, RESIZE_BILINEAR, RESIZE_NEAREST_NEIGHBOR, SOFTMAX, SPLIT, SQRT, SQUEEZE, STRIDED_SLICE, \
    SUB, TFLite_Detection_PostProcess, TRANSPOSE, TRANSPOSE_CONV, UNPACK
    """
