import ModelGraph
package import Tensors

/// What a layer of a plan is, for tables and pictures. Plans run a rewritten graph, so these are not the file's operators one by one.
package struct LayerOutline: Sendable, Hashable {
    /// The extents of a kernel or window and its steps.
    package struct Window: Sendable, Hashable, CustomStringConvertible {
        package let height: Int
        package let width: Int
        package let strideHeight: Int
        package let strideWidth: Int

        package init(height: Int, width: Int, strideHeight: Int = 1, strideWidth: Int = 1) {
            self.height = height
            self.width = width
            self.strideHeight = strideHeight
            self.strideWidth = strideWidth
        }

        /// `3x3`, `3x3/2` with a stride.
        package var description: String {
            let stride = strideHeight == strideWidth ? "\(strideHeight)" : "\(strideHeight)x\(strideWidth)"
            return "\(height)x\(width)" + (stride == "1" ? "" : "/\(stride)")
        }
    }

    /// The case of `LayerKind`; `block` for layers that are computed together.
    package let kind: String
    /// What a layer computes whose kind has many functions: `add`, `logistic` ...
    package let function: String?
    /// The first input; nil for layers without one.
    package let input: Shape?
    /// The first output; nil for layers without one.
    package let output: Shape?
    /// Of convolutions and pools.
    package let window: Window?
    package let multiplyAccumulateCount: Int

    /// The kind, and of layers that are computed together what each of them is.
    package var name: String { kind == "block" ? "block " + (function ?? "") : kind }

    package init(
        kind: String, function: String? = nil, input: Shape?, output: Shape?, window: Window? = nil, multiplyAccumulateCount: Int = 0
    ) {
        self.kind = kind
        self.function = function
        self.input = input
        self.output = output
        self.window = window
        self.multiplyAccumulateCount = multiplyAccumulateCount
    }
}

extension Graph {
    /// Of layers that are computed together, or of one.
    func outline(of layers: ArraySlice<Layer>) -> LayerOutline {
        let outlines = layers.map(outline(of:))
        guard outlines.count > 1, let first = outlines.first, let last = outlines.last else {
            return outlines.first ?? LayerOutline(kind: "block", input: nil, output: nil)
        }
        return LayerOutline(
            kind: "block",
            function: outlines.dropFirst().reduce(first.window?.description ?? first.kind) {
                $0 + "+" + ($1.window?.description ?? $1.kind)
            },
            input: first.input, output: last.output, multiplyAccumulateCount: outlines.reduce(0) { $0 + $1.multiplyAccumulateCount })
    }

    private func outline(of layer: Layer) -> LayerOutline {
        func shape(_ tensor: Int?) -> Shape? { tensor.map { tensors[$0].shape } }
        let filter = layer.inputs.count > 1 ? shape(layer.inputs[1]) : nil
        func kernel(_ convolution: Convolution2D) -> LayerOutline.Window? {
            filter.map {
                LayerOutline.Window(
                    height: $0[1], width: $0[2], strideHeight: convolution.strideHeight, strideWidth: convolution.strideWidth)
            }
        }
        let window: LayerOutline.Window? =
            switch layer.kind {
            case .convolution2D(let convolution), .depthwiseConvolution2D(let convolution, _), .transposeConvolution2D(let convolution):
                kernel(convolution)
            case .averagePool2D(let pool), .maximumPool2D(let pool):
                LayerOutline.Window(
                    height: pool.windowHeight, width: pool.windowWidth, strideHeight: pool.strideHeight, strideWidth: pool.strideWidth)
            default: nil
            }
        return LayerOutline(
            kind: layer.name, function: layer.function, input: shape(layer.inputs.first ?? nil), output: shape(layer.outputs.first),
            window: window, multiplyAccumulateCount: multiplyAccumulateCount(of: layer))
    }
}
