package import Frames
import Synchronization
import Threads

/// A chip without hardware: it writes down what is done to its lines. For development machines, for `simulate` and for tests.
///
/// Has every line that is asked for; like a real one, it lends each line to one user at a time. Safe to use from several threads.
package final class SimulatedChip: LineSource {
    package enum Action: Sendable, Hashable {
        case requested(isActive: Bool)
        case set(isActive: Bool)
        case released
    }

    package struct Record: Sendable, Hashable {
        package let at: Timestamp
        package let line: OutputSettings.Line.Place
        package let action: Action
    }

    /// The log keeps this many records; older ones go first.
    package static let logCapacity = 4096

    private struct State {
        var levels: [OutputSettings.Line.Place: Bool] = [:]
        var log: [Record] = []
    }

    private let clock: any Frames.Clock
    private let state = Mutex(State())

    /// - Parameter clock: gives the records their time; nil takes the machine's monotonic clock.
    package init(clock: (any Frames.Clock)? = nil) { self.clock = clock ?? SystemClock() }

    /// What has been done so far, oldest first.
    package var log: [Record] { state.withLock { $0.log } }

    /// The level of a line that is held at present, else nil.
    package func level(of line: OutputSettings.Line.Place) -> Bool? { state.withLock { $0.levels[line] } }

    package func request(_ line: OutputSettings.Line, isActive: Bool) throws(ActionsError) -> any OutputLine {
        let isFree = state.withLock { state in
            guard state.levels[line.place] == nil else { return false }
            record(line.place, .requested(isActive: isActive), &state)
            return true
        }
        guard isFree else { throw .busy(line, consumer: BoardLines.consumer) }
        return SimulatedLine(chip: self, line: line)
    }

    fileprivate func perform(_ action: Action, on line: OutputSettings.Line.Place) -> Bool {
        state.withLock { state in
            guard state.levels[line] != nil else { return false }
            record(line, action, &state)
            return true
        }
    }

    private func record(_ line: OutputSettings.Line.Place, _ action: Action, _ state: inout State) {
        switch action {
        case .requested(let isActive), .set(let isActive): state.levels[line] = isActive
        case .released: state.levels[line] = nil
        }
        if state.log.count == Self.logCapacity { state.log.removeFirst(Self.logCapacity / 4) }
        state.log.append(Record(at: clock.now, line: line, action: action))
    }
}

private final class SimulatedLine: OutputLine {
    private let chip: SimulatedChip
    private let line: OutputSettings.Line
    private var isHeld = true

    init(chip: SimulatedChip, line: OutputSettings.Line) {
        self.chip = chip
        self.line = line
    }

    deinit { release() }

    func set(_ isActive: Bool) throws(ActionsError) {
        guard isHeld, chip.perform(.set(isActive: isActive), on: line.place) else { throw gone("set") }
    }

    func read() throws(ActionsError) -> Bool {
        guard isHeld, let level = chip.level(of: line.place) else { throw gone("read") }
        return level
    }

    func release() {
        guard isHeld else { return }
        isHeld = false
        _ = chip.perform(.released, on: line.place)
    }

    /// As the kernel answers on a closed line: EBADF.
    private func gone(_ operation: String) -> ActionsError { .system(operation: operation, subject: line.description, errno: 9) }
}
