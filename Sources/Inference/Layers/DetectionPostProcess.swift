import ModelGraph
import Tensors

/// The custom operator `TFLite_Detection_PostProcess`: boxes decoded against anchors, then thinned out by non-maximum suppression.
///
/// The letters: A anchors, C scores an anchor (with or without one for the background, in front), D detections.
struct PreparedDetectionPostProcess: PreparedLayer {
    /// How a tensor of numbers is read: as float32, or as uint8 through a table.
    enum Source: Sendable {
        case float32(Region)
        /// 256 entries by stored value.
        case uint8(Region, [Float])
    }

    let options: DetectionPostProcess
    let anchorCount: Int
    /// Numbers an anchor of the first input; the first four are y, x, height and width.
    let encodingStride: Int
    /// C
    let scoreStride: Int
    let encodings: Source
    let scores: Source
    let anchors: Source
    /// Boxes [D,4] as top, left, bottom, right; classes [D]; scores [D]; count [1].
    let outputs: [4 of Region]
    let scratch: DetectionScratch
    /// Nil where only the norm's way will do, and on the reference tier.
    let ranked: RankedDetection?

    /// 1 when the first score of an anchor is the background's.
    var labelOffset: Int { scoreStride - options.classCount }

    func run(_ arena: borrowing Arena) {
        var boxes = arena.mutableSpan(outputs[0], of: DetectionBox.self)
        var classes = arena.mutableSpan(outputs[1], of: Float.self)
        var kept = arena.mutableSpan(outputs[2], of: Float.self)
        boxes.update(repeating: DetectionBox(top: 0, left: 0, bottom: 0, right: 0))
        classes.update(repeating: 0)
        kept.update(repeating: 0)
        var count = arena.mutableSpan(outputs[3], of: Float.self)
        switch scores {
        case .float32(let region):
            let values = arena.span(region, of: Float.self)
            count[0] = Float(detect(arena, &boxes, &classes, &kept) { values[$0] })
        case .uint8(let region, let table):
            let (values, table) = (arena.span(region, of: UInt8.self), table.span)
            if let ranked {
                count[0] = Float(detect(arena, ranked: ranked, values, table, &boxes, &classes, &kept))
                return
            }
            count[0] = Float(detect(arena, &boxes, &classes, &kept) { table[Int(values[$0])] })
        }
    }

    /// Writes the detections and returns how many there are (anchors, when several classes of an anchor are kept).
    @inline(__always)
    @_lifetime(boxes: copy boxes)
    @_lifetime(classes: copy classes)
    private func detect(
        _ arena: borrowing Arena, _ boxes: inout MutableSpan<DetectionBox>, _ classes: inout MutableSpan<Float>,
        _ kept: inout MutableSpan<Float>, _ score: (Int) -> Float
    ) -> Int {
        decode(arena)
        let decoded = arena.span(scratch.boxes, of: DetectionBox.self)
        // The reference stops on boxes that end before they start; here there are no detections then.
        guard DetectionReference.areOrdered(decoded, count: anchorCount) else { return 0 }
        var ranking = arena.mutableSpan(scratch.scores, of: Float.self)
        var order = arena.mutableSpan(scratch.order, of: Int32.self)
        var buffer = arena.mutableSpan(scratch.buffer, of: Int32.self)
        var selected = arena.mutableSpan(scratch.selected, of: Int32.self)
        if !options.usesRegularNMS {
            var best = arena.mutableSpan(scratch.classes, of: Int32.self)
            DetectionReference.bestClasses(self, score, to: &best, scores: &ranking)
            let count = DetectionReference.suppress(
                self, decoded, ranking.span, limit: options.maxDetections, order: &order, buffer: &buffer, selected: &selected)
            DetectionReference.writeAnchors(
                self, decoded, selected.span, count: count, best: best.span, score, &boxes, &classes, &kept)
            return count
        }
        var merged = arena.mutableSpan(scratch.merged, of: RankedScore.self)
        var buffered = arena.mutableSpan(scratch.mergeBuffer, of: RankedScore.self)
        var mergedCount = 0
        for label in labelOffset..<scoreStride {
            for anchor in 0..<anchorCount { ranking[anchor] = score(anchor * scoreStride + label) }
            let count = DetectionReference.suppress(
                self, decoded, ranking.span, limit: min(options.detectionsPerClass, options.maxDetections), order: &order,
                buffer: &buffer, selected: &selected)
            mergedCount = DetectionReference.merge(
                self, selected.span, count: count, ranking.span, label: label, into: &merged, mergedCount, buffer: &buffered)
        }
        DetectionReference.writeMerged(self, decoded, merged.span, count: mergedCount, &boxes, &classes, &kept)
        return mergedCount
    }

    private func decode(_ arena: borrowing Arena) {
        var boxes = arena.mutableSpan(scratch.boxes, of: DetectionBox.self)
        switch (encodings, anchors) {
        case (.uint8(let a, let table), .uint8(let b, let anchorTable)):
            let (values, anchorValues) = (arena.span(a, of: UInt8.self), arena.span(b, of: UInt8.self))
            let (table, anchorTable) = (table.span, anchorTable.span)
            DetectionReference.decode(
                self, to: &boxes, encoding: { table[Int(values[$0])] }, anchor: { anchorTable[Int(anchorValues[$0])] })
        case (.float32(let a), .float32(let b)):
            let (values, anchorValues) = (arena.span(a, of: Float.self), arena.span(b, of: Float.self))
            DetectionReference.decode(self, to: &boxes, encoding: { values[$0] }, anchor: { anchorValues[$0] })
        case (.uint8, .float32), (.float32, .uint8): preconditionFailure("prepare refuses encodings and anchors of different types")
        }
    }
}

/// A box by its edges, in the order of the output.
struct DetectionBox: BitwiseCopyable, Sendable {
    var top: Float
    var left: Float
    var bottom: Float
    var right: Float
}

/// A score with the position of its anchor and class in the score tensor.
struct RankedScore: BitwiseCopyable, Sendable {
    var score: Float
    var position: Int32
}

/// Scratch memory of the layer.
struct DetectionScratch: Sendable {
    /// [A]
    let boxes: Region
    /// [A] float32: the scores that are ranked.
    let scores: Region
    /// [A] int32: the class of each score.
    let classes: Region
    /// [A] int32 each: candidates in order of rank, and room for sorting.
    let order: Region
    let buffer: Region
    /// [max detections] int32
    let selected: Region
    /// [max detections] each: the best of all classes so far, and room for merging.
    let merged: Region
    let mergeBuffer: Region
}

extension Preparation {
    /// Inputs box encodings [1,A,4...], scores [1,A,C] and anchors [A,4]: each float32, or uint8; encodings and anchors of one type.
    /// Outputs float32 boxes [1,D,4], classes [1,D], scores [1,D] and count [1], D = max detections * max classes a detection.
    mutating func prepareDetectionPostProcess(_ options: DetectionPostProcess) throws(InferenceError) -> any PreparedLayer {
        let (encodings, scores, anchors) = (try input(0), try input(1), try input(2))
        try requireSameType(encodings, anchors)
        try check(options, encodings.shape, scores.shape, anchors.shape)
        let slots = options.maxDetections * options.maxClassesPerDetection
        for (index, count) in [slots * 4, slots, slots, 1].enumerated() {
            let y = try output(index)
            guard y.elementType == .float32, y.shape.elementCount == count else {
                throw unsupported("output \(index) as \(y.elementType) \(y.shape), expected \(count) float32")
            }
        }
        let regions = [try outputRegion(0), try outputRegion(1), try outputRegion(2), try outputRegion(3)]
        let scoreSource = try source(1) { QuantizeReference.dequantize($0, scale: $1.scale, zeroPoint: $1.zeroPoint) }
        let anchorSource = try source(2) { DetectionReference.dequantizeEncoding($0, $1) }
        return PreparedDetectionPostProcess(
            options: options, anchorCount: anchors.shape[0], encodingStride: encodings.shape[2], scoreStride: scores.shape[2],
            encodings: try source(0) { DetectionReference.dequantizeEncoding($0, $1) },
            scores: scoreSource, anchors: anchorSource, outputs: [4 of Region] { regions[$0] },
            scratch: detectionScratch(anchorCount: anchors.shape[0], options),
            ranked: try rankedDetection(options, scores: scoreSource, anchors: anchorSource))
    }

    private func check(_ options: DetectionPostProcess, _ encodings: Shape, _ scores: Shape, _ anchors: Shape) throws(InferenceError) {
        guard encodings.rank == 3, scores.rank == 3, anchors.rank == 2, encodings[0] == 1, scores[0] == 1, encodings[2] >= 4,
            anchors[1] == 4, encodings[1] == anchors[0], scores[1] == anchors[0],
            scores[2] == options.classCount || scores[2] == options.classCount + 1, options.classCount >= 1
        else { throw unsupported("boxes \(encodings), scores \(scores) of \(options.classCount) classes, anchors \(anchors)") }
        let limit = 1 << 16
        guard (1...limit).contains(options.maxDetections), (1...limit).contains(options.maxClassesPerDetection),
            options.detectionsPerClass >= 1
        else {
            throw outOfRange("\(options.maxDetections) detections of \(options.maxClassesPerDetection) classes")
        }
        guard options.iouThreshold > 0, options.iouThreshold <= 1 else { throw outOfRange("the overlap limit \(options.iouThreshold)") }
    }

    private func source(
        _ index: Int, _ dequantize: (Int32, Quantization) -> Float
    ) throws(InferenceError) -> PreparedDetectionPostProcess.Source {
        let tensor = try input(index)
        switch tensor.elementType {
        case .float32: return .float32(try inputRegion(index))
        case .uint8:
            let quantization = try perTensorQuantization(tensor)
            return .uint8(try inputRegion(index), (0..<256).map { dequantize($0, quantization) })
        default: throw unsupported("detections from \(tensor.elementType)")
        }
    }

    private mutating func detectionScratch(anchorCount: Int, _ options: DetectionPostProcess) -> DetectionScratch {
        let perAnchor = anchorCount * 4
        let sizes = [
            anchorCount * MemoryLayout<DetectionBox>.stride, perAnchor, perAnchor, perAnchor, perAnchor, options.maxDetections * 4,
            options.maxDetections * MemoryLayout<RankedScore>.stride, options.maxDetections * MemoryLayout<RankedScore>.stride,
        ]
        let parts = scratchParts(byteCounts: sizes)
        return DetectionScratch(
            boxes: parts[0], scores: parts[1], classes: parts[2], order: parts[3], buffer: parts[4], selected: parts[5], merged: parts[6],
            mergeBuffer: parts[7])
    }

    /// Several pieces of scratch memory that do not overlap.
    private mutating func scratchParts(byteCounts: [Int]) -> [Region] {
        var offsets: [Int] = []
        var total = 0
        for byteCount in byteCounts {
            offsets.append(total)
            total += (byteCount + Arena.alignment - 1) / Arena.alignment * Arena.alignment
        }
        let whole = scratch(byteCount: total)
        return zip(offsets, byteCounts).map { Region(byteOffset: whole.byteOffset + $0, byteCount: $1) }
    }
}
