import ArgumentParser
import Samples

struct LearnRollback: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Goes back to the revision of a head before the one in use.")

    @Argument(help: "The head.")
    var head: String

    @Option(help: "A revision to go to, instead of the one before.")
    var to: Int?

    @OptionGroup var library: LibraryOptions

    func run() throws {
        try reporting {
            let library = try library.open()
            let record = try library.head(head)
            let number: Int
            if let to {
                try library.activate(to, of: record)
                number = to
            } else {
                number = try library.rollBack(record)
            }
            Terminal.output.line("revision \(number) of \(head) is in use")
        }
    }
}
