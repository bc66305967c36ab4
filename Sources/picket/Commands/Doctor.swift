import Appliance
import ArgumentParser
import FoundationEssentials

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tells what this board has and what is wrong with it, a line each with its cure.",
        discussion: """
            Board, kernels, cameras with their formats, GPIO chips and lines, storage, clock, heat and power, service and watchdogs, \
            permissions, and the configuration against all of these. It changes nothing; for a moment it writes one small file where \
            the log lies. Run it as the service's user to see what the service may do: sudo -u picket picket doctor

            Exit codes: 0 all is well, 1 there are warnings, 2 something does not work.
            """)

    @Option(
        help: "The configuration to compare the board with (default: \(ConfigurationOptions.defaultPath), when it is there).",
        completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Flag(help: "Writes one JSON object.")
    var json = false

    func run() throws {
        let standard = ConfigurationOptions.defaultPath
        let path = config ?? (FileManager.default.fileExists(atPath: standard) ? standard : nil)
        let terminal = Terminal.output
        if !json { terminal.progress("looking at the board ...") }
        let report = DoctorReport(examining: .live(), configurationPath: path)
        if json {
            terminal.line(Text.json(report, isPretty: terminal.isInteractive))
        } else {
            terminal.clearProgress()
            report.lines(width: terminal.width.map { min($0, 140) }, paint: { Self.paint($0, $1, terminal) }).forEach(terminal.line)
        }
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
    }

    private static func paint(_ text: String, _ ink: DoctorReport.Ink, _ terminal: Terminal) -> String {
        switch ink {
        case .title: terminal.styled(text, .bold)
        case .subject: text
        case .pass: terminal.styled(text, .green)
        case .warn: terminal.styled(text, .yellow)
        case .fail: terminal.styled(text, .red)
        case .cure: terminal.styled(text, .cyan)
        case .detail: terminal.styled(text, .dim)
        }
    }
}
