import ModelGraph

/// Names for tables and messages, the cases' own. Written out, since every plan needs them: taking them from the values at run time costs
/// more than preparing many a layer, 10 to 20 microseconds each.
extension Layer {
    /// Of the kind.
    var name: String {
        switch kind {
        case .convolution2D: "convolution2D"
        case .depthwiseConvolution2D: "depthwiseConvolution2D"
        case .transposeConvolution2D: "transposeConvolution2D"
        case .fullyConnected: "fullyConnected"
        case .elementwise: "elementwise"
        case .unary: "unary"
        case .gate: "gate"
        case .prelu: "prelu"
        case .concatenation: "concatenation"
        case .split: "split"
        case .stridedSlice: "stridedSlice"
        case .pad: "pad"
        case .reshape: "reshape"
        case .transpose: "transpose"
        case .pack: "pack"
        case .unpack: "unpack"
        case .averagePool2D: "averagePool2D"
        case .maximumPool2D: "maximumPool2D"
        case .mean: "mean"
        case .softmax: "softmax"
        case .quantize: "quantize"
        case .dequantize: "dequantize"
        case .cast: "cast"
        case .resizeBilinear: "resizeBilinear"
        case .resizeNearestNeighbor: "resizeNearestNeighbor"
        case .argMax: "argMax"
        case .gatherND: "gatherND"
        case .detectionPostProcess: "detectionPostProcess"
        }
    }

    /// Of the function that an element-by-element layer computes; nil for other kinds.
    var function: String? {
        switch kind {
        case .elementwise(let function, _): function.rawValue
        case .unary(let function), .gate(let function, _, _): Self.name(of: function)
        default: nil
        }
    }

    private static func name(of function: Unary) -> String {
        switch function {
        case .logistic: "logistic"
        case .relu: "relu"
        case .relu6: "relu6"
        case .reluN1To1: "reluN1To1"
        case .hardSwish: "hardSwish"
        case .squareRoot: "squareRoot"
        case .leakyRelu: "leakyRelu"
        }
    }
}

extension Graph {
    /// The names of the layers, joined with "+".
    func name(of layers: Range<Int>) -> String {
        self.layers[layers].dropFirst().reduce(self.layers[layers].first?.name ?? "") { $0 + "+" + $1.name }
    }
}
