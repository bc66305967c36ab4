import ModelGraph
import Tensors
import Testing

/// Layers that move, sum up or look up elements.
@Suite("Movement and reductions")
struct MovementTests {
    @Test(arguments: [
        (LayerKind.concatenation(axis: 1, activation: .none), [[1, 2], [1, 3]], [[1, 5]], String?.none),
        (
            .concatenation(axis: 1, activation: .none), [[1, 2], [2, 3]], [[1, 5]],
            "inputs[1]: has shape [2,3], the first input has [1,2]; only axis 1 may differ"
        ),
        (
            .concatenation(axis: 1, activation: .none), [[1, 2], [1, 3]], [[1, 4]], "outputs[0]: has shape [1,4], the operator gives [1,5]"
        ),
        (.concatenation(axis: 2, activation: .none), [[1, 2]], [[1, 2]], "axis: is 2, the tensor has shape [1,2]"),
        (.concatenation(axis: 0, activation: .relu), [[1, 2]], [[1, 2]], "activation: is relu, a concatenation has none"),
        (.split(axis: 1), [[1, 6]], [[1, 3], [1, 3]], nil),
        (.split(axis: 1), [[1, 5]], [[1, 3], [1, 2]], "outputs: has 2 parts, axis 1 of [1,5] cannot be divided by that"),
        (.stridedSlice(begins: [3, 0], strides: [-2, 1], extents: [2, 3]), [[4, 3]], [[2, 3]], nil),
        (.stridedSlice(begins: [3, 0], strides: [-2, 1], extents: [3, 3]), [[4, 3]], [[3, 3]], "end: is -1, must be 0...3"),
        (.stridedSlice(begins: [3, 0], strides: [1, 1], extents: [1, 3]), [[4, 3]], [[3]], nil),
        (
            .stridedSlice(begins: [0], strides: [1], extents: [4]), [[4, 3]], [[4, 3]],
            "begin: a begin, stride and extent is needed for each axis of [4,3]"
        ),
        (.pad(before: [0, 1], after: [0, 2], value: nil), [[2, 3]], [[2, 6]], nil),
        (.pad(before: [0, 1], after: [0, 2], value: 128), [[2, 3]], [[2, 6]], "value: is 128, which int8 cannot hold"),
        (.pad(before: [0, -1], after: [0, 2], value: nil), [[2, 3]], [[2, 4]], "paddings[1][0]: is -1, must be 0...16777216"),
        (.reshape, [[2, 3]], [[6]], nil),
        (.reshape, [[2, 3]], [[5]], "outputs[0]: has shape [5], which does not hold the elements of [2,3]"),
        (.transpose(permutation: [2, 0, 1]), [[2, 3, 4]], [[4, 2, 3]], nil),
        (.transpose(permutation: [0, 0, 1]), [[2, 3, 4]], [[2, 2, 3]], "permutation: [0, 0, 1] is not an order of the axes of [2,3,4]"),
        (.pack(axis: 1), [[3], [3]], [[3, 2]], nil),
        (.pack(axis: 1), [[3], [4]], [[3, 2]], "inputs[1]: has shape [4], the first input has [3]"),
        (.unpack(axis: 0), [[2, 3]], [[3], [3]], nil),
        (.unpack(axis: 0), [[2, 3]], [[3]], "outputs: has 1 parts, axis 0 of [2,3] has 2"),
        (.mean(axes: [1, 2], keepsAxes: true), [[1, 4, 4, 2]], [[1, 1, 1, 2]], nil),
        (.mean(axes: [1, 2], keepsAxes: false), [[1, 4, 4, 2]], [[1, 2]], nil),
        (.mean(axes: [], keepsAxes: false), [[1, 2]], [[1, 2]], "axes: [] must be one or more different axes"),
        (.mean(axes: [2], keepsAxes: false), [[1, 2]], [[1, 2]], "axis: is 2, the tensor has shape [1,2]"),
        (.resizeBilinear(alignsCorners: false, usesHalfPixelCenters: true), [[1, 2, 2, 3]], [[1, 5, 7, 3]], nil),
        (
            .resizeBilinear(alignsCorners: true, usesHalfPixelCenters: true), [[1, 2, 2, 3]], [[1, 5, 7, 3]],
            "half_pixel_centers: and align_corners are both set; at most one may be"
        ),
        (
            .resizeNearestNeighbor(alignsCorners: false, usesHalfPixelCenters: false), [[1, 2, 2, 3]], [[1, 5, 7, 4]],
            "outputs[0]: has shape [1,5,7,4], the operator gives [1,5,7,3]"
        ),
    ])
    func shapesFollowFromTheInputs(kind: LayerKind, inputs: [[Int]], outputs: [[Int]], message: String?) {
        #expect(refusal(kind, inputs, outputs) == message.map { "operators[0].\($0)" })
    }

    @Test func poolsSlideLikeConvolutions() {
        let pool = Pool2D(windowHeight: 3, windowWidth: 2, strideHeight: 2, strideWidth: 1, padding: .valid, activation: .none)
        #expect(refusal(.averagePool2D(pool), [[1, 7, 5, 2]], [[1, 3, 4, 2]]) == nil)
        #expect(
            refusal(.maximumPool2D(pool), [[1, 2, 5, 2]], [[1, 1, 4, 2]])
                == "operators[0].filter: 3x2 does not fit into [1,2,5,2] without padding")
        var wide = pool
        wide.windowWidth = 1 << 20
        #expect(
            refusal(.averagePool2D(wide), [[1, 7, 5, 2]], [[1, 3, 4, 2]]) == "operators[0].filter_width: is 1048576, must be 1...4096")
        wide = pool
        wide.strideWidth = 0
        #expect(refusal(.averagePool2D(wide), [[1, 7, 5, 2]], [[1, 3, 4, 2]]) == "operators[0].stride_w: is 0, must be 1...65535")
    }

    @Test func poolsTakeFloats() {
        let pool = Pool2D(windowHeight: 2, windowWidth: 2, strideHeight: 2, strideWidth: 2, padding: .valid, activation: .relu6)
        for kind in [LayerKind.averagePool2D(pool), .maximumPool2D(pool)] {
            #expect(refusal(kind, [[1, 4, 4, 2]], [[1, 2, 2, 2]], types: [.float32]) == nil)
            #expect(refusal(kind, [[1, 4, 4, 2]], [[1, 2, 2, 2]], types: [.float32], outputType: .int8)?.contains("is int8") == true)
        }
    }

    @Test func padsTakeTheBitsOfFloats() {
        let bits = Int32(bitPattern: Float(-1.5).bitPattern)
        #expect(refusal(.pad(before: [1], after: [0], value: bits), [[2]], [[3]], types: [.float32]) == nil)
        #expect(refusal(.pad(before: [1], after: [0], value: nil), [[2]], [[3]], types: [.float32]) == nil)
        #expect(
            refusal(.pad(before: [1], after: [0], value: 1), [[2]], [[3]], types: [.int64])
                == "operators[0].value: is 1, which int64 cannot hold")
    }

    @Test func poolsAndPadsKeepTheScale() {
        let pool = Pool2D(windowHeight: 1, windowWidth: 1, strideHeight: 1, strideWidth: 1, padding: .same, activation: .none)
        let rescaled = { (tensors: inout [Graph.Tensor]) in tensors[1].quantization = Quantization(scales: [0.25], zeroPoints: [0]) }
        let message = "operators[0].outputs[0]: has scale 0.25 and zero point 0, the other side has 0.5 and 0; they must agree"
        #expect(refusal(.averagePool2D(pool), [[1, 2, 2, 1]], [[1, 2, 2, 1]], change: rescaled) == message)
        #expect(refusal(.pad(before: [0], after: [1], value: nil), [[1]], [[2]], change: rescaled) == message)
    }

    @Test func onlyUint8ConcatenationsRescale() {
        let kind = LayerKind.concatenation(axis: 0, activation: .none)
        let rescaled = { (tensors: inout [Graph.Tensor]) in tensors[1].quantization = Quantization(scales: [0.25], zeroPoints: [0]) }
        #expect(refusal(kind, [[1], [1]], [[2]], types: [.uint8], change: rescaled) == nil)
        #expect(refusal(kind, [[1], [1]], [[2]], change: rescaled)?.hasPrefix("operators[0].inputs[1]: has scale 0.25") == true)
    }

    @Test func indexOfTheLargestIsAnInteger() {
        #expect(refusal(.argMax(axis: 1), [[2, 3, 4]], [[2, 4]], outputType: .int64) == nil)
        #expect(refusal(.argMax(axis: 1), [[2, 3, 4]], [[2, 4]]) == "operators[0].outputs[0]: is int8, this operator takes int32, int64")
        #expect(
            refusal(.argMax(axis: 3), [[2, 3, 4]], [[2, 4]], outputType: .int64) == "operators[0].axis: is 3, the tensor has shape [2,3,4]")
    }

    @Test func gatheredSlicesAreWhatTheIndicesLeave() {
        #expect(refusal(.gatherND, [[1, 48, 48, 34], [7, 3]], [[7, 34]], types: [.int8, .int32]) == nil)
        #expect(refusal(.gatherND, [[4, 5], [7, 2]], [[7]], types: [.int8, .int32]) == nil)
        #expect(
            refusal(.gatherND, [[4, 5], [7, 3]], [[7]], types: [.int8, .int32])
                == "operators[0].inputs[1]: has shape [7,3], its last axis must be 1...2 for [4,5]")
        #expect(refusal(.gatherND, [[4], [7, 1]], [[7]], types: [.int8, .int64])?.contains("is int64") == true)
    }

    @Test func detectionsAreBounded() {
        var options = DetectionPostProcess(
            maxDetections: 10, maxClassesPerDetection: 1, detectionsPerClass: 100, usesRegularNMS: false, classCount: 2,
            scoreThreshold: 0.3, iouThreshold: 0.6, scaleY: 10, scaleX: 10, scaleH: 5, scaleW: 5)
        func check(_ scores: [Int] = [1, 6, 3], rows: Int = 10) -> String? {
            refusal(
                .detectionPostProcess(options), [[1, 6, 4], scores, [6, 4]], [[1, rows, 4], [1, rows], [1, rows], [1]],
                types: [.uint8], outputType: .float32)
        }
        #expect(check() == nil)
        #expect(check([1, 6, 2]) == nil)
        #expect(check([1, 6, 4]) == "operators[0].inputs[1]: has shape [1,6,4], must be [1,6,2], or one class more")
        #expect(check(rows: 9) == "operators[0].outputs[0]: has shape [1,9,4], the operator gives [1,10,4]")
        options.maxDetections = 10_000
        options.classCount = 3
        options.maxClassesPerDetection = 2
        #expect(check() == "operators[0].max_detections x classes: is 20000, must be 1...10000")
        options.iouThreshold = 0
        options.maxDetections = 1
        #expect(check() == "operators[0].nms_iou_threshold: is 0.0, must be above 0 and at most 1")
    }
}
