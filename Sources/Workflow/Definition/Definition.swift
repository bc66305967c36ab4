package import Operators
package import Predictions
package import Settings

/// A workflow that was checked as a whole: what `picket check` prints and what an executor runs. Immutable.
package struct Definition: Sendable {
    /// In the order of the file.
    package let nodes: [WorkflowNode]
    /// The indices of `nodes` such that each node comes after those that it takes its inputs from; otherwise in the order of the file.
    package let order: [Int]
    /// What is legal and may not be meant: gaps between routes, outputs that nobody uses. In the order of the file.
    package let notes: [Issue]

    package init(nodes: [WorkflowNode], order: [Int], notes: [Issue]) {
        self.nodes = nodes
        self.order = order
        self.notes = notes
    }

    /// The model nodes, each with its index in `nodes`, in the order of execution.
    package var models: [(node: Int, settings: ModelNodeSettings)] {
        order.compactMap { index in
            guard case .model(let settings) = nodes[index].role else { return nil }
            return (index, settings)
        }
    }

    /// The sinks, each with its index in `nodes` and what its `SinkType` read, in the order of the file.
    package var sinks: [(node: Int, value: any Sendable)] {
        nodes.indices.compactMap { index in
            guard case .sink(let value) = nodes[index].role else { return nil }
            return (index, value)
        }
    }

    /// One line for each node, in the order of execution: `sure: region-thresholder of people: person >= 0.60, others dropped`.
    package var summary: [String] {
        order.map { index in
            let node = nodes[index]
            let inputs = node.inputs.map { name(of: $0) }.joined(separator: ", ")
            return "\(node.id): \(node.type) of \(inputs)" + (node.rule.isEmpty ? "" : ": \(node.rule)")
        }
    }

    /// `camera`, `people`, `decide.bare`.
    package func name(of port: Port) -> String {
        guard let index = port.node else { return Port.camera }
        let lanes = nodes[index].laneNames
        return lanes.isEmpty ? nodes[index].id : "\(nodes[index].id).\(lanes[port.lane])"
    }
}

/// Where predictions come from: the camera, or one of the ways out of a node.
package struct Port: Sendable, Hashable {
    /// The reserved word of the settings for the whole frame.
    package static let camera = "camera"

    /// The node's index in the definition; nil for the camera.
    package let node: Int?
    /// Which of a router's routes; 0 for all other nodes.
    package let lane: Int

    package init(node: Int?, lane: Int = 0) {
        self.node = node
        self.lane = lane
    }
}

/// One node of a workflow.
package struct WorkflowNode: Sendable {
    package enum Role: Sendable {
        case model(ModelNodeSettings)
        case rule(any Operator)
        case router(Router)
        case motionGate(MotionGate)
        /// What the sink's type read from the settings.
        case sink(any Sendable)
    }

    package let id: String
    /// The word after `type:`.
    package let type: String
    package let inputs: [Port]
    package let role: Role
    /// The names of a router's ways out; empty for all other nodes, which have one.
    package let laneNames: [String]
    /// Digests of the embedders whose vectors reach the node with what flows in.
    package let embedders: Set<String>
    /// What flows out; nil for a sink.
    package let outputKind: PortKind?
    /// What the node does, in words; empty for a sink.
    package let rule: String
    /// Where the node stands in the file, for issues that are found later.
    package let position: Position
    /// For example `nodes[2]`.
    package let path: String

    /// How many lanes the node fills: none for a sink.
    package var laneCount: Int { outputKind == nil ? 0 : max(1, laneNames.count) }
}
