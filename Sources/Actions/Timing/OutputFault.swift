/// Something that makes what the models say unfit to act on. While any fault is raised the line has its safe level.
package enum OutputFault: UInt8, Sendable, Hashable, CaseIterable {
    /// No frame has come since the start.
    case starting
    case cameraLost
    /// Frames have stopped coming though nobody said that the camera is lost: the pipeline is stuck.
    case stalled
    /// The new settings of a reload could not be used.
    case badReload
    /// The line could not be requested or set; raised by the output thread.
    case lineFailed
    case stopping

    /// As a reason reads: `off: camera lost`.
    package var text: String {
        switch self {
        case .starting: "no frame yet"
        case .cameraLost: "camera lost"
        case .stalled: "no frames from the pipeline"
        case .badReload: "the new settings are not usable"
        case .lineFailed: "the line failed"
        case .stopping: "stopping"
        }
    }

    /// For programs: `camera-lost`.
    package var code: String {
        switch self {
        case .starting: "starting"
        case .cameraLost: "camera-lost"
        case .stalled: "stalled"
        case .badReload: "bad-reload"
        case .lineFailed: "line-failed"
        case .stopping: "stopping"
        }
    }
}

/// A set of faults in one word, so that threads can exchange it atomically.
package struct OutputFaults: Sendable, Hashable {
    package var bits: UInt64

    package init(bits: UInt64 = 0) { self.bits = bits }
    package init(_ faults: OutputFault...) { bits = faults.reduce(0) { $0 | Self.bit($1) } }

    package static func bit(_ fault: OutputFault) -> UInt64 { 1 << UInt64(fault.rawValue) }

    package var isEmpty: Bool { bits == 0 }
    package func contains(_ fault: OutputFault) -> Bool { bits & Self.bit(fault) != 0 }
    package mutating func insert(_ fault: OutputFault) { bits |= Self.bit(fault) }
    package mutating func remove(_ fault: OutputFault) { bits &= ~Self.bit(fault) }
    package func union(_ other: OutputFaults) -> OutputFaults { OutputFaults(bits: bits | other.bits) }

    /// The fault to name when there are several: the last of the list above, which is the most telling one.
    package var gravest: OutputFault? { OutputFault.allCases.last { contains($0) } }
}
