import ModelGraph
import Tensors

/// What the quick way to detections needs. It gives the same detections as `DetectionReference`, but ranks bytes instead of numbers, and
/// decodes and compares only the boxes that it looks at, from the highest score down, until there are enough.
struct RankedDetection: Sendable {
    let kernels: Kernels
    /// The lowest stored score that reaches the threshold; 256 when none does.
    let lowestScore: Int

    /// Nil when a larger stored score need not be a larger number.
    init?(scores: [Float], threshold: Float, kernels: Kernels) {
        precondition(scores.count == 256)
        guard zip(scores, scores.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
        self.kernels = kernels
        lowestScore = scores.firstIndex { $0 >= threshold } ?? 256
    }
}

extension PreparedDetectionPostProcess {
    /// Writes the detections and returns how many there are.
    @_lifetime(boxes: copy boxes)
    @_lifetime(classes: copy classes)
    @_lifetime(kept: copy kept)
    func detect(
        _ arena: borrowing Arena, ranked: RankedDetection, _ scores: Span<UInt8>, _ table: Span<Float>,
        _ boxes: inout MutableSpan<DetectionBox>, _ classes: inout MutableSpan<Float>, _ kept: inout MutableSpan<Float>
    ) -> Int {
        var best = arena.mutableSpan(scratch.classes, of: Int32.self)
        ranked.kernels.argMax(
            scores, isSigned: false, offset: labelOffset, step: scoreStride, rowCount: anchorCount, count: options.classCount,
            positions: &best)
        var order = arena.mutableSpan(scratch.order, of: Int32.self)
        let candidateCount = rank(scores, best.span, lowest: ranked.lowestScore, to: &order)
        var decoded = arena.mutableSpan(scratch.boxes, of: DetectionBox.self)
        var selected = arena.mutableSpan(scratch.selected, of: Int32.self)
        var count = 0
        switch (encodings, anchors) {
        case (.uint8(let a, let encodingTable), .uint8(let b, let anchorTable)):
            let (codes, origins) = (arena.span(a, of: UInt8.self), arena.span(b, of: UInt8.self))
            let (encodingTable, anchorTable) = (encodingTable.span, anchorTable.span)
            count = select(order.span, candidateCount, &decoded, &selected) {
                DetectionReference.decode(self, $0, { encodingTable[Int(codes[$0])] }, { anchorTable[Int(origins[$0])] })
            }
        case (.float32(let a), .float32(let b)):
            let (codes, origins) = (arena.span(a, of: Float.self), arena.span(b, of: Float.self))
            count = select(order.span, candidateCount, &decoded, &selected) {
                DetectionReference.decode(self, $0, { codes[$0] }, { origins[$0] })
            }
        case (.uint8, .float32), (.float32, .uint8): preconditionFailure("prepare refuses encodings and anchors of different types")
        }
        DetectionReference.writeAnchors(
            self, decoded.span, selected.span, count: count, best: best.span, { table[Int(scores[$0])] }, &boxes, &classes, &kept)
        return count
    }

    /// Anchors by falling score, equal ones in their own order: counted, then placed.
    /// - Returns: How many reach the threshold.
    @_lifetime(order: copy order)
    private func rank(_ scores: Span<UInt8>, _ best: Span<Int32>, lowest: Int, to order: inout MutableSpan<Int32>) -> Int {
        var places = [256 of Int](repeating: 0)
        for anchor in 0..<anchorCount { places[Int(score(scores, best, anchor))] += 1 }
        var total = 0
        for value in stride(from: 255, through: lowest, by: -1) {
            let count = places[value]
            places[value] = total
            total += count
        }
        for anchor in 0..<anchorCount {
            let value = Int(score(scores, best, anchor))
            guard value >= lowest else { continue }
            order[places[value]] = Int32(truncatingIfNeeded: anchor)
            places[value] += 1
        }
        return total
    }

    @inline(__always)
    private func score(_ scores: Span<UInt8>, _ best: Span<Int32>, _ anchor: Int) -> UInt8 {
        scores[anchor * scoreStride + labelOffset + Int(best[anchor])]
    }

    /// Candidates that overlap no earlier selected one too much, until there are enough.
    @inline(__always)
    @_lifetime(boxes: copy boxes)
    @_lifetime(selected: copy selected)
    private func select(
        _ order: Span<Int32>, _ candidateCount: Int, _ boxes: inout MutableSpan<DetectionBox>, _ selected: inout MutableSpan<Int32>,
        _ decode: (Int) -> DetectionBox
    ) -> Int {
        var count = 0
        for index in 0..<candidateCount where count < options.maxDetections {
            let anchor = Int(order[index])
            let box = decode(anchor)
            var isSuppressed = false
            for other in 0..<count where !isSuppressed {
                isSuppressed = DetectionReference.overlap(boxes[Int(selected[other])], box) > options.iouThreshold
            }
            if isSuppressed { continue }
            boxes[anchor] = box
            selected[count] = order[index]
            count += 1
        }
        return count
    }
}

extension Preparation {
    /// Nil where the quick way would not do the same: its boxes never end before they start, because no anchor has a negative extent.
    func rankedDetection(
        _ options: DetectionPostProcess, scores: PreparedDetectionPostProcess.Source, anchors: PreparedDetectionPostProcess.Source
    ) throws(InferenceError) -> RankedDetection? {
        guard let kernels = fastKernels, !options.usesRegularNMS, case .uint8(_, let table) = scores,
            let constant = try input(2).constant, constant.count == (try input(2)).byteCount
        else { return nil }
        for anchor in stride(from: constant.startIndex, to: constant.endIndex, by: constant.count / max(try input(2).shape[0], 1)) {
            for extent in [2, 3] {
                let isNegative =
                    switch anchors {
                    case .uint8(_, let table): !(table[Int(constant[anchor + extent])] >= 0)
                    // The sign bit; minus zero is as bad as it is rare.
                    case .float32: constant[anchor + 4 * extent + 3] & 0x80 != 0
                    }
                if isNegative { return nil }
            }
        }
        return RankedDetection(scores: table, threshold: options.scoreThreshold, kernels: kernels)
    }
}
