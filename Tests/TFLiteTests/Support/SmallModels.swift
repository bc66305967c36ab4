import TFLite
import TestKit

/// Small sound models, to be broken by tests.
enum SmallModels {
    /// One CONV_2D: x [1,4,4,2] int8, weights [3,3,3,2] per channel, bias [3], output [1,4,4,3].
    static func convolution() -> TFLiteBuilder {
        var model = TFLiteBuilder()
        let x = model.tensor("x", .int8, [1, 4, 4, 2], scales: [0.5], zeroPoints: [-3])
        let weights = model.tensor(
            "weights", .int8, [3, 3, 3, 2], scales: [0.1, 0.2, 0.3], zeroPoints: [0, 0, 0], bytes: (0..<54).map { UInt8($0) })
        let bias = model.tensor(
            "bias", .int32, [3], scales: [0.05, 0.1, 0.15], zeroPoints: [0, 0, 0], bytes: [UInt8](repeating: 1, count: 12))
        let y = model.tensor("y", .int8, [1, 4, 4, 3], scales: [0.25], zeroPoints: [7])
        model.add(3, version: 3, inputs: [x, weights, bias], outputs: [y], optionsType: 1, options: convolutionOptions)
        model.inputs = [x]
        model.outputs = [y]
        return model
    }

    /// SAME, strides 1.
    static let convolutionOptions: [Int: FlatValue] = [0: .uint8(0), 1: .int32(1), 2: .int32(1)]

    /// One operator between 8-bit tensors with one scale: x of shape `from`, parameters from `parameters`, output of shape `to`.
    static func single(
        _ code: Int32, version: Int32 = 1, from: [Int32], to: [Int32], type: TFLiteBuilder.Element = .int8, optionsType: UInt8 = 0,
        options: [Int: FlatValue] = [:], scale: Float = 0.5, outputScale: Float = 0.5, outputZeroPoint: Int64 = 0,
        parameters: (inout TFLiteBuilder) -> [Int32] = { _ in [] }
    ) -> TFLiteBuilder {
        var model = TFLiteBuilder()
        let x = model.tensor("x", type, from, scales: [scale], zeroPoints: [0])
        let rest = parameters(&model)
        let y = model.tensor("y", type, to, scales: [outputScale], zeroPoints: [outputZeroPoint])
        model.add(code, version: version, inputs: [x] + rest, outputs: [y], optionsType: optionsType, options: options)
        model.inputs = [x]
        model.outputs = [y]
        return model
    }

    /// TFLite_Detection_PostProcess over 6 anchors and 2 classes with background; the outputs' shapes are left empty as in real files.
    static func detection(_ options: [(String, FlexOptions.Value)] = FlexOptions.detection) -> TFLiteBuilder {
        var model = TFLiteBuilder()
        let boxes = model.tensor("boxes", .uint8, [1, 6, 4], scales: [0.1], zeroPoints: [128])
        let scores = model.tensor("scores", .uint8, [1, 6, 3], scales: [0.01], zeroPoints: [0])
        let anchors = model.tensor(
            "anchors", .uint8, [6, 4], scales: [0.01], zeroPoints: [0], bytes: [UInt8](repeating: 50, count: 24))
        let outputs = (0..<4).map { model.tensor("out\($0)", .float32, []) }
        model.add(
            32, inputs: [boxes, scores, anchors], outputs: outputs, customCode: "TFLite_Detection_PostProcess",
            customOptions: FlexOptions.map(options))
        model.inputs = [boxes, scores]
        model.outputs = outputs
        return model
    }
}
