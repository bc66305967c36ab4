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
