import Appliance
import ArgumentParser
import Settings

/// What several commands ask for: the configuration and what takes the place of its camera.
struct ConfigurationOptions: ParsableArguments {
    @Argument(help: "The configuration, a YAML file.", completion: .file(extensions: ["yaml", "yml"]))
    var configuration: String?

    @Option(name: .long, help: ArgumentHelp("The same as the argument.", visibility: .hidden))
    var config: String?

    static let defaultPath = "/etc/picket/picket.yaml"

    var path: String { configuration ?? config ?? Self.defaultPath }

    /// Reads the configuration, or prints everything that is wrong with it and ends with code 78.
    func load(source: String? = nil, tier: String? = nil) throws -> Configuration {
        do {
            return try ConfigurationFile.load(path, source: source, tier: tier)
        } catch {
            Self.report(error)
            throw ExitCode.badConfiguration
        }
    }

    static func report(_ error: SettingsError) {
        let terminal = Terminal.error
        for issue in error.issues {
            let place = "\(issue.file):\(issue.position.line):\(issue.position.column): "
            let path = issue.path.isEmpty ? "" : terminal.styled(issue.path, .bold) + ": "
            let hint = issue.suggestion.map { "\n    " + terminal.styled($0, .cyan) } ?? ""
            terminal.line(place + terminal.styled("error: ", .red) + path + issue.message + hint)
        }
        terminal.line(Text.count(error.issues.count, "issue"))
    }
}

/// Fails with a message and a code.
func fail(_ message: String, _ code: ExitCode = .failure) -> ExitCode {
    Terminal.error.line(Terminal.error.styled("error: ", .red) + message)
    return code
}
