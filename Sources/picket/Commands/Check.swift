import Appliance
import ArgumentParser
import Settings
import Workflow

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks a configuration: all that is wrong in one go, with line, column and what to write instead.")

    @OptionGroup var options: ConfigurationOptions

    @Flag(help: "One JSON object.")
    var json = false

    /// What an editor or a deployment script reads.
    private struct Report: Encodable {
        struct Line: Encodable {
            let file: String
            let line: Int
            let column: Int
            let path: String
            let message: String
            let suggestion: String?

            init(_ issue: Issue) {
                file = issue.file
                line = issue.position.line
                column = issue.position.column
                path = issue.path
                message = issue.message
                suggestion = issue.suggestion
            }
        }

        let valid: Bool
        let issues: [Line]
        /// Legal, and perhaps not meant.
        let notes: [Line]
        /// A line for each node, in the order of execution.
        let nodes: [String]
    }

    func run() throws {
        if json {
            try printReport()
            return
        }
        let configuration = try options.load()
        let terminal = Terminal.output
        for line in configuration.definition.summary { terminal.line("  " + line) }
        for note in configuration.definition.notes { terminal.line(terminal.styled("note: ", .yellow) + note.description) }
        let counts = [
            Text.count(configuration.definition.nodes.count, "node"), Text.count(configuration.definition.models.count, "model"),
            Text.count(configuration.outputs.count, "output"),
        ]
        terminal.line(terminal.styled("ok", .green) + " \(configuration.path): \(counts.joined(separator: ", "))")
    }

    private func printReport() throws {
        do {
            let definition = try ConfigurationFile.load(options.path).definition
            let report = Report(valid: true, issues: [], notes: definition.notes.map(Report.Line.init), nodes: definition.summary)
            Terminal.output.line(Text.json(report, isPretty: true))
        } catch {
            let report = Report(valid: false, issues: error.issues.map(Report.Line.init), notes: [], nodes: [])
            Terminal.output.line(Text.json(report, isPretty: true))
            throw ExitCode.badConfiguration
        }
    }
}
