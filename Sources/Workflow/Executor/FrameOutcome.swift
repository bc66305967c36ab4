package import Operators
package import Predictions

/// What reached the sinks in one frame.
package struct FrameOutcome: Sendable {
    package let moment: Moment
    /// One for each sink, in the order of the file, whether something reached it or not.
    package fileprivate(set) var deliveries: [Delivery]
}

/// What reached one sink in one frame.
package struct Delivery: Sendable {
    /// The sink's index in the definition.
    package let node: Int
    package fileprivate(set) var predictions: [Prediction]
    /// False when nothing is known about this frame (a model skips it, a motion gate held it back), which is not the same as nothing seen:
    /// such a frame counts neither for nor against a sink's `3 of 5`.
    package fileprivate(set) var isEvaluated: Bool
}

extension FrameOutcome {
    init(moment: Moment, sinks: [Int]) {
        self.moment = moment
        deliveries = sinks.map { Delivery(node: $0, predictions: [], isEvaluated: false) }
    }

    mutating func deliver(_ predictions: [Prediction], isEvaluated: Bool, toSink sink: Int) {
        deliveries[sink].predictions = predictions
        deliveries[sink].isEvaluated = isEvaluated
    }
}

/// What a node did in the latest frame.
package struct NodeActivity: Sendable, Hashable {
    /// False when nothing is known about the frame at this node.
    package var isEvaluated = false
    package var itemsIn: Int32 = 0
    package var itemsOut: Int32 = 0
}
