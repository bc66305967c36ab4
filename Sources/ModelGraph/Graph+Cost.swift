import Tensors

/// What a graph costs to run, from its shapes alone.
extension Graph {
    /// Multiply-accumulates of the layers with weights, the figure that models are compared by.
    package var multiplyAccumulateCount: Int { layers.reduce(0) { Self.sum($0, multiplyAccumulateCount(of: $1)) } }

    /// About the steps of one run: multiply-accumulates, taps of pools and of transposed convolutions, comparisons of boxes and classes,
    /// elements moved. For limits, so it is generous.
    package var workCount: Int { layers.reduce(0) { Self.sum($0, workCount(of: $1)) } }

    /// The bytes of all tensors that a run fills: inputs and outputs of layers. Working memory is smaller, since tensors share it.
    package var activationByteCount: Int {
        var total = inputs.reduce(0) { Self.sum($0, tensors[$1].byteCount) }
        for layer in layers { total = layer.outputs.reduce(total) { Self.sum($0, tensors[$1].byteCount) } }
        return total
    }

    /// The bytes of all constants.
    package var constantByteCount: Int { tensors.reduce(0) { Self.sum($0, $1.constant?.count ?? 0) } }

    /// The bytes of the constants that each layer reads, summed over the layers: files may share constants, memory for packed ones is
    /// needed for each use.
    package var constantOperandByteCount: Int {
        layers.reduce(0) { $1.inputs.reduce($0) { Self.sum($0, $1.flatMap { tensors[$0].constant?.count } ?? 0) } }
    }

    /// Multiply-accumulates of one layer; 0 for layers without weights.
    package func multiplyAccumulateCount(of layer: Layer) -> Int {
        guard let output = layer.outputs.first.map({ tensors[$0].shape }), layer.inputs.count > 1, let x = layer.inputs[0],
            let weights = layer.inputs[1]
        else { return 0 }
        let filter = tensors[weights].shape
        // Bound: element counts are below 2^31, so each product is below 2^62.
        return switch layer.kind {
        case .convolution2D: output.elementCount * (filter.elementCount / filter[0])
        case .depthwiseConvolution2D: output.elementCount * (filter[1] * filter[2])
        case .transposeConvolution2D: tensors[x].shape.elementCount * (filter.elementCount / filter[3])
        case .fullyConnected: output.elementCount * filter[1]
        default: 0
        }
    }

    /// About the steps of one layer, as in `workCount`.
    package func workCount(of layer: Layer) -> Int {
        let inputs = layer.inputs.reduce(0) { Self.sum($0, $1.map { tensors[$0].shape.elementCount } ?? 0) }
        let outputs = layer.outputs.reduce(0) { Self.sum($0, tensors[$1].shape.elementCount) }
        let steps: Int =
            switch layer.kind {
            case .averagePool2D(let pool), .maximumPool2D(let pool):
                // Bound: windows are at most 4096, so below 2^55.
                outputs * (pool.windowHeight * pool.windowWidth)
            case .transposeConvolution2D:
                // The engine looks for each output at the whole window, also where no input scattered to: many steps for few products when
                // the strides are long. Bound: as the products.
                outputs * filterElementCount(of: layer)
            case .detectionPostProcess(let options):
                // Bound: 10^4 classes, 10^6 anchors, 10^6 detections each is 10^16; each kept box is compared with every anchor, and each
                // of its classes (10^4 rows in all) with every class.
                (inputs / 4) * (options.usesRegularNMS ? options.classCount : 1) * min(options.detectionsPerClass, options.maxDetections)
                    + options.maxDetections * options.maxClassesPerDetection * options.classCount
            default: multiplyAccumulateCount(of: layer)
            }
        return Self.sum(steps, Self.sum(inputs, outputs))
    }

    /// The weights [O,KH,KW,I] of one output channel.
    private func filterElementCount(of layer: Layer) -> Int {
        guard layer.inputs.count > 1, let weights = layer.inputs[1] else { return 0 }
        return tensors[weights].shape.elementCount / tensors[weights].shape[0]
    }

    /// A sum that stays at the largest number.
    static func sum(_ a: Int, _ b: Int) -> Int {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? Int.max : sum
    }
}
