import ArgumentParser

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Times what matters, on this machine: a model, and what is learnt from its embeddings.",
        discussion: "`picket bench MODEL` is short for `picket bench model MODEL`.",
        subcommands: [BenchModel.self, BenchSearch.self],
        defaultSubcommand: BenchModel.self)
}
