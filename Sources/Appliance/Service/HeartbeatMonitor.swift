package import Frames

/// Whether every loop that matters has moved since it was last seen to: only then is the watchdog petted. Pure.
package struct HeartbeatMonitor: Sendable {
    private struct Beat: Sendable {
        var count: UInt64
        var movedAt: Timestamp
    }

    private var beats: [String: Beat] = [:]
    private let limits: [String: Duration]

    /// - Parameter limits: how long each loop may stand still.
    package init(limits: [String: Duration]) { self.limits = limits }

    /// Takes note of the loops' counters.
    /// - Returns: the loops that have stood still for longer than they may, in alphabetical order; empty when all is well.
    package mutating func check(_ counts: [String: UInt64], now: Timestamp) -> [String] {
        var stuck: [String] = []
        for (name, limit) in limits.sorted(by: { $0.key < $1.key }) {
            let count = counts[name] ?? 0
            if let beat = beats[name], beat.count == count {
                if now.since(beat.movedAt) > limit { stuck.append(name) }
            } else {
                beats[name] = Beat(count: count, movedAt: now)
            }
        }
        return stuck
    }
}
