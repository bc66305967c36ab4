import Frames
import Operators
import Predictions
import Settings

/// Why something was seen: the way of one prediction from the camera to a sink, with the rule of each node and the values that met it.
package struct Explanation: Sendable, Hashable, CustomStringConvertible {
    package struct Step: Sendable, Hashable {
        /// The node's id, or `camera`.
        package let node: String
        package let text: String
    }

    /// From the camera on.
    package let steps: [Step]

    /// One line for each step: `sure: region-thresholder (person >= 0.60, others dropped): person 0.83 passes`.
    package var description: String { steps.map { "\($0.node): \($0.text)" }.joined(separator: "\n") }

    /// What a node did with the prediction that it gave out.
    static func text(of node: WorkflowNode, lane: Int, giving prediction: Prediction, in frameSize: Size) -> String {
        let value = values(of: prediction)
        let place = pixels(prediction.box, frameSize)
        switch node.role {
        case .model:
            return "\(node.type) (\(node.rule)): \(value) at \(place)"
        case .router(let router):
            return "\(node.type) (\(router.rule(ofLane: lane))): \(value) passes"
        case .rule where node.outputKind == .image && node.type == ImageCropper.typeName:
            return "\(node.type) (\(node.rule)): cut at \(place)"
        case .rule(let rule) where rule is EmbeddingClassifier || rule is Clusterer:
            // In its own words of now: another revision may have taken over since the workflow was read.
            return "\(node.type) (\(rule.rule)): \(value) at \(place)"
        case .rule, .motionGate:
            return "\(node.type) (\(node.rule)): \(value) passes"
        case .sink:
            return node.type
        }
    }

    /// `person 0.83, dog 0.12`; the three best.
    static func values(of prediction: Prediction) -> String {
        if prediction.concepts.isEmpty { return prediction.embedding == nil ? "the image" : "the embedding" }
        let best = prediction.concepts.prefix(3).map { "\(Excerpt.shown($0.name)) \($0.score.text)" }.joined(separator: ", ")
        return best + (prediction.concepts.count > 3 ? ", ..." : "")
    }

    /// `64,48 120x200`: left, top, width and height in pixels.
    static func pixels(_ box: Box, _ size: Size) -> String {
        func scaled(_ units: Int32, _ extent: Int) -> Int { Int(units) * Int(Int32(clamping: extent)) / Int(Box.unit) }
        return "\(scaled(box.left, size.width)),\(scaled(box.top, size.height)) "
            + "\(scaled(box.width, size.width))x\(scaled(box.height, size.height))"
    }
}
