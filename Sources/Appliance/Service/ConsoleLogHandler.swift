import Glibc
package import Logging

/// Log lines on standard error: with a priority prefix under systemd, coloured on a terminal, plain otherwise.
///
/// Metadata follows the message as `key=value`, so that `journalctl | grep` and a person both find it.
package struct ConsoleLogHandler: LogHandler {
    package enum Style: Sendable { case service, terminal, plain }

    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level = .info
    private let style: Style

    package init(style: Style) { self.style = style }

    /// Under systemd if it set `JOURNAL_STREAM`, a terminal if standard error is one.
    package static var fittingStyle: Style {
        if ServiceNotifier.variable("JOURNAL_STREAM") != nil { return .service }
        return isatty(2) == 1 && ServiceNotifier.variable("NO_COLOR") == nil ? .terminal : .plain
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var text = event.message.description
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { text += " \(key)=\(value)" }
        var line = ""
        switch style {
        case .service:
            // The journal takes each line for a message of its own.
            let prefix = "<\(Self.priority(event.level))>"
            line = prefix + text.replacing("\n", with: "\n" + prefix) + "\n"
        case .plain: line = "\(event.level.rawValue): \(text)\n"
        case .terminal:
            // The erased line is a progress line that the message takes the place of.
            line = "\r\u{1B}[K\(Self.colour(event.level))\(event.level.rawValue)\u{1B}[0m \(text)\n"
        }
        // SAFETY: the string outlives the call; one write keeps lines of several threads whole.
        _ = unsafe write(2, line, line.utf8.count)
    }

    private static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .critical: 2
        case .error: 3
        case .warning: 4
        case .notice: 5
        case .info: 6
        case .debug, .trace: 7
        }
    }

    private static func colour(_ level: Logger.Level) -> String {
        switch level {
        case .critical, .error: "\u{1B}[31m"
        case .warning: "\u{1B}[33m"
        case .notice: "\u{1B}[36m"
        case .info: "\u{1B}[32m"
        case .debug, .trace: "\u{1B}[2m"
        }
    }
}
