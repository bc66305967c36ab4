package import Tensors

/// One step of a graph: what is computed (`kind`, with every option resolved to a fact) from which tensors into which.
package struct Layer: Sendable {
    package var kind: LayerKind
    /// Indices into the graph's tensors; nil is an optional input that is absent (a bias).
    package var inputs: [Int?]
    /// Indices into the graph's tensors.
    package var outputs: [Int]
    /// The operator's index in the file, for messages.
    package var sourceIndex: Int

    package init(kind: LayerKind, inputs: [Int?], outputs: [Int], sourceIndex: Int) {
        self.kind = kind
        self.inputs = inputs
        self.outputs = outputs
        self.sourceIndex = sourceIndex
    }
}

/// The operators of the core. Letters of shapes: N batch, H and W height and width, C channels, I and O input and output channels,
/// KH and KW the kernel's extents. Axes are always resolved to 0..<rank.
package enum LayerKind: Sendable, Hashable {
    /// Inputs x [N,H,W,I], weights [O,KH,KW,I], bias [O] int32 or absent; output [N,H,W,O].
    case convolution2D(Convolution2D)
    /// Inputs x [N,H,W,I], weights [1,KH,KW,O] with O = I * depthMultiplier, bias [O] or absent; output [N,H,W,O].
    case depthwiseConvolution2D(Convolution2D, depthMultiplier: Int)
    /// Inputs x [N,H,W,I], weights [O,KH,KW,I], bias [O] or absent; output [N,H,W,O] of the shape that the file gives.
    /// `outputShape` in the file is input 0; it has been resolved and dropped.
    case transposeConvolution2D(Convolution2D)
    /// Inputs x [...,I], weights [O,I], bias [O] or absent; output [N,O], or x's leading extents and O.
    case fullyConnected(activation: Activation)
    /// Element by element over two inputs with broadcasting, NumPy's rule.
    case elementwise(Elementwise, activation: Activation)
    /// Element by element over one input.
    case unary(Unary)
    /// x times a function of x that is itself quantised on the way, as in SiLU: one input, one output. No loader makes it: the engine does,
    /// of a unary layer and a multiplication.
    case gate(Unary, through: Quantization, activation: Activation)
    /// Inputs x and alpha, broadcast to x's shape.
    case prelu
    case concatenation(axis: Int, activation: Activation)
    /// One input, as many outputs as parts along the axis.
    case split(axis: Int)
    /// Begin, end and stride resolved for every axis of the input; element i of an axis is begin + i * stride. Axes of extent 1 may be dropped.
    case stridedSlice(begins: [Int], strides: [Int], extents: [Int])
    /// Elements added in front and behind on each axis, filled with `value` (stored units, the bits of a float32); nil stands
    /// for the output's zero point, or zero.
    case pad(before: [Int], after: [Int], value: Int32?)
    /// The same elements in another shape.
    case reshape
    case transpose(permutation: [Int])
    /// As many inputs as the output's extent along the new axis.
    case pack(axis: Int)
    /// As many outputs as the input's extent along the axis, which is dropped.
    case unpack(axis: Int)
    case averagePool2D(Pool2D)
    case maximumPool2D(Pool2D)
    case mean(axes: [Int], keepsAxes: Bool)
    /// Over the last axis.
    case softmax(beta: Float)
    /// To the output's element type and quantisation; float32 or quantised input.
    case quantize
    case dequantize
    case cast
    case resizeBilinear(alignsCorners: Bool, usesHalfPixelCenters: Bool)
    case resizeNearestNeighbor(alignsCorners: Bool, usesHalfPixelCenters: Bool)
    /// Index of the largest element along the axis, the first of equals; output int32 or int64.
    case argMax(axis: Int)
    /// Inputs parameters and indices [..., K] int32.
    case gatherND
    /// Inputs box encodings [1,A,4], class scores [1,A,C], anchors [A,4]; outputs boxes [1,D,4], classes [1,D], scores [1,D], count [1],
    /// all float32.
    case detectionPostProcess(DetectionPostProcess)
}

/// What follows a layer's arithmetic, as a clamp in the output's units.
package enum Activation: String, Sendable, Hashable { case none, relu, relu6, reluN1To1 }

package enum Padding: String, Sendable, Hashable { case same, valid }

/// Elements of padding around an image, 0 or more each.
package struct Margins: Sendable, Hashable {
    package var top: Int
    package var bottom: Int
    package var left: Int
    package var right: Int

    package init(top: Int, bottom: Int, left: Int, right: Int) {
        self.top = top
        self.bottom = bottom
        self.left = left
        self.right = right
    }
}

package enum Elementwise: String, Sendable, Hashable { case add, subtract, multiply, divide, floorDivide, maximum, minimum }

package enum Unary: Sendable, Hashable {
    case logistic, relu, relu6, reluN1To1, hardSwish, squareRoot
    case leakyRelu(alpha: Float)
}

package struct Convolution2D: Sendable, Hashable {
    package var strideHeight: Int
    package var strideWidth: Int
    package var dilationHeight: Int
    package var dilationWidth: Int
    package var padding: Padding
    /// Elements of padding, when they are not those of `padding`. No loader sets it: the engine does, of a layer that only pads.
    package var margins: Margins?
    package var activation: Activation

    package init(
        strideHeight: Int, strideWidth: Int, dilationHeight: Int = 1, dilationWidth: Int = 1, padding: Padding, activation: Activation
    ) {
        self.strideHeight = strideHeight
        self.strideWidth = strideWidth
        self.dilationHeight = dilationHeight
        self.dilationWidth = dilationWidth
        self.padding = padding
        self.activation = activation
    }
}

package struct Pool2D: Sendable, Hashable {
    package var windowHeight: Int
    package var windowWidth: Int
    package var strideHeight: Int
    package var strideWidth: Int
    package var padding: Padding
    package var activation: Activation

    package init(windowHeight: Int, windowWidth: Int, strideHeight: Int, strideWidth: Int, padding: Padding, activation: Activation) {
        self.windowHeight = windowHeight
        self.windowWidth = windowWidth
        self.strideHeight = strideHeight
        self.strideWidth = strideWidth
        self.padding = padding
        self.activation = activation
    }
}

/// Options of the custom operator `TFLite_Detection_PostProcess`.
package struct DetectionPostProcess: Sendable, Hashable {
    package var maxDetections: Int
    package var maxClassesPerDetection: Int
    package var detectionsPerClass: Int
    package var usesRegularNMS: Bool
    package var classCount: Int
    package var scoreThreshold: Float
    package var iouThreshold: Float
    package var scaleY: Float
    package var scaleX: Float
    package var scaleH: Float
    package var scaleW: Float

    package init(
        maxDetections: Int, maxClassesPerDetection: Int, detectionsPerClass: Int, usesRegularNMS: Bool, classCount: Int,
        scoreThreshold: Float, iouThreshold: Float, scaleY: Float, scaleX: Float, scaleH: Float, scaleW: Float
    ) {
        self.maxDetections = maxDetections
        self.maxClassesPerDetection = maxClassesPerDetection
        self.detectionsPerClass = detectionsPerClass
        self.usesRegularNMS = usesRegularNMS
        self.classCount = classCount
        self.scoreThreshold = scoreThreshold
        self.iouThreshold = iouThreshold
        self.scaleY = scaleY
        self.scaleX = scaleX
        self.scaleH = scaleH
        self.scaleW = scaleW
    }
}
