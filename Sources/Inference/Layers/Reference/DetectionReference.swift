import ModelGraph
import Tensors

/// Non-maximum suppression in the order of operations of the reference, in single precision but for the decoding of boxes.
enum DetectionReference {
    /// A stored uint8 number of a box encoding or an anchor.
    static func dequantizeEncoding(_ x: Int32, _ quantization: Quantization) -> Float {
        (Float(x) - Float(quantization.zeroPoint)) * quantization.scale
    }

    /// boxes[a] = the edges of anchor a, moved and scaled by its encoding.
    @inline(__always)
    static func decode(
        _ layer: PreparedDetectionPostProcess, to boxes: inout MutableSpan<DetectionBox>, encoding: (Int) -> Float, anchor: (Int) -> Float
    ) {
        for index in 0..<layer.anchorCount { boxes[index] = decode(layer, index, encoding, anchor) }
    }

    /// The edges of one anchor, moved and scaled by its encoding. Computed in double precision, edges in single precision.
    @inline(__always)
    static func decode(
        _ layer: PreparedDetectionPostProcess, _ index: Int, _ encoding: (Int) -> Float, _ anchor: (Int) -> Float
    ) -> DetectionBox {
        let options = layer.options
        func center(_ offset: Float, _ scale: Float, _ extent: Float, _ origin: Float) -> Float {
            Float(Double(offset) / Double(scale) * Double(extent) + Double(origin))
        }
        func half(_ logarithm: Float, _ scale: Float, _ extent: Float) -> Float {
            Float(0.5 * Exponentials.exponential(Double(logarithm) / Double(scale)) * Double(extent))
        }
        let (code, base) = (index * layer.encodingStride, index * 4)
        let (anchorHeight, anchorWidth) = (anchor(base + 2), anchor(base + 3))
        let y = center(encoding(code), options.scaleY, anchorHeight, anchor(base))
        let x = center(encoding(code + 1), options.scaleX, anchorWidth, anchor(base + 1))
        let halfHeight = half(encoding(code + 2), options.scaleH, anchorHeight)
        let halfWidth = half(encoding(code + 3), options.scaleW, anchorWidth)
        return DetectionBox(top: y - halfHeight, left: x - halfWidth, bottom: y + halfHeight, right: x + halfWidth)
    }

    /// Whether no box ends before it starts.
    static func areOrdered(_ boxes: Span<DetectionBox>, count: Int) -> Bool {
        for index in 0..<count where boxes[index].top > boxes[index].bottom || boxes[index].left > boxes[index].right { return false }
        return true
    }

    /// The first class with the largest score of each anchor, and that score. Classes are counted without the background.
    @inline(__always)
    @_lifetime(best: copy best)
    static func bestClasses(
        _ layer: PreparedDetectionPostProcess, _ score: (Int) -> Float, to best: inout MutableSpan<Int32>,
        scores: inout MutableSpan<Float>
    ) {
        for anchor in 0..<layer.anchorCount {
            let start = anchor * layer.scoreStride + layer.labelOffset
            var (largest, label) = (score(start), 0)
            for candidate in 1..<max(layer.options.classCount, 1) {
                let value = score(start + candidate)
                // A NaN gives way to any number.
                if value > largest || (largest != largest && value == value) { (largest, label) = (value, candidate) }
            }
            scores[anchor] = largest
            best[anchor] = Int32(truncatingIfNeeded: label)
        }
    }

    /// Anchors whose score reaches the threshold, from the highest score down (equal scores in the anchors' order), less those that
    /// overlap a selected one too much; at most `limit`.
    /// - Returns: How many were written to `selected`.
    @_lifetime(order: copy order)
    @_lifetime(buffer: copy buffer)
    @_lifetime(selected: copy selected)
    static func suppress(
        _ layer: PreparedDetectionPostProcess, _ boxes: Span<DetectionBox>, _ scores: Span<Float>, limit: Int,
        order: inout MutableSpan<Int32>, buffer: inout MutableSpan<Int32>, selected: inout MutableSpan<Int32>
    ) -> Int {
        var candidateCount = 0
        for anchor in 0..<layer.anchorCount where scores[anchor] >= layer.options.scoreThreshold {
            order[candidateCount] = Int32(truncatingIfNeeded: anchor)
            candidateCount += 1
        }
        sort(&order, count: candidateCount, by: scores, buffer: &buffer)
        // From here on the buffer says which candidates are out.
        for index in 0..<candidateCount { buffer[index] = 0 }
        var count = 0
        for index in 0..<candidateCount where buffer[index] == 0 {
            guard count < limit else { break }
            let winner = boxes[Int(order[index])]
            selected[count] = order[index]
            count += 1
            // The last one suppresses nothing that matters.
            guard count < limit else { break }
            for other in index + 1..<max(candidateCount, index + 1) where buffer[other] == 0 {
                if overlap(winner, boxes[Int(order[other])]) > layer.options.iouThreshold { buffer[other] = 1 }
            }
        }
        return count
    }

    /// Sorts positions by falling score and keeps equal ones in order: a merge sort from runs of one upwards, without allocation.
    @_lifetime(order: copy order)
    @_lifetime(buffer: copy buffer)
    static func sort(
        _ order: inout MutableSpan<Int32>, count: Int, by scores: Span<Float>, buffer: inout MutableSpan<Int32>
    ) {
        var width = 1
        while width < count {
            var start = 0
            while start < count {
                let (middle, end) = (min(start + width, count), min(start + 2 * width, count))
                var (left, right) = (start, middle)
                for target in start..<end {
                    // The right one goes first only if it is really higher.
                    if left < middle && (right >= end || !(scores[Int(order[right])] > scores[Int(order[left])])) {
                        buffer[target] = order[left]
                        left += 1
                    } else {
                        buffer[target] = order[right]
                        right += 1
                    }
                }
                start = end
            }
            for index in 0..<count { order[index] = buffer[index] }
            width *= 2
        }
    }

    /// Intersection over union; 0 when one of the boxes is empty.
    @inline(__always)
    static func overlap(_ a: DetectionBox, _ b: DetectionBox) -> Float {
        let areaOfA = (a.bottom - a.top) * (a.right - a.left)
        let areaOfB = (b.bottom - b.top) * (b.right - b.left)
        if areaOfA <= 0 || areaOfB <= 0 { return 0 }
        let height = smaller(a.bottom, b.bottom) - larger(a.top, b.top)
        let width = smaller(a.right, b.right) - larger(a.left, b.left)
        let intersection = larger(height, 0) * larger(width, 0)
        return intersection / (areaOfA + areaOfB - intersection)
    }

    /// The first when one of them is NaN, as the reference's maximum does.
    @inline(__always)
    private static func larger(_ x: Float, _ y: Float) -> Float { x < y ? y : x }

    @inline(__always)
    private static func smaller(_ x: Float, _ y: Float) -> Float { y < x ? y : x }

    /// The boxes of the selected anchors, each with its best classes.
    @inline(__always)
    @_lifetime(boxes: copy boxes)
    @_lifetime(classes: copy classes)
    @_lifetime(scores: copy scores)
    static func writeAnchors(
        _ layer: PreparedDetectionPostProcess, _ decoded: Span<DetectionBox>, _ selected: Span<Int32>, count: Int, best: Span<Int32>,
        _ score: (Int) -> Float, _ boxes: inout MutableSpan<DetectionBox>, _ classes: inout MutableSpan<Float>,
        _ scores: inout MutableSpan<Float>
    ) {
        let options = layer.options
        for index in 0..<count {
            let anchor = Int(selected[index])
            let start = anchor * layer.scoreStride + layer.labelOffset
            var label = Int(best[anchor])
            for rank in 0..<min(options.maxClassesPerDetection, options.classCount) {
                if rank > 0 { label = nextClass(after: label, count: options.classCount) { score(start + $0) } }
                let slot = index * options.maxClassesPerDetection + rank
                boxes[slot] = decoded[anchor]
                classes[slot] = Float(label)
                scores[slot] = score(start + label)
            }
        }
    }

    /// The class that follows in the order of falling score and rising label; the same when none does (only when there are NaNs).
    @inline(__always)
    private static func nextClass(after label: Int, count: Int, _ score: (Int) -> Float) -> Int {
        let last = score(label)
        var next: Int?
        for candidate in 0..<count {
            let value = score(candidate)
            guard value < last || (value == last && candidate > label) else { continue }
            if let current = next, !(value > score(current)) { continue }
            next = candidate
        }
        return next ?? label
    }

    /// Merges the selected anchors of a class into the best of all classes, by falling score, earlier classes first.
    /// - Returns: The new number of entries, at most the largest number of detections.
    @_lifetime(merged: copy merged)
    @_lifetime(buffer: copy buffer)
    static func merge(
        _ layer: PreparedDetectionPostProcess, _ selected: Span<Int32>, count: Int, _ scores: Span<Float>, label: Int,
        into merged: inout MutableSpan<RankedScore>, _ mergedCount: Int, buffer: inout MutableSpan<RankedScore>
    ) -> Int {
        guard count > 0 else { return mergedCount }
        let total = min(mergedCount + count, layer.options.maxDetections)
        var (old, new) = (0, 0)
        for target in 0..<total {
            let candidate = new < count ? scores[Int(selected[new])] : 0
            if old < mergedCount && (new >= count || !(candidate > merged[old].score)) {
                buffer[target] = merged[old]
                old += 1
            } else {
                let position = Int(selected[new]) * layer.scoreStride + label
                buffer[target] = RankedScore(score: candidate, position: Int32(truncatingIfNeeded: position))
                new += 1
            }
        }
        for index in 0..<total { merged[index] = buffer[index] }
        return total
    }

    @_lifetime(boxes: copy boxes)
    @_lifetime(classes: copy classes)
    @_lifetime(scores: copy scores)
    static func writeMerged(
        _ layer: PreparedDetectionPostProcess, _ decoded: Span<DetectionBox>, _ merged: Span<RankedScore>, count: Int,
        _ boxes: inout MutableSpan<DetectionBox>, _ classes: inout MutableSpan<Float>, _ scores: inout MutableSpan<Float>
    ) {
        for index in 0..<count {
            let position = Int(merged[index].position)
            let anchor = position / layer.scoreStride
            boxes[index] = decoded[anchor]
            classes[index] = Float(position - anchor * layer.scoreStride - layer.labelOffset)
            scores[index] = merged[index].score
        }
    }
}
