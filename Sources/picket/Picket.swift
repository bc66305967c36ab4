import ArgumentParser

@main
struct Picket: ParsableCommand {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "picket",
        abstract: "Watches a camera with int8 models, switches GPIO lines and keeps a log. Everything works without a network.",
        discussion: """
            A first run:   picket demo
            Then:          picket check site.yaml, picket simulate site.yaml --source file:clip.mjpeg, picket run site.yaml

            Exit codes: 0 done; 1 it failed, or doctor warns; 2 doctor found a failure; 64 the command line is wrong;
            65 a model or picture cannot be used; 78 the configuration cannot be used.
            Shell completions: picket --generate-completion-script bash|zsh|fish
            """,
        version: version,
        subcommands: [
            Run.self, Check.self, Simulate.self, Log.self, Explain.self, Doctor.self, Detect.self, Model.self, Learn.self, Eval.self,
            Search.self, DuplicatesCommand.self, Cluster.self, Bench.self, OutputsOff.self, Demo.self,
        ])
}

/// The documented exit codes beyond success and ArgumentParser's own (64 for a wrong command line).
extension ExitCode {
    /// A model or picture that cannot be used (`EX_DATAERR`).
    static let badInput = ExitCode(65)
    /// A configuration that cannot be used (`EX_CONFIG`).
    static let badConfiguration = ExitCode(78)
}
