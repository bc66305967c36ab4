import ModelGraph
import Tensors

/// Turns the decoded tables of a file into a graph.
struct Translator {
    let model: ModelTable
    let reader: Reader

    /// - Throws: `ModelFileError` with the path of the first thing that does not hold.
    func graph(name: String) throws(ModelFileError) -> Graph {
        var tensors: [Graph.Tensor] = []
        tensors.reserveCapacity(model.tensors.count)
        for table in model.tensors { tensors.append(try tensor(table)) }
        var layers: [Layer] = []
        layers.reserveCapacity(model.operators.count)
        for (index, table) in model.operators.enumerated() {
            // The operation is gone when the shapes below are set, so the tensors are not copied.
            let layer = try translate(try operation(table, index: index, tensors: tensors))
            if case .detectionPostProcess(let options) = layer.kind, let shapes = options.outputShapes {
                for (output, shape) in zip(layer.outputs, shapes) where tensors[output].shape.rank == 0 { tensors[output].shape = shape }
            }
            layers.append(layer)
        }
        let inputs = try indices(model.inputs, "inputs")
        let outputs = try indices(model.outputs, "outputs")
        do {
            return try Graph(name: name, tensors: tensors, layers: layers, inputs: inputs, outputs: outputs)
        } catch {
            throw .invalid(path: "subgraphs[0].\(error.path)", reason: error.reason)
        }
    }

    private func indices(_ values: [Int32], _ field: String) throws(ModelFileError) -> [Int] {
        for (position, value) in values.enumerated() where value < 0 || value >= model.tensors.count {
            throw .malformed(path: "subgraphs[0].\(field)[\(position)]", reason: "is \(value), there are \(model.tensors.count) tensors")
        }
        return values.map(Int.init)
    }

    private func operation(_ table: OperatorTable, index: Int, tensors: [Graph.Tensor]) throws(ModelFileError) -> Operation {
        guard table.operatorCode < model.operatorCodes.count else {
            throw .malformed(
                path: "\(table.place).opcode_index", reason: "is \(table.operatorCode), there are \(model.operatorCodes.count) codes")
        }
        let code = model.operatorCodes[Int(table.operatorCode)]
        guard let kind = BuiltinOperator(rawValue: code.code),
            kind != .custom || code.customCode == DetectionOptions.operatorName
        else {
            let name =
                code.code == BuiltinOperator.custom.rawValue ? "custom '\(code.customCode.prefix(64))'" : OperatorNames.name(of: code.code)
            throw .unsupported(
                path: table.place.description,
                reason: "\(name) is not a supported operator; supported are \(BuiltinOperator.supportedNames)")
        }
        guard code.version >= 1, code.version <= kind.maximumVersion else {
            throw .unsupported(
                path: "\(code.place).version",
                reason: "\(kind.name) has version \(code.version), supported are 1...\(kind.maximumVersion) (used by operators[\(index)])")
        }
        var inputs: [Int?] = []
        for (position, value) in table.inputs.enumerated() {
            guard value >= -1, value < tensors.count else {
                throw .malformed(path: "\(table.place).inputs[\(position)]", reason: "is \(value), there are \(tensors.count) tensors")
            }
            inputs.append(value < 0 ? nil : Int(value))
        }
        for (position, value) in table.outputs.enumerated() where value < 0 || value >= tensors.count {
            throw .malformed(path: "\(table.place).outputs[\(position)]", reason: "is \(value), there are \(tensors.count) tensors")
        }
        return Operation(
            table: table, kind: kind, index: index, inputs: inputs, outputs: table.outputs.map(Int.init), tensors: tensors, reader: reader)
    }

    private func translate(_ operation: Operation) throws(ModelFileError) -> Layer {
        switch operation.kind {
        case .add: try operation.elementwise(.add)
        case .sub: try operation.elementwise(.subtract)
        case .mul: try operation.elementwise(.multiply)
        case .div: try operation.elementwise(.divide)
        case .floorDiv: try operation.elementwise(.floorDivide)
        case .maximum: try operation.elementwise(.maximum)
        case .minimum: try operation.elementwise(.minimum)
        case .conv2D: try operation.convolution2D()
        case .depthwiseConv2D: try operation.depthwiseConvolution2D()
        case .transposeConv: try operation.transposeConvolution2D()
        case .fullyConnected: try operation.fullyConnected()
        case .concatenation: try operation.concatenation()
        case .split: try operation.split()
        case .stridedSlice: try operation.stridedSlice()
        case .pad, .padV2: try operation.pad()
        case .reshape: try operation.reshape()
        case .squeeze, .expandDims: try operation.reshapeOfUnitAxes()
        case .transpose: try operation.transpose()
        case .pack: try operation.pack()
        case .unpack: try operation.unpack()
        case .averagePool2D: operation.layer(.averagePool2D(try operation.pool2D()), inputs: operation.inputs)
        case .maxPool2D: operation.layer(.maximumPool2D(try operation.pool2D()), inputs: operation.inputs)
        case .mean: try operation.mean()
        case .softmax: try operation.softmax()
        case .logistic: try operation.simple(.unary(.logistic))
        case .relu: try operation.simple(.unary(.relu))
        case .relu6: try operation.simple(.unary(.relu6))
        case .reluN1To1: try operation.simple(.unary(.reluN1To1))
        case .hardSwish: try operation.simple(.unary(.hardSwish))
        case .sqrt: try operation.simple(.unary(.squareRoot))
        case .leakyRelu: try operation.leakyRelu()
        case .prelu: try operation.prelu()
        case .quantize: try operation.simple(.quantize)
        case .dequantize: try operation.simple(.dequantize)
        case .cast: try operation.simple(.cast)
        case .resizeBilinear: try operation.resizeBilinear()
        case .resizeNearestNeighbor: try operation.resizeNearestNeighbor()
        case .argMax: try operation.argMax()
        case .gatherND: try operation.gatherND()
        case .custom: try operation.detectionPostProcess()
        }
    }
}
