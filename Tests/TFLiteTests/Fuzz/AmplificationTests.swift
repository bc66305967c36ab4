import TFLite
import TestKit
import Testing

/// Small files that ask for much: each is refused at once. They were found by reading the code, where random damage does not reach.
@Suite("Amplification")
struct AmplificationTests {
    @Test func nameSharedByManyTensorsIsNotCopiedForEach() {
        var model = SmallModels.convolution()
        let name = FlatValue.shared("name", .string(String(repeating: "n", count: 1 << 20)))
        model.tensors += (0..<2_000).map { _ in .table([0: .int32s([1]), 1: .uint8(9), 3: name]) }
        expectQuickRefusal(model, ".name: the file uses the same bytes over and over; the file is damaged")
    }

    @Test func operandsSharedByManyOperatorsAreNotDecodedForEach() {
        var model = SmallModels.convolution()
        let operands = FlatValue.shared("operands", .int32s([Int32](repeating: 0, count: 4_096)))
        model.operators = (0..<16_000).map { _ in .table([0: .int32(0), 1: operands, 2: .int32s([3])]) }
        expectQuickRefusal(model, ".inputs: the file uses the same bytes over and over; the file is damaged")
    }

    @Test func scalesSharedByManyTensorsAreNotDecodedForEach() {
        var model = SmallModels.convolution()
        let scales = FlatValue.shared("scales", .table([2: .floats([Float](repeating: 1, count: 1 << 18)), 6: .int32(0)]))
        model.tensors += (0..<4_000).map { _ in .table([0: .int32s([1 << 18]), 1: .uint8(9), 4: scales]) }
        expectQuickRefusal(model, ".scale: the file uses the same bytes over and over; the file is damaged")
    }

    @Test func weightsSharedByManyLayersCountForEach() {
        var model = TFLiteBuilder()
        let x = model.tensor("x", .int8, [1, 1 << 20], scales: [1], zeroPoints: [0])
        let weights = model.tensor(
            "w", .int8, [1, 1 << 20], scales: [1], zeroPoints: [0], bytes: [UInt8](repeating: 1, count: 1 << 20))
        model.inputs = [x]
        for _ in 0..<1_000 {
            let y = model.tensor("y", .int8, [1, 1], scales: [1], zeroPoints: [0])
            model.add(9, inputs: [x, weights], outputs: [y], optionsType: 8)
            model.outputs = [y]
        }
        expectQuickRefusal(model, "subgraphs[0]: has 1048576000 bytes of constant operands, the limit is 268435456")
    }

    @Test func customOptionsSharedByManyOperatorsAreShort() {
        var model = SmallModels.detection()
        model.operators[0][5] = .bytes([UInt8](repeating: 0, count: 5_000))
        expectQuickRefusal(model, "custom_options: has 5000 bytes, the limit is 4096")
    }

    @Test func activationsAreBoundedBeforeTheyAreAllocated() {
        let model = SmallModels.single(114, from: [1 << 15, 1 << 15], to: [1 << 15, 1 << 15])
        expectQuickRefusal(model, "subgraphs[0]: has 2147483648 bytes of activations, the limit is 1073741824")
    }

    @Test func hugeConvolutionsAreOverTheWorkLimit() {
        var model = TFLiteBuilder()
        let x = model.tensor("x", .int8, [1, 2_048, 2_048, 64], scales: [1], zeroPoints: [0])
        let weights = model.tensor(
            "w", .int8, [64, 5, 5, 64], scales: [1], zeroPoints: [0], bytes: [UInt8](repeating: 1, count: 64 * 25 * 64))
        let y = model.tensor("y", .int8, [1, 2_048, 2_048, 64], scales: [1], zeroPoints: [0])
        model.add(3, inputs: [x, weights], outputs: [y], optionsType: 1, options: SmallModels.convolutionOptions)
        model.inputs = [x]
        model.outputs = [y]
        expectQuickRefusal(model, "multiply-accumulates a run, the limit is 100000000000")
    }

    /// 4 input pixels scatter into 4096 x 4096: few products, but each output looks at a whole window.
    @Test func transposedConvolutionsCountTheirOutputs() {
        var model = TFLiteBuilder()
        let shape = model.integers([1, 4_096, 4_096, 8])
        let x = model.tensor("x", .int8, [1, 2, 2, 512], scales: [1], zeroPoints: [0])
        let weights = model.tensor(
            "w", .int8, [8, 3, 3, 512], scales: [1], zeroPoints: [0], bytes: [UInt8](repeating: 1, count: 8 * 9 * 512))
        let y = model.tensor("y", .int8, [1, 4_096, 4_096, 8], scales: [1], zeroPoints: [0])
        model.add(
            67, inputs: [shape, weights, x], outputs: [y], optionsType: 49, options: [0: .uint8(0), 1: .int32(2_048), 2: .int32(2_048)])
        model.inputs = [x]
        model.outputs = [y]
        expectQuickRefusal(model, "multiply-accumulates a run, the limit is 100000000000")
    }

    /// One anchor of 10 000 classes that are all kept: ranking them takes the square of that.
    @Test func rankedClassesOfDetectionsCount() {
        var model = TFLiteBuilder()
        let boxes = model.tensor("boxes", .float32, [1, 1, 4])
        let scores = model.tensor("scores", .float32, [1, 1, 10_000])
        let anchors = model.tensor("anchors", .float32, [1, 4], bytes: [UInt8](repeating: 0, count: 16))
        let changes: [String: FlexOptions.Value] = [
            "max_detections": .int(1), "max_classes_per_detection": .int(10_000), "num_classes": .int(10_000),
        ]
        let options = FlexOptions.map(FlexOptions.detection.map { ($0.0, changes[$0.0] ?? $0.1) })
        model.inputs = [boxes, scores]
        for _ in 0..<1_100 {
            let outputs = (0..<4).map { model.tensor("out\($0)", .float32, []) }
            model.add(
                32, inputs: [boxes, scores, anchors], outputs: outputs, customCode: "TFLite_Detection_PostProcess", customOptions: options)
            model.outputs = outputs
        }
        expectQuickRefusal(model, "multiply-accumulates a run, the limit is 100000000000")
    }

    @Test func tablesAreCounted() {
        var model = SmallModels.convolution()
        model.buffers = Array(repeating: .shared("buffer", .table([:])), count: 65_536)
        model.operators = Array(repeating: .shared("operator", .table([4: .shared("options", .table([:]))])), count: 16_384)
        model.codes = Array(repeating: .shared("code", .table([:])), count: 16_384)
        expectQuickRefusal(model, "tables, the limit is 100000")
    }

    private func expectQuickRefusal(_ model: TFLiteBuilder, _ message: String) {
        let bytes = model.file()
        let clock = ContinuousClock()
        let start = clock.now
        let reason = refusal(bytes)
        let time = clock.now - start
        #expect(reason?.hasSuffix(message) == true, "\(reason ?? "loads")")
        #expect(time < .seconds(1))
    }
}
