import TFLite
import TestKit
import Testing

/// Each refusal names the place in the file and what is wrong there.
@Suite("Refusals")
struct RefusalTests {
    // MARK: The file as a whole

    @Test func foreignFilesAreNoModels() {
        #expect(refusal([]) == "not a TensorFlow Lite model: 0 bytes are too few for a FlatBuffer")
        #expect(refusal([UInt8](repeating: 7, count: 8)) == "not a TensorFlow Lite model: 8 bytes are too few for a FlatBuffer")
        #expect(refusal([UInt8](repeating: 7, count: 80)) == "not a TensorFlow Lite model: bytes 4...7 are not 'TFL3'")
    }

    @Test func everyTruncationIsRefused() {
        let bytes = SmallModels.convolution().file()
        for count in 0..<bytes.count - 4 { #expect(refusal(Array(bytes.prefix(count))) != nil, "\(count)") }
    }

    @Test func otherSchemaVersionsAreRefused() {
        var model = SmallModels.convolution()
        model.version = 2
        #expect(refusal(model) == "version: is 2, only 3 is supported")
    }

    @Test func severalSubgraphsAreRefused() {
        var model = SmallModels.convolution()
        model.subgraphCount = 2
        #expect(refusal(model) == "subgraphs: has 2 elements; only one is supported (no IF, WHILE or CALL)")
        model.subgraphCount = 0
        #expect(refusal(model) == "subgraphs: is empty; the file is damaged")
    }

    @Test func limitsAreRefusedWithTheirNumbers() {
        let model = SmallModels.convolution()
        var limits = ModelLimits()
        limits.byteCount = 100
        #expect(refusal(model, limits: limits) == "has \(model.file().count) bytes, the limit is 100")
        limits = ModelLimits()
        limits.tensorCount = 3
        #expect(refusal(model, limits: limits) == "subgraphs[0].tensors: has 4 elements, the limit is 3")
        limits = ModelLimits()
        limits.activationByteCount = 79
        #expect(refusal(model, limits: limits) == "subgraphs[0]: has 80 bytes of activations, the limit is 79")
        limits = ModelLimits()
        limits.constantByteCount = 65
        #expect(refusal(model, limits: limits) == "subgraphs[0]: has 66 bytes of constant operands, the limit is 65")
        limits = ModelLimits()
        limits.workCount = 863
        #expect(refusal(model, limits: limits)?.hasSuffix("multiply-accumulates a run, the limit is 863") == true)
    }

    // MARK: Tensors

    @Test(arguments: [
        (FlatValue.int32s([1, 4, -4, 2]), "subgraphs[0].tensors[0].shape[2]: is -4, must be 1...16777216"),
        (.int32s([1, 0, 4, 2]), "subgraphs[0].tensors[0].shape[1]: is 0, must be 1...16777216"),
        (.int32s([.max]), "subgraphs[0].tensors[0].shape[0]: is 2147483647, must be 1...16777216"),
        (.int32s([1, 1, 1, 1, 1, 1, 1]), "subgraphs[0].tensors[0].shape: has 7 axes, at most 6 are supported"),
        (.int32s([1 << 24, 1 << 24]), "subgraphs[0].tensors[0].shape: [16777216, 16777216] has more than 2147483647 elements"),
    ])
    func impossibleShapesAreRefused(shape: FlatValue, message: String) {
        var model = SmallModels.convolution()
        model.tensors[0][0] = shape
        #expect(refusal(model) == message)
    }

    @Test(arguments: [
        (1, FlatValue.uint8(1), "type: is float16; convert the model with full integer quantisation (int8 or uint8)"),
        (1, .uint8(5), "type: is type 5; supported are uint8, int8, int16, int32, int64, float32 and bool"),
        (2, .int32(9), "buffer: is 9, there are 3 buffers; the file is damaged"),
        (2, .int32(1), "buffer: has 54 bytes, the tensor's type and shape need 32"),
        (5, .uint8(1), "is_variable: is set; models that keep state inside are not supported (export the state as inputs and outputs)"),
        (6, .table([:]), "sparsity: is set; sparse weights are not supported"),
        (4, .table([2: .floats([0]), 3: .int64s([0])]), "quantization.scale[0]: is 0.0, must be a finite number above 0"),
        (4, .table([2: .floats([.nan]), 3: .int64s([0])]), "quantization.scale[0]: is not a number, must be a finite number above 0"),
        (4, .table([2: .floats([.infinity]), 3: .int64s([0])]), "quantization.scale[0]: is inf, must be a finite number above 0"),
        (4, .table([2: .floats([1]), 3: .int64s([128])]), "quantization.zero_point[0]: is 128, must be -128...127 for int8"),
        (4, .table([2: .floats([1]), 3: .int64s([0, 0])]), "quantization.zero_point: has 2 elements for 1 scales"),
        (
            4, .table([2: .floats([1, 1]), 3: .int64s([0, 0]), 6: .int32(4)]),
            "quantization.quantized_dimension: is 4, must be an axis of [1,4,4,2]"
        ),
        (
            4, .table([2: .floats([1, 1]), 3: .int64s([0, 0]), 6: .int32(1)]),
            "quantization.scale: has 2 elements, axis 1 of [1,4,4,2] has 4"
        ),
        (4, .table([4: .uint8(1)]), "quantization.details: is set; custom quantisation is not supported"),
    ])
    func impossibleTensorsAreRefused(field: Int, value: FlatValue, message: String) {
        var model = SmallModels.convolution()
        model.tensors[0][field] = value
        #expect(refusal(model) == "subgraphs[0].tensors[0].\(message)")
    }

    // MARK: Operators

    @Test func unknownOperatorsAreNamed() {
        var model = SmallModels.convolution()
        model.codes[0] = .table([0: .uint8(16), 2: .int32(1)])
        #expect(refusal(model) == "subgraphs[0].operators[0]: LSTM is not a supported operator; \(supported)")
        model.codes[0] = .table([0: .uint8(32), 1: .string("Edge\u{1B}TPU"), 2: .int32(1)])
        #expect(refusal(model) == "subgraphs[0].operators[0]: custom 'Edge\u{FFFD}TPU' is not a supported operator; \(supported)")
        model.codes[0] = .table([0: .uint8(127), 2: .int32(1), 3: .int32(9_999)])
        #expect(refusal(model) == "subgraphs[0].operators[0]: operator 9999 is not a supported operator; \(supported)")
    }

    @Test func newerVersionsOfAnOperatorAreRefused() {
        var model = SmallModels.convolution()
        model.codes[0] = .table([0: .uint8(3), 2: .int32(8)])
        #expect(refusal(model) == "operator_codes[0].version: CONV_2D has version 8, supported are 1...7 (used by operators[0])")
        model.codes[0] = .table([0: .uint8(3), 2: .int32(0)])
        #expect(refusal(model) == "operator_codes[0].version: CONV_2D has version 0, supported are 1...7 (used by operators[0])")
    }

    @Test(arguments: [
        (0, FlatValue.int32(1), "opcode_index: is 1, there are 1 codes; the file is damaged"),
        (1, .int32s([0, -2, 2]), "inputs[1]: is -2, there are 4 tensors; the file is damaged"),
        (1, .int32s([0, 4, 2]), "inputs[1]: is 4, there are 4 tensors; the file is damaged"),
        (1, .int32s([0, -1, 2]), "inputs[1]: is absent"),
        (1, .int32s([0]), "inputs: has 1 elements, must have 2...3"),
        (2, .int32s([-1]), "outputs[0]: is -1, there are 4 tensors; the file is damaged"),
        (2, .int32s([3, 3]), "outputs: has 2 elements, must have 1"),
        (2, .int32s([1]), "outputs[0]: writes tensor 1 ('weights'), which is a constant, an input or computed already"),
        (1, .int32s([3, 1, 2]), "inputs[0]: reads tensor 3 ('y'), which no earlier operator computes"),
        (3, .uint8(2), "builtin_options_type: is 2, CONV_2D has options of type 1"),
        (3, .uint8(0), "builtin_options: is absent, CONV_2D needs it"),
        (4, .table([0: .uint8(2)]), "builtin_options.padding: is 2, must be SAME (0) or VALID (1)"),
        (
            4, .table([3: .uint8(4)]),
            "builtin_options.fused_activation_function: is 4; supported are none, RELU, RELU_N1_TO_1 and RELU6 (0...3)"
        ),
        (4, .table([1: .int32(1)]), "stride_h: is 0, must be 1...65535"),
        (4, .table([1: .int32(1), 2: .int32(1), 5: .int32(-1)]), "dilation_h_factor: is -1, must be 1...65535"),
    ])
    func impossibleOperatorsAreRefused(field: Int, value: FlatValue, message: String) {
        var model = SmallModels.convolution()
        model.operators[0][field] = value
        #expect(refusal(model) == "subgraphs[0].operators[0].\(message)")
    }

    @Test func inputsAndOutputsOfTheModelMustExist() {
        var model = SmallModels.convolution()
        model.inputs = [4]
        #expect(refusal(model) == "subgraphs[0].inputs[0]: is 4, there are 4 tensors; the file is damaged")
        model.inputs = []
        #expect(refusal(model)?.hasPrefix("subgraphs[0].inputs: is empty") == true)
        model = SmallModels.convolution()
        model.outputs = [0]
        #expect(refusal(model) == "subgraphs[0].outputs[0]: is tensor 0 ('x'), which no operator computes")
    }

    @Test func parametersMustBeConstants() {
        var model = SmallModels.single(22, from: [2, 3], to: [6]) { [$0.tensor("shape", .int32, [1])] }
        model.inputs.append(1)
        #expect(
            refusal(model)
                == "subgraphs[0].operators[0].inputs[1]: the shape of RESHAPE is computed by the model; only a constant is supported")
        let wrongType = SmallModels.single(22, from: [2, 3], to: [6]) { [$0.tensor("shape", .bool, [1], bytes: [6])] }
        #expect(refusal(wrongType) == "subgraphs[0].operators[0].inputs[1]: is bool, the shape must be int32 or int64")
    }

    @Test(arguments: [
        (SmallModels.single(22, from: [2, 3], to: [6]) { [$0.integers([5])] }, "inputs[1]: asks for shape [5], which [2,3] cannot take"),
        (
            SmallModels.single(22, from: [2, 3], to: [6]) { [$0.integers([-1, -1])] },
            "inputs[1]: asks for shape [-1, -1], which [2,3] cannot take"
        ),
        (
            SmallModels.single(22, from: [2, 3], to: [6]) { [$0.integers([3, 2])] },
            "inputs[1]: asks for shape [3, 2], the output tensor has [6]"
        ),
        (SmallModels.single(43, from: [2, 3], to: [6]), "outputs[0]: has shape [6], which SQUEEZE cannot make of [2,3]"),
        (SmallModels.single(39, from: [2, 3], to: [3, 2]) { [$0.integers([0, 2])] }, "inputs[1]: is 2, must be an axis of 2"),
        (
            SmallModels.single(39, from: [2, 3], to: [2, 3]) { [$0.integers([0, 0])] },
            "permutation: [0, 0] is not an order of the axes of [2,3]"
        ),
        (
            SmallModels.single(34, from: [2, 3], to: [2, 3]) { [$0.integers([0, 0, 0])] },
            "inputs[1]: has 3 elements, 4 are needed for [2,3]"
        ),
        (
            SmallModels.single(34, from: [2, 3], to: [2, 2]) { [$0.integers([0, 0, -1, 0], shape: [2, 2])] },
            "paddings[1][0]: is -1, must be 0...16777216"
        ),
        (
            SmallModels.single(23, from: [1, 2, 2, 1], to: [1, 4, 4, 1]) { [$0.integers([4, 5])] },
            "inputs[1]: asks for the size [4, 5], the output tensor has shape [1,4,4,1]"
        ),
        (
            SmallModels.single(83, from: [3], to: [3, 1], optionsType: 59, options: [0: .int32(2)]),
            "builtin_options.values_count: is 2, there are 1 inputs"
        ),
        (
            SmallModels.single(88, from: [1, 3], to: [3], optionsType: 64, options: [0: .int32(2)]),
            "builtin_options.num: is 2, there are 1 outputs"
        ),
        (SmallModels.single(14, from: [3], to: [3]), "outputs[0]: has scale 0.5 and zero point 0, must be 1/256 and -128"),
        (SmallModels.single(25, from: [3], to: [3]), "builtin_options: is absent, SOFTMAX needs it"),
        (SmallModels.single(75, from: [3], to: [3]), "inputs[0]: is int8, this operator takes float32"),
        (
            SmallModels.single(45, version: 2, from: [4], to: [2], optionsType: 32, options: [2: .int32(1)]) {
                [$0.integers([0]), $0.integers([2]), $0.integers([1])]
            }, "builtin_options.ellipsis_mask: is set; only begin, end and shrink masks are supported"
        ),
        (
            SmallModels.single(45, from: [4], to: [2]) { [$0.integers([3]), $0.integers([1]), $0.integers([1])] },
            "inputs[1]: takes no element of axis 0: 3..<1 by 1 of 4"
        ),
        (
            SmallModels.single(45, from: [4], to: [2]) { [$0.integers([0]), $0.integers([2]), $0.integers([0])] },
            "inputs[1]: takes no element of axis 0: 0..<2 by 0 of 4"
        ),
    ])
    func impossibleParametersAreRefused(model: TFLiteBuilder, message: String) {
        #expect(refusal(model) == "subgraphs[0].operators[0].\(message)")
    }

    @Test(arguments: [
        ("max_detections", FlexOptions.Value.int(0), "max_detections: is 0, must be 1...10000"),
        ("max_classes_per_detection", .int(3), "max_classes_per_detection: is 3, must be 1...2"),
        ("detections_per_class", .int(-1), "detections_per_class: is -1, must be 1...1000000"),
        ("nms_iou_threshold", .float(.nan), "nms_iou_threshold: is nan, must be above 0 and at most 1"),
        ("x_scale", .float(0), "x_scale: is 0.0, must be a finite number above 0"),
        ("num_classes", .int(9), "inputs[1]: has shape [1,6,3], must be [1,6,9], or one class more"),
        ("num_classes", .float(2), "custom_options.num_classes: must be an integer"),
    ])
    func impossibleDetectionOptionsAreRefused(key: String, value: FlexOptions.Value, message: String) {
        let options = FlexOptions.detection.map { $0.0 == key ? (key, value) : $0 }
        #expect(refusal(SmallModels.detection(options)) == "subgraphs[0].operators[0].\(message)")
        let missing = FlexOptions.detection.filter { $0.0 != "num_classes" }
        #expect(refusal(SmallModels.detection(missing)) == "subgraphs[0].operators[0].custom_options.num_classes: is absent")
    }
}
