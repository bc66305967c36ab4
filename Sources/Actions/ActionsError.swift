/// Why a line could not be driven. Every text names the line and says what to do.
package enum ActionsError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No chip has that label, name or path. `present` lists the labels there are.
    case noSuchChip(String, present: [String])
    /// Chips exist, but this process may not open them (EACCES, EPERM).
    case denied(path: String)
    /// The chip has no line of that offset or name.
    case noSuchLine(OutputSettings.Line, lineCount: Int)
    /// Somebody else holds the line (EBUSY): another program, or the kernel for one of its drivers.
    case busy(OutputSettings.Line, consumer: String)
    /// The pin does not show the level that was set.
    case wrongLevel(OutputSettings.Line, expectedActive: Bool)
    /// Any other refusal by the kernel. `operation` is what was tried: `request`, `set`, `read`, `list chips`.
    case system(operation: String, subject: String, errno: Int32)

    package var description: String {
        switch self {
        case .noSuchChip(let chip, let present):
            let list = present.isEmpty ? "this machine has no GPIO chip" : "there are: " + present.joined(separator: ", ")
            return "no GPIO chip is called '\(chip)'; \(list) (`picket doctor` lists their lines)"
        case .denied(let path):
            return "no permission to open \(path); add the user to the group gpio and install firmware-config/udev/60-picket.rules"
        case .noSuchLine(let line, let lineCount):
            return "\(line): there is no such line; the chip has \(lineCount) lines (`picket doctor` lists them)"
        case .busy(let line, let consumer):
            return "\(line) is in use by '\(consumer)'; stop that program or driver, or choose another line"
        case .wrongLevel(let line, let expected):
            return "\(line) was set \(expected ? "on" : "off") and its pin shows the contrary; check the wiring"
        case .system(let operation, let subject, let errno):
            return "\(subject): \(operation) failed: \(Self.explanation(of: errno))"
        }
    }

    /// The common errors of the GPIO character device in plain words; the number for the others.
    static func explanation(of errno: Int32) -> String {
        // The numbers are Linux's own and the same on every architecture that Picket runs on.
        switch errno {
        case 1: "not permitted (EPERM)"
        case 2: "it is not there (ENOENT)"
        case 5: "input/output error (EIO); is the chip's bus still connected?"
        case 6, 19: "the chip is gone (ENODEV)"
        case 12: "out of memory (ENOMEM)"
        case 13: "no permission (EACCES)"
        case 16: "in use (EBUSY)"
        case 22: "the chip refuses this setting (EINVAL); does it support the `bias` asked for?"
        case 24: "too many open files (EMFILE)"
        case 25: "not a GPIO chip (ENOTTY)"
        case 95: "the chip cannot do this (EOPNOTSUPP); leave out `bias`"
        case 110: "no answer (ETIMEDOUT)"
        case 116: "another chip has taken its place (ESTALE)"
        default: "errno \(errno)"
        }
    }
}
