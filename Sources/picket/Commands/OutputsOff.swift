import Actions
import Appliance
import ArgumentParser

struct OutputsOff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outputs-off",
        abstract: "Drives every configured line to its safe level and lets go of it; for ExecStopPost= and for emergencies.",
        discussion: "Reads only the lines of the file: a missing model or a wrong node does not keep a pin from being made safe.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let outputs: [OutputSettings]
        do {
            outputs = try ConfigurationFile.outputs(options.path)
        } catch {
            ConfigurationOptions.report(error)
            throw ExitCode.badConfiguration
        }
        let results = OutputBank.driveSafe(outputs, source: BoardLines(simulated: SimulatedChip()))
        for result in results { Terminal.output.line(result.description) }
        if results.isEmpty { Terminal.output.line("no outputs in \(options.path)") }
        if results.contains(where: { $0.failure != nil }) { throw ExitCode.failure }
    }
}
