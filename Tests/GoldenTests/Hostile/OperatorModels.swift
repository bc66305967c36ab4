import TFLite
import TestKit

/// A small file for each operator and element type that the engine runs, to be damaged. Each loads, is planned and runs as it is.
enum OperatorModels {
    typealias Element = TFLiteBuilder.Element

    static let all: [(name: String, bytes: [UInt8])] = {
        var all: [(name: String, bytes: [UInt8])] = []
        for type in [Element.int8, .uint8] {
            all += weighted(type)
            all += elementwise(type)
            all += moving(type)
            all += reducing(type)
        }
        all += elementwise(.float32)
        all += moving(.float32)
        all += reducing(.float32)
        all += integers
        all += conversions
        all += detections
        return all
    }()

    // MARK: Families

    private static func weighted(_ type: Element) -> [(String, [UInt8])] {
        [
            model("CONV_2D", type) { model in
                let x = model.activation("x", type, [1, 6, 7, 3], 0.05, 3)
                let w = model.weights(type, [9, 3, 3, 3], channels: 9, axis: 0)
                return model.add(
                    3, version: 3, [x, w, model.bias(9)], type, [1, 3, 4, 9], optionsType: 1,
                    options: [0: .uint8(0), 1: .int32(2), 2: .int32(2), 3: .uint8(1), 4: .int32(1), 5: .int32(1)])
            },
            model("CONV_2D dilated", type) { model in
                let x = model.activation("x", type, [2, 5, 5, 16], 0.05, 3)
                let w = model.weights(type, [4, 3, 3, 16], channels: 4, axis: 0)
                return model.add(
                    3, version: 3, [x, w], type, [2, 5, 5, 4], optionsType: 1,
                    options: [0: .uint8(0), 1: .int32(1), 2: .int32(1), 3: .uint8(3), 4: .int32(2), 5: .int32(2)])
            },
            model("DEPTHWISE_CONV_2D", type) { model in
                let x = model.activation("x", type, [1, 6, 6, 27], 0.05, 3)
                let w = model.weights(type, [1, 3, 3, 27], channels: 27, axis: 3)
                return model.add(
                    4, version: 3, [x, w, model.bias(27)], type, [1, 6, 6, 27], optionsType: 2,
                    options: [0: .uint8(0), 1: .int32(1), 2: .int32(1), 3: .int32(1), 4: .uint8(3), 5: .int32(1), 6: .int32(1)])
            },
            model("DEPTHWISE_CONV_2D times 5", type) { model in
                let x = model.activation("x", type, [1, 5, 5, 2], 0.05, 3)
                let w = model.weights(type, [1, 2, 2, 10], channels: 10, axis: 3)
                return model.add(
                    4, version: 3, [x, w, model.bias(10)], type, [1, 2, 2, 10], optionsType: 2,
                    options: [0: .uint8(1), 1: .int32(2), 2: .int32(2), 3: .int32(5), 4: .uint8(0), 5: .int32(1), 6: .int32(1)])
            },
            model("TRANSPOSE_CONV", type) { model in
                let shape = model.integers([1, 8, 8, 3])
                let x = model.activation("x", type, [1, 4, 4, 5], 0.05, 3)
                let w = model.weights(type, [3, 3, 3, 5], channels: 3, axis: 0)
                return model.add(
                    67, version: 3, [shape, w, x, model.bias(3)], type, [1, 8, 8, 3], optionsType: 49,
                    options: [0: .uint8(0), 1: .int32(2), 2: .int32(2)])
            },
            model("FULLY_CONNECTED", type) { model in
                let x = model.activation("x", type, [3, 40], 0.05, 3)
                let w = model.weights(type, [11, 40], channels: 11, axis: 0)
                return model.add(9, version: 4, [x, w, model.bias(11)], type, [3, 11], optionsType: 8, options: [0: .uint8(1)])
            },
        ]
    }

    private static func elementwise(_ type: Element) -> [(String, [UInt8])] {
        let binary: [(String, Int32, UInt8)] = [
            ("ADD", 0, 11), ("SUB", 41, 28), ("MUL", 18, 21), ("DIV", 42, 29), ("MAXIMUM", 55, 0), ("MINIMUM", 57, 0),
        ]
        let two = binary.map { name, code, optionsType in
            model(name, type) { model in
                let (a, b) = (model.activation("a", type, [1, 4, 5, 6], 0.05, 3), model.activation("b", type, [5, 1], 0.02, 7))
                return model.add(
                    code, [a, b], type, [1, 4, 5, 6], optionsType: optionsType, options: optionsType == 0 ? [:] : [0: .uint8(1)])
            }
        }
        let scalar = binary.prefix(4).map { name, code, optionsType in
            model("\(name) of a scalar", type) { model in
                let a = model.activation("a", type, [1, 20], 0.05, 3)
                let b = model.constant(type, [], [3, 0, 0, 0x40])
                return model.add(code, [a, b], type, [1, 20], optionsType: optionsType, options: [0: .uint8(0)])
            }
        }
        var unary: [(String, Int32)] = [("RELU", 19), ("RELU_N1_TO_1", 20), ("RELU6", 21), ("HARD_SWISH", 117)]
        if type == .float32 { unary.append(("SQRT", 75)) }
        let one = unary.map { name, code in
            model(name, type) { model in model.add(code, [model.activation("x", type, [2, 128], 0.05, 3)], type, [2, 128]) }
        }
        return two + scalar + one + [
            model("LOGISTIC", type) { $0.addProbabilities(14, type, [2, 128]) },
            model("SOFTMAX", type) { $0.addProbabilities(25, type, [3, 40], optionsType: 9, options: [0: .float(1)]) },
            model("LEAKY_RELU", type) { model in
                let x = model.activation("x", type, [2, 128], 0.05, 3)
                return model.add(98, [x], type, [2, 128], optionsType: 75, options: [0: .float(0.1)])
            },
            model("PRELU", type) { model in
                let x = model.activation("x", type, [1, 4, 4, 5], 0.05, 3)
                return model.add(54, [x, model.constant(type, [1, 1, 5], noise(count: 5 * type.width))], type, [1, 4, 4, 5])
            },
        ]
    }

    private static func moving(_ type: Element) -> [(String, [UInt8])] {
        [
            model("CONCATENATION", type) { model in
                // Only uint8 files may rescale.
                let scale: Float = type == .uint8 ? 0.02 : 0.1
                let (a, b) = (model.activation("a", type, [2, 3, 4], 0.1, 5), model.activation("b", type, [2, 1, 4], scale, 5))
                return model.add(2, [a, b], type, [2, 4, 4], optionsType: 10, options: [0: .int32(1), 1: .uint8(0)])
            },
            model("SPLIT", type) { model in
                let (axis, x) = (model.integers([1], shape: []), model.activation("x", type, [2, 6, 3], 0.1, 5))
                return model.add(49, [axis, x], type, [2, 3, 3], count: 2, optionsType: 35, options: [0: .int32(2)])
            },
            model("STRIDED_SLICE", type) { model in
                let x = model.activation("x", type, [2, 6, 8], 0.1, 5)
                let parameters = [model.integers([0, 1, 7]), model.integers([1, 6, 1]), model.integers([1, 2, -3])]
                return model.add(
                    45, [x] + parameters, type, [3, 2], optionsType: 32,
                    options: [0: .int32(0), 1: .int32(0), 2: .int32(0), 3: .int32(0), 4: .int32(1)])
            },
            model("PAD", type) { model in
                let x = model.activation("x", type, [1, 3, 4, 2], 0.1, 5)
                return model.add(34, [x, model.integers([0, 0, 1, 2, 3, 0, 0, 1], shape: [4, 2])], type, [1, 6, 7, 3])
            },
            model("PADV2", type) { model in
                let x = model.activation("x", type, [3, 4], 0.1, 5)
                let value = model.constant(type, [1], [7, 0, 0x80, 0xBF])
                return model.add(60, [x, model.integers([1, 2, 3, 0], shape: [2, 2]), value], type, [6, 7])
            },
            model("RESHAPE", type) { model in
                let (x, shape) = (model.activation("x", type, [3, 4], 0.1, 5), model.integers([2, -1]))
                return model.add(22, [x, shape], type, [2, 6])
            },
            model("TRANSPOSE", type) { model in
                let (x, order) = (model.activation("x", type, [2, 3, 4, 5], 0.1, 5), model.integers([3, 1, 0, 2]))
                return model.add(39, [x, order], type, [5, 3, 2, 4])
            },
            model("PACK", type) { model in
                let parts = (0..<3).map { model.activation("x\($0)", type, [2, 4], 0.1, 5) }
                return model.add(83, parts, type, [2, 3, 4], optionsType: 59, options: [0: .int32(3), 1: .int32(1)])
            },
            model("UNPACK", type) { model in
                let x = model.activation("x", type, [2, 3, 4], 0.1, 5)
                return model.add(88, [x], type, [2, 4], count: 3, optionsType: 64, options: [0: .int32(3), 1: .int32(1)])
            },
            model("GATHER_ND", type) { model in
                let (x, places) = (model.activation("x", type, [3, 4, 5], 0.1, 5), model.tensor("places", .int32, [6, 2]))
                model.inputs.append(places)
                return model.add(107, [x, places], type, [6, 5])
            },
        ]
    }

    private static func reducing(_ type: Element) -> [(String, [UInt8])] {
        let pools = [("AVERAGE_POOL_2D", Int32(1)), ("MAX_POOL_2D", 17)].map { name, code in
            model(name, type) { model in
                let x = model.activation("x", type, [2, 7, 6, 5], 0.1, 5)
                return model.add(
                    code, [x], type, [2, 4, 3, 5], optionsType: 5,
                    options: [0: .uint8(0), 1: .int32(2), 2: .int32(2), 3: .int32(3), 4: .int32(2), 5: .uint8(3)])
            }
        }
        let resizes = [("RESIZE_BILINEAR", Int32(23), UInt8(15), 3), ("RESIZE_NEAREST_NEIGHBOR", 97, 74, 1)].map {
            name, code, optionsType, centers in
            model(name, type) { model in
                let (x, size) = (model.activation("x", type, [1, 3, 5, 4], 0.1, 5), model.integers([7, 4]))
                return model.add(
                    code, [x, size], type, [1, 7, 4, 4], optionsType: optionsType,
                    options: [centers - 1: .uint8(0), centers: .uint8(1)])
            }
        }
        return pools + resizes + [
            model("MEAN", type) { model in
                let (x, axes) = (model.activation("x", type, [1, 4, 5, 6], 0.1, 5), model.integers([1, 2]))
                return model.add(40, [x, axes], type, [1, 1, 1, 6], optionsType: 27, options: [0: .uint8(1)])
            },
            model("ARG_MAX", type) { model in
                let (x, axis) = (model.activation("x", type, [2, 7, 3], 0.1, 5), model.integers([1], shape: []))
                return model.add(56, [x, axis], .int64, [2, 3], optionsType: 40, options: [0: .uint8(4)])
            },
        ]
    }

    private static let integers: [(String, [UInt8])] = [
        ("ADD", Int32(0), UInt8(11)), ("MUL", 18, 21), ("DIV", 42, 29), ("FLOOR_DIV", 90, 0),
    ].map { name, code, optionsType in
        model(name, .int32) { model in
            let (a, b) = (model.activation("a", .int32, [4, 5], 1, 0), model.activation("b", .int32, [5], 1, 0))
            return model.add(code, [a, b], .int32, [4, 5], optionsType: optionsType, options: optionsType == 0 ? [:] : [0: .uint8(1)])
        }
    }

    private static let conversions: [(String, [UInt8])] =
        [
            (Element.float32, Element.int8), (.float32, .uint8), (.int8, .uint8), (.uint8, .int8), (.int8, .int8),
        ].map { from, to in
            model("QUANTIZE to \(to)", from) { model in model.add(114, [model.activation("x", from, [300], 0.1, 5)], to, [300]) }
        }
        + [Element.int8, .uint8].map { from in
            model("DEQUANTIZE", from) { model in model.add(6, [model.activation("x", from, [300], 0.1, 5)], .float32, [300]) }
        }
        + [(Element.float32, Element.int32), (.float32, .int64), (.float32, .int8), (.int32, .uint8), (.int64, .float32)].map { from, to in
            model("CAST to \(to)", from) { model in model.add(53, [model.activation("x", from, [300], 1, 0)], to, [300]) }
        }

    private static let detections: [(String, [UInt8])] = [(Element.uint8, false), (.uint8, true), (.float32, false), (.float32, true)].map {
        type, isRegular in
        model(isRegular ? "TFLite_Detection_PostProcess regular" : "TFLite_Detection_PostProcess", type) { model in
            let boxes = model.activation("boxes", type, [1, 40, 4], 0.1, 128)
            let scores = model.activation("scores", type, [1, 40, 4], 0.004, 0)
            let anchors = model.constant(type, [40, 4], anchorBytes(type))
            let outputs = (0..<4).map { model.tensor("out\($0)", .float32, []) }
            let options = FlexOptions.detection.map { name, value in
                name == "use_regular_nms" ? (name, .bool(isRegular)) : name == "num_classes" ? (name, .int(3)) : (name, value)
            }
            model.add(
                32, inputs: [boxes, scores, anchors], outputs: outputs, customCode: "TFLite_Detection_PostProcess",
                customOptions: FlexOptions.map(options))
            model.outputs = outputs
        }
    }

    // MARK: Parts

    private static func model(_ name: String, _ type: Element, _ build: (inout TFLiteBuilder) -> Void) -> (String, [UInt8]) {
        var model = TFLiteBuilder()
        build(&model)
        return ("\(name) \(type)", model.file())
    }

    private static func anchorBytes(_ type: Element) -> [UInt8] {
        guard type == .float32 else { return noise(count: 160) }
        return (0..<160).flatMap { (index: Int) in littleEndian(Float(index % 4 < 2 ? index % 37 : 10) / 40) }
    }

    fileprivate static func noise(count: Int) -> [UInt8] {
        var noise = ByteMutator(seed: UInt64(count))
        return (0..<count).map { _ in UInt8(noise.below(256)) }
    }

    private static func littleEndian(_ value: Float) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(8 * $0)) }
    }
}

extension TFLiteBuilder.Element {
    fileprivate var width: Int { self == .int64 ? 8 : self == .int32 || self == .float32 ? 4 : 1 }
    fileprivate var isQuantized: Bool { self == .int8 || self == .uint8 }
}

extension TFLiteBuilder {
    /// An input of the model.
    fileprivate mutating func activation(
        _ name: String, _ type: Element, _ shape: [Int32], _ scale: Float, _ zeroPoint: Int64
    ) -> Int32 {
        let index = tensor(name, type, shape, scales: type.isQuantized ? [scale] : [], zeroPoints: type.isQuantized ? [zeroPoint] : [])
        inputs.append(index)
        return index
    }

    /// A constant parameter; of the bytes as many as its elements have.
    fileprivate mutating func constant(_ type: Element, _ shape: [Int32], _ bytes: [UInt8]) -> Int32 {
        let count = shape.reduce(1) { $0 * Int($1) } * type.width
        return tensor(
            "constant", type, shape, scales: type.isQuantized ? [0.03] : [], zeroPoints: type.isQuantized ? [2] : [],
            bytes: Array(bytes.prefix(count)))
    }

    /// Noise; int8 weights have a scale for each channel.
    fileprivate mutating func weights(_ type: Element, _ shape: [Int32], channels: Int, axis: Int32) -> Int32 {
        let scales = type == .int8 ? (0..<channels).map { 0.01 + 0.001 * Float($0) } : [0.01]
        return tensor(
            "weights", type, shape, scales: scales, zeroPoints: scales.map { _ in type == .int8 ? 0 : 128 }, axis: axis,
            bytes: OperatorModels.noise(count: shape.reduce(1) { $0 * Int($1) }))
    }

    fileprivate mutating func bias(_ count: Int32) -> Int32 {
        let values = (0..<count).map { 50 * $0 - 200 }
        let bytes = values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        return tensor("bias", .int32, [count], scales: [0.0005], zeroPoints: [0], bytes: bytes)
    }

    /// Adds an operator and its outputs, which are the model's.
    fileprivate mutating func add(
        _ code: Int32, version: Int32 = 1, _ inputs: [Int32], _ type: Element, _ shape: [Int32], count: Int = 1, optionsType: UInt8 = 0,
        options: [Int: FlatValue] = [:]
    ) {
        // Pools and the like keep the scale of what they read.
        let outputs = (0..<count).map {
            tensor("y\($0)", type, shape, scales: type.isQuantized ? [0.1] : [], zeroPoints: type.isQuantized ? [5] : [])
        }
        add(code, version: version, inputs: inputs, outputs: outputs, optionsType: optionsType, options: options)
        self.outputs = outputs
    }

    /// Adds an operator whose 8-bit outputs have the scale of probabilities.
    fileprivate mutating func addProbabilities(
        _ code: Int32, _ type: Element, _ shape: [Int32], optionsType: UInt8 = 0, options: [Int: FlatValue] = [:]
    ) {
        let x = activation("x", type, shape, 0.05, 3)
        let scale: Float = 1 / 256
        let zeroPoint: Int64 = type == .int8 ? -128 : 0
        let y = tensor("y", type, shape, scales: type.isQuantized ? [scale] : [], zeroPoints: type.isQuantized ? [zeroPoint] : [])
        add(code, inputs: [x], outputs: [y], optionsType: optionsType, options: options)
        outputs = [y]
    }
}
