package import Frames
package import Operators
import Predictions

/// Runs a workflow, frame by frame. Built and used on one thread.
///
/// Nodes run in the order of the data. A model runs only when there is an image for it and it is its turn (`every` counts the frames that
/// this executor processed, so that all nodes with the same `every` run on the same frames). Rules run whenever at least one of their inputs
/// was evaluated, even with nothing in it. Several inputs are joined in the order in which the node names them.
///
/// A frame in which nothing is seen allocates the outcome's list of sinks and nothing else: lanes keep their memory from frame to frame.
package struct Executor<Runner: ModelRunner & ~Copyable>: ~Copyable {
    /// What a node does; rules and gates keep their state in arrays of their own, where it is changed in place.
    private enum Work {
        case model
        case rule(Int)
        case router(Router)
        case motionGate(Int)
        /// The index among the sinks.
        case sink(Int)
    }

    private struct State {
        let ports: [(node: Int?, lane: Int)]
        let firstLane: Int
        let laneCount: Int
        let every: Int
        let work: Work
        /// The inputs of a node that has several.
        var joined: [Prediction] = []
    }

    package let definition: Definition
    /// What each node did in the latest frame, in the order of the definition.
    package private(set) var activity: [NodeActivity]
    /// How many frames were processed since the start.
    package private(set) var frameCount: UInt64 = 0

    private var runner: Runner
    private var states: [State] = []
    private var rules: [any Operator] = []
    private var gates: [MotionGate] = []
    /// Lane 0 is the camera's: the whole frame.
    private var lanes: [Lane]
    private var luma = LumaGrid()
    private let sinks: [Int]

    /// - Parameter runner: knows the models of the definition by the indices of their nodes; see `Definition.models`.
    package init(_ definition: Definition, runner: consuming Runner) {
        self.definition = definition
        self.runner = runner
        activity = [NodeActivity](repeating: NodeActivity(), count: definition.nodes.count)
        sinks = definition.sinks.map(\.node)
        var camera = Lane()
        camera.append(Prediction(box: .wholeFrame), from: 0)
        lanes = [camera]
        var firstLanes: [Int] = []
        for node in definition.nodes {
            firstLanes.append(lanes.count)
            for _ in 0..<node.laneCount { lanes.append(Lane()) }
        }
        for (index, node) in definition.nodes.enumerated() {
            var every = 1
            let work: Work
            switch node.role {
            case .model(let settings):
                every = settings.every
                work = .model
            case .rule(let rule):
                work = .rule(rules.count)
                rules.append(rule)
            case .router(let router):
                work = .router(router)
            case .motionGate(let gate):
                work = .motionGate(gates.count)
                gates.append(gate)
            case .sink:
                work = .sink(sinks.firstIndex(of: index) ?? 0)
            }
            let ports = node.inputs.map { port in (node: port.node, lane: port.node.map { firstLanes[$0] + port.lane } ?? 0) }
            states.append(State(ports: ports, firstLane: firstLanes[index], laneCount: node.laneCount, every: every, work: work))
        }
    }

    /// Runs the workflow on one frame.
    /// - Throws: what the runner throws, for example when the frame cannot be decoded. The frame then counts as not evaluated; the executor
    ///   can go on with the next one.
    package mutating func process(_ frame: Frame) throws(Runner.Failure) -> FrameOutcome {
        let moment = Moment(sequence: frame.sequence, timestamp: frame.timestamp, frameSize: frame.size)
        var outcome = FrameOutcome(moment: moment, sinks: sinks)
        for lane in lanes.indices.dropFirst() { lanes[lane].removeAll() }
        for node in activity.indices { activity[node] = NodeActivity() }
        defer { frameCount += 1 }
        try runner.begin(frame)
        if !gates.isEmpty { try runner.readLuma(into: &luma) }
        for node in definition.order {
            try run(node, moment, &outcome)
        }
        return outcome
    }

    private mutating func run(_ node: Int, _ moment: Moment, _ outcome: inout FrameOutcome) throws(Runner.Failure) {
        guard isEvaluated(states[node].ports), frameCount % UInt64(states[node].every) == 0 else { return }
        let input = input(of: node)
        let lane = states[node].firstLane
        activity[node].isEvaluated = true
        activity[node].itemsIn = Int32(clamping: input.count)
        switch states[node].work {
        case .model:
            if !input.isEmpty { try runner.predict(node: node, images: input, into: &lanes[lane]) }
        case .rule(let rule):
            rules[rule].process(input, moment, into: &lanes[lane])
        case .router(let router):
            router.process(input, into: &lanes, firstLane: lane)
        case .motionGate(let gate):
            activity[node].isEvaluated = gates[gate].process(input, luma, moment, into: &lanes[lane])
        case .sink(let sink):
            outcome.deliver(input, isEvaluated: true, toSink: sink)
        }
        for lane in lane..<(lane + states[node].laneCount) { activity[node].itemsOut += Int32(clamping: lanes[lane].count) }
    }

    private func isEvaluated(_ ports: [(node: Int?, lane: Int)]) -> Bool {
        ports.contains { port in port.node.map { activity[$0].isEvaluated } ?? true }
    }

    private mutating func input(of node: Int) -> [Prediction] {
        if states[node].ports.count == 1 { return lanes[states[node].ports[0].lane].predictions }
        states[node].joined.removeAll(keepingCapacity: true)
        for port in states[node].ports { states[node].joined.append(contentsOf: lanes[port.lane].predictions) }
        return states[node].joined
    }
}

// MARK: Explanations

extension Executor where Runner: ~Copyable {
    /// Why a prediction reached a sink in the latest frame; to be asked before the next frame.
    /// - Parameters:
    ///   - node: the sink's index in the definition.
    ///   - item: the index of the prediction in the sink's delivery.
    package func explanation(ofItem item: Int, atSink node: Int, _ moment: Moment) -> Explanation {
        var steps: [Explanation.Step] = []
        var (node, item) = (node, item)
        while let (source, lane, index) = origin(of: item, at: node) {
            let prediction = lanes[lane].predictions[index]
            guard let source else {
                steps.append(Explanation.Step(node: Port.camera, text: "frame \(moment.sequence), \(moment.frameSize)"))
                break
            }
            let text = Explanation.text(
                of: definition.nodes[source], lane: lane - states[source].firstLane, giving: prediction, in: moment.frameSize)
            steps.append(Explanation.Step(node: definition.nodes[source].id, text: text))
            (node, item) = (source, Int(lanes[lane].origins[index]))
        }
        return Explanation(steps: steps.reversed())
    }

    /// Where the item of a node's joined inputs comes from; nil when there is no such item (a count of nothing comes from nothing).
    private func origin(of item: Int, at node: Int) -> (node: Int?, lane: Int, index: Int)? {
        var index = item
        for port in states[node].ports {
            let count = lanes[port.lane].count
            if index >= 0, index < count { return (port.node, port.lane, index) }
            index -= count
        }
        return nil
    }
}
