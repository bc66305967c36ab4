import Appliance
import ArgumentParser
import Samples
import Threads

struct LearnTrain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Fits a head to its samples, evaluates it, and puts it in use unless it does worse.")

    @Argument(help: "The head.")
    var head: String

    @Option(help: "slda (linear discriminant analysis), knn (works from one sample of each concept), or mean.")
    var method = HeadTrainer.Options.Method.slda

    @Option(name: .customShort("k"), help: "Neighbours that vote, with --method knn.")
    var neighbours = 5

    @Option(help: "How much of the covariance is replaced by a sphere, above 0 to 1; more for few or noisy samples.")
    var shrinkage = 0.1

    @Option(help: "Principal components to keep, for small boards, for example 256.")
    var pca: Int?

    @Option(help: "The share of strangers that may be taken as known, 0 to 1: sets the threshold of unknown.")
    var falseAccepts = 0.05

    @Option(help: "Parts of the cross-validation.")
    var folds = 5

    @Flag(help: "Puts the new revision in use even if it does worse.")
    var force = false

    @Flag(help: "One JSON object.")
    var json = false

    @OptionGroup var library: LibraryOptions

    private struct Line: Encodable {
        let head: String
        let revision: Int
        let isActive: Bool
        let evaluation: HeadEvaluation
    }

    func validate() throws {
        guard shrinkage > 0, shrinkage <= 1 else { throw ValidationError("--shrinkage must be above 0, at most 1") }
        guard (0...1).contains(falseAccepts) else { throw ValidationError("--false-accepts must be in 0...1") }
        guard neighbours >= 1 else { throw ValidationError("-k must be 1 or more") }
        guard folds >= 2 else { throw ValidationError("--folds must be 2 or more") }
        if let pca, pca < 1 { throw ValidationError("--pca must be 1 or more") }
    }

    func run() throws {
        try reporting {
            let library = try library.open()
            var options = HeadTrainer.Options()
            options.method = method
            options.neighbours = neighbours
            options.shrinkage = shrinkage
            options.components = pca
            options.falseAcceptRate = falseAccepts
            options.folds = folds
            options.isForced = force
            let outcome = try HeadTrainer(library, options).train(
                library.head(head), wallNanoseconds: SystemClock().wallNanoseconds
            ) { share in
                Terminal.output.progress("training, \(Text.number(share * 100, decimals: 0))%")
                return true
            }
            Terminal.output.clearProgress()
            if json {
                Terminal.output.line(
                    Text.json(
                        Line(head: head, revision: outcome.revision, isActive: outcome.isActive, evaluation: outcome.evaluation)))
            } else {
                show(outcome)
            }
            if !outcome.isActive { throw ExitCode.failure }
        }
    }

    private func show(_ outcome: HeadTrainer.Outcome) {
        let terminal = Terminal.output
        let evaluation = outcome.evaluation
        func percent(_ value: Double?) -> String { value.map { Text.number($0 * 100, decimals: 1) + "%" } ?? "-" }
        var table = TextTable(["CONCEPT", "SAMPLES", "PRECISION", "RECALL", "F1"], right: [1, 2, 3, 4])
        for concept in evaluation.concepts {
            table.add([
                concept.name, "\(concept.samples)", percent(concept.precision), percent(concept.recall), percent(concept.f1),
            ])
        }
        table.print(to: terminal)
        if evaluation.folds > 0 {
            let area = evaluation.macroAreaUnderROC.map { Text.number($0, decimals: 3) } ?? "-"
            terminal.line(
                "right in \(percent(evaluation.accuracy)) of \(Text.count(evaluation.samples, "sample")), each judged by a head that had not"
                    + " seen it (\(evaluation.folds) parts); area under ROC \(area)")
        } else {
            terminal.line("not evaluated: that takes two samples of each of two concepts")
        }
        if let limit = evaluation.noveltyLimit {
            terminal.line(
                "unknown above a novelty of \(Text.novelty(limit)): takes"
                    + " \(percent(evaluation.falseAcceptRate)) of strangers (\(evaluation.strangers ?? "-")) as known,"
                    + " \(percent(evaluation.falseRejectRate)) of the known as strangers")
        } else {
            terminal.line("nothing is called unknown: too few samples to say where that begins; negatives help (learn add --negative)")
        }
        let revision = terminal.styled("revision \(outcome.revision)", .bold)
        if outcome.isActive {
            terminal.line("\(revision) of \(head) is in use")
        } else {
            terminal.line(
                "\(revision) of \(head) does \(terminal.styled("worse", .red)) than the one in use (it was right in"
                    + " \(percent(outcome.earlier?.accuracy))) and is kept, but not used; --force uses it all the same")
        }
    }
}

extension HeadTrainer.Options.Method: ExpressibleByArgument {}
