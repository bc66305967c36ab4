import Inference
import ModelGraph
import Tensors
import Testing

/// The quick way to detections against the norm's: the same boxes, classes and scores.
struct DetectionTierTests {
    private func tensor(
        _ type: ElementType, _ extents: [Int], scale: Float = 1, zeroPoint: Int32 = 0, constant: [UInt8]? = nil
    ) throws
        -> Graph.Tensor
    {
        Graph.Tensor(
            name: "t", elementType: type, shape: try #require(Shape(extents)),
            quantization: type == .uint8 ? Quantization(scales: [scale], zeroPoints: [zeroPoint]) : nil, constant: constant?[...])
    }

    @Test(arguments: [false, true], [Fill.random, .allMaximum, .alternating])
    func detectionsEqualTheNorm(hasNegativeExtents: Bool, fill: Fill) throws {
        var random = SplitMix(seed: 51)
        for (anchorCount, classCount, background, threshold) in [(1, 1, 0, Float(-20)), (17, 3, 1, 0.2), (300, 20, 1, 0.4), (300, 2, 0, 9)]
        {
            for (most, classesPerDetection) in [(1, 1), (10, 1), (40, 3)] {
                let classes = min(classesPerDetection, classCount)
                let options = DetectionPostProcess(
                    maxDetections: most, maxClassesPerDetection: classes, detectionsPerClass: 10, usesRegularNMS: false,
                    classCount: classCount, scoreThreshold: threshold, iouThreshold: 0.3, scaleY: 10, scaleX: 10, scaleH: 5, scaleW: 5)
                let origins = (0..<anchorCount * 4).map { index in
                    UInt8.random(in: hasNegativeExtents && index % 4 > 1 ? 0...60 : 20...120, using: &random)
                }
                let anchors = try tensor(.uint8, [anchorCount, 4], scale: 0.01, zeroPoint: 20, constant: origins)
                let encodings = fill.bytes(count: anchorCount * 4, isSigned: false, using: &random)
                // Scores of few values: many are equal.
                let scores = (0..<anchorCount * (classCount + background)).map { _ in UInt8.random(in: 0...9, using: &random) * 25 }
                let outputs = try [[1, most * classes, 4], [1, most * classes], [1, most * classes], [1]]
                    .map { try tensor(.float32, $0) }
                let inputs = [
                    try tensor(.uint8, [1, anchorCount, 4], scale: 0.03, zeroPoint: 128),
                    try tensor(.uint8, [1, anchorCount, classCount + background], scale: 1 / 256), anchors,
                ]
                let layer = Layer(
                    kind: .detectionPostProcess(options), inputs: [0, 1, 2], outputs: [3, 4, 5, 6], sourceIndex: 0)
                let graph = try Graph(
                    name: "detections", tensors: inputs + outputs, layers: [layer], inputs: [0, 1], outputs: layer.outputs)
                let values = [0: encodings, 1: scores]
                let expected = try SingleLayer.run(graph, values: values)
                for tier in LayerTierTests.fastTiers {
                    #expect(
                        try SingleLayer.run(graph, values: values, tier: tier) == expected,
                        "\(tier): \(anchorCount) anchors, \(classCount) classes, at most \(most)")
                }
            }
        }
    }
}
