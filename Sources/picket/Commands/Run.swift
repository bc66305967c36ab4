import Appliance
import ArgumentParser
import Logging
import Settings

struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a configuration until it is stopped: in the foreground, or as a service of systemd.",
        discussion: "SIGTERM and Ctrl-C end it with all outputs at their safe level; SIGHUP reads the configuration again.")

    @OptionGroup var options: ConfigurationOptions

    @Option(help: "Takes the place of camera.device: file:clip.mjpeg, stdin:mjpeg, test:pattern, /dev/video0 ...")
    var source: String?

    @Option(help: "Which kernels to use instead of the best: reference, baseline ...")
    var cpu: String?

    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = "info"

    func run() throws {
        // Before any thread starts: threads inherit what is blocked.
        let signals = SignalQueue()
        let style = ConsoleLogHandler.fittingStyle
        // The journal sorts by priority, so that what keeps the service from starting has to come with one.
        let isService = style == .service
        var handler = ConsoleLogHandler(style: style)
        guard let level = Logger.Level(rawValue: logLevel) else { throw ValidationError("unknown log level '\(logLevel)'") }
        handler.logLevel = level
        var logger = Logger(label: "picket", factory: { [handler] _ in handler })
        logger.logLevel = level
        var daemonOptions = Daemon.Options(configurationPath: options.path)
        daemonOptions.source = source
        daemonOptions.tier = cpu
        daemonOptions.version = Picket.version
        let terminal = Terminal.error
        let daemon = Daemon(daemonOptions, signals: signals, logger: logger) { status in
            terminal.progress(terminal.styled(status.text, status.isStreaming ? .dim : .yellow))
        }
        do {
            try daemon.run()
            terminal.clearProgress()
        } catch let error as SettingsError {
            if isService {
                for issue in error.issues { logger.error("\(issue)", metadata: ["event": "config.issue"]) }
                if RefusalPause(configuration: options.path)?.wait(signals) == true { return }
            } else {
                ConfigurationOptions.report(error)
            }
            throw ExitCode.badConfiguration
        } catch {
            if isService { logger.critical("\(error)", metadata: ["event": "failed"]) }
            throw isService ? ExitCode.failure : fail("\(error)")
        }
    }
}
