import Appliance
import ArgumentParser
import Settings
import Workflow

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks a configuration: all that is wrong in one go, with line, column and what to write instead.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let configuration = try options.load()
        let terminal = Terminal.output
        for line in configuration.definition.summary { terminal.line("  " + line) }
        for note in configuration.definition.notes { terminal.line(terminal.styled("note: ", .yellow) + note.description) }
        terminal.line(
            terminal.styled("ok", .green) + " \(configuration.path): \(configuration.definition.nodes.count) nodes, "
                + "\(configuration.definition.models.count) models, \(configuration.outputs.count) outputs")
    }
}
