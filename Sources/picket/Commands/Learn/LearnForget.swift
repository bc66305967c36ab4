import ArgumentParser
import Samples

struct LearnForget: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "forget", abstract: "Takes samples back; train the head again after it.")

    @Argument(help: "The head.")
    var head: String

    @Argument(help: "Numbers of samples, as learn list shows them.")
    var samples: [Int64]

    @OptionGroup var library: LibraryOptions

    func run() throws {
        try reporting {
            let library = try library.open()
            try library.forget(samples, from: library.head(head))
            Terminal.output.line("forgot \(Text.count(samples.count, "sample")); picket learn train \(head) makes it count")
        }
    }
}

struct LearnRemove: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Removes a concept with all its samples; train the head again after it.")

    @Argument(help: "The head.")
    var head: String

    @Argument(help: "The concept.")
    var concept: String

    @OptionGroup var library: LibraryOptions

    func run() throws {
        try reporting {
            let library = try library.open()
            let count = try library.removeConcept(concept, from: library.head(head))
            Terminal.output.line(
                "removed '\(concept)' with \(Text.count(count, "sample")); picket learn train \(head) makes it count")
        }
    }
}
