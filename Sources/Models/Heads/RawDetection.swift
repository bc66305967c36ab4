import Frames
import Predictions

/// A detection in the coordinates of the model's input.
struct RawDetection: Sendable, Hashable {
    var box: Box
    var label: Int
    var score: Score

    /// A box from real edges in 0...1 of the input; nil when an edge is not a number or the box is empty after clipping.
    static func box(left: Double, top: Double, right: Double, bottom: Double) -> Box? {
        func units(_ value: Double) -> Int32? {
            guard value.isFinite else { return nil }
            return Int32((min(max(value, -8), 8) * Double(Box.unit)).rounded(.toNearestOrAwayFromZero))
        }
        guard let left = units(left), let top = units(top), let right = units(right), let bottom = units(bottom), left < right,
            top < bottom
        else { return nil }
        let box = Box(left: left, top: top, right: right, bottom: bottom).clippedToFrame
        return box.isEmpty ? nil : box
    }
}

/// Greedy non-maximum suppression: the best first, and whatever overlaps it too much goes. Within a label only.
enum NonMaximumSuppression {
    /// Bounds the quadratic part; models give far fewer above any sensible threshold.
    static let candidateLimit = 2000

    /// - Parameters:
    ///   - iou: in 1/65 536; boxes whose intersection over union is greater are suppressed.
    ///   - maximum: how many survive at most.
    static func apply(_ candidates: [RawDetection], iou: Int32, maximum: Int) -> [RawDetection] {
        // Equal scores keep the order of the model's output, so the result is the same everywhere.
        let ranked = candidates.enumerated().sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }.prefix(candidateLimit)
        var kept: [RawDetection] = []
        for (_, candidate) in ranked where kept.count < maximum {
            if !kept.contains(where: { $0.label == candidate.label && $0.box.overlaps(candidate.box, moreThan: iou) }) {
                kept.append(candidate)
            }
        }
        return kept
    }
}
