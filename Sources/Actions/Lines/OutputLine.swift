/// One line that has been requested as an output. Used on the thread that requested it.
///
/// Levels are logical: `true` is on, whatever the wiring. Giving the object up releases the line.
package protocol OutputLine: AnyObject {
    /// Sets the level.
    func set(_ isActive: Bool) throws(ActionsError)
    /// Reads the level at the pin.
    func read() throws(ActionsError) -> Bool
    /// Gives the line back to the kernel; the object is of no use afterwards. May be called twice.
    func release()
}

/// Where lines come from: the machine's chips, or a test's.
package protocol LineSource: Sendable {
    /// Requests a line as an output that has the given level from the first moment.
    /// - Throws: `ActionsError`; nothing is held then.
    func request(_ line: OutputSettings.Line, isActive: Bool) throws(ActionsError) -> any OutputLine
}

/// The lines of this machine, and those of a simulated chip for `chip: simulated`.
package struct BoardLines: LineSource {
    /// What the kernel calls the user of our lines.
    package static let consumer = "picket"

    private let simulated: SimulatedChip

    package init(simulated: SimulatedChip) { self.simulated = simulated }

    package func request(_ line: OutputSettings.Line, isActive: Bool) throws(ActionsError) -> any OutputLine {
        if line.isSimulated { return try simulated.request(line, isActive: isActive) }
        return try GPIOLine(line, isActive: isActive, consumer: Self.consumer)
    }
}
