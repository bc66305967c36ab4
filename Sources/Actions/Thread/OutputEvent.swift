package import Frames

/// Something that happened to an output, for the journal, the log and `explain`.
package struct OutputEvent: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// What the rules made of an input: an edge, a refusal.
        case outcome(OutputOutcome)
        /// The line could not be requested, set or read; it is tried again.
        case failed(ActionsError)
        /// The line was requested after a failure.
        case recovered
        /// The pin does not show the level that was set: a short circuit, or another driver on the same wire.
        case wrongLevel(expectedActive: Bool)
    }

    /// The node's name.
    package let output: String
    /// The output's place in the list of settings.
    package let index: Int
    /// When it happened, on the monotonic clock.
    package let at: Timestamp
    package let kind: Kind

    package init(output: String, index: Int, at: Timestamp, kind: Kind) {
        self.output = output
        self.index = index
        self.at = at
        self.kind = kind
    }

    /// The new level when this is an edge, else nil.
    package var edge: Bool? {
        if case .outcome(.edge(let isActive, _)) = kind { isActive } else { nil }
    }

    /// `siren on: matched 3 of the last 5 frames`
    package var description: String {
        switch kind {
        case .outcome(let outcome): "\(output) \(outcome)"
        case .failed(let error): "\(output) failed: \(error)"
        case .recovered: "\(output) is driven again"
        case .wrongLevel(let expected): "\(output) was set \(expected ? "on" : "off") and its pin shows the contrary; check the wiring"
        }
    }

    /// For programs: `matched`, `failed`, ...
    package var code: String {
        switch kind {
        case .outcome(let outcome): outcome.reason.code
        case .failed: "line-failed"
        case .recovered: "line-recovered"
        case .wrongLevel: "wrong-level"
        }
    }
}

/// How an output is doing, for `status`, metrics and the service's status line.
package struct OutputStatus: Sendable, Hashable {
    package let id: String
    package let line: OutputSettings.Line
    /// The level that is driven; nil while the line is not held.
    package fileprivate(set) var isActive: Bool?
    /// Why the line is not held; nil when all is well.
    package fileprivate(set) var failure: ActionsError?
    /// When and why the level changed last; nil before the first edge.
    package fileprivate(set) var lastEdge: OutputEvent?
    package fileprivate(set) var edgeCount = 0
    /// Results refused because of their age or their time stamp, in the sense of `OutputOutcome.refused`; told ones only.
    package fileprivate(set) var refusalCount = 0
    /// Frames that did not fit into the ring; grows only when the output thread itself is stuck.
    package fileprivate(set) var droppedFrameCount: UInt64 = 0
    /// The time that the line was on, without the present stretch.
    package fileprivate(set) var onTime = Duration.zero

    init(_ settings: OutputSettings) {
        id = settings.id
        line = settings.line
    }

    /// Takes note of an event. `wasOnFor` is the length of the stretch that an off edge ends.
    mutating func note(_ event: OutputEvent, wasOnFor: Duration) {
        switch event.kind {
        case .outcome(.edge):
            lastEdge = event
            edgeCount += 1
            onTime += wasOnFor
        case .outcome(.refused): refusalCount += 1
        case .outcome(.keptOff), .wrongLevel: break
        case .failed(let error): failure = error
        case .recovered: failure = nil
        }
    }

    mutating func update(isActive: Bool?, droppedFrameCount: UInt64) {
        self.isActive = isActive
        self.droppedFrameCount = droppedFrameCount
    }
}
