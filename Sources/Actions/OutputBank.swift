/// Makes lines safe without running anything: `picket outputs-off`, after a crash.
package enum OutputBank {
    /// What became of one line.
    package struct Result: Sendable, Hashable, CustomStringConvertible {
        package let output: String
        package let line: OutputSettings.Line
        package let isSafeWhenActive: Bool
        /// Nil when the line was driven to its safe level and read back so.
        package let failure: ActionsError?

        package var description: String {
            let level = isSafeWhenActive ? "on" : "off"
            return failure.map { "\(output): not made safe: \($0)" } ?? "\(output): \(line) is \(level)"
        }
    }

    /// Requests each line with its safe level in one call, reads it back and releases it. A line that fails does not keep the others from
    /// being made safe.
    ///
    /// Where the kernel keeps outputs after their release (Raspberry Pi's default) the level stays; where it makes the pin an input, the
    /// pull resistor decides from then on: see firmware-config/README.md.
    package static func driveSafe(_ outputs: [OutputSettings], source: any LineSource) -> [Result] {
        outputs.map { output in
            Result(
                output: output.id, line: output.line, isSafeWhenActive: output.isSafeWhenActive, failure: failure(of: output, source))
        }
    }

    private static func failure(of output: OutputSettings, _ source: any LineSource) -> ActionsError? {
        do throws(ActionsError) {
            let line = try source.request(output.line, isActive: output.isSafeWhenActive)
            defer { line.release() }
            if try line.read() != output.isSafeWhenActive { throw .wrongLevel(output.line, expectedActive: output.isSafeWhenActive) }
            return nil
        } catch {
            return error
        }
    }
}
