import Appliance

/// How good a head or classifier is, as tables on a terminal.
struct RecognitionText {
    private let result: RecognitionResult

    /// More columns than a terminal has.
    private static let maximumConfusionColumns = 12
    private static let maximumConfusionRows = 12

    init(_ result: RecognitionResult) { self.result = result }

    func print(to terminal: Terminal) {
        let strangers = result.strangers > 0 ? ", \(Text.count(result.strangers, "stranger"))" : ""
        terminal.line(
            "\(terminal.styled(Text.shown(result.name), .bold)): \(Text.count(result.samples, "sample"))\(strangers); \(result.procedure)")
        if result.learnedBefore > 0 {
            terminal.line(
                terminal.styled("note: ", .yellow)
                    + "\(result.learnedBefore) of these pictures are among the samples that the head learned; they say little")
        }
        terminal.line()
        concepts(terminal)
        confusion(terminal)
        thresholds(terminal)
        openSet(terminal)
        if let temperature = result.temperature {
            let suggested = result.suggestedTemperature.map { "; the samples ask for \(Text.number($0, decimals: 2))" } ?? ""
            terminal.line("temperature \(Text.number(temperature, decimals: 2))\(suggested)")
        }
    }

    private func concepts(_ terminal: Terminal) {
        var table = TextTable(
            ["CONCEPT", "LABELLED", "PREDICTED", "TP", "FP", "FN", "PRECISION", "RECALL", "F1", "ROC AREA"], right: Set(1...9))
        for concept in result.concepts {
            table.add([
                Text.shown(concept.name), "\(concept.labelled)", "\(concept.predicted)", "\(concept.truePositives)",
                "\(concept.falsePositives)", "\(concept.falseNegatives)", Wording.percent(concept.precision),
                Wording.percent(concept.recall), Wording.percent(concept.f1), Wording.share(concept.areaUnderROC),
            ])
        }
        table.add([
            "mean of concepts", "\(result.samples)", "", "", "", "", Wording.percent(result.macroPrecision),
            Wording.percent(result.macroRecall), Wording.percent(result.macroF1), Wording.share(result.macroAreaUnderROC),
        ])
        table.print(to: terminal)
        terminal.line("right in \(terminal.styled(Wording.percent(result.accuracy), .bold)) of \(Text.count(result.samples, "sample"))")
    }

    private func confusion(_ terminal: Terminal) {
        let names = result.concepts.map { Text.shown($0.name) }
        terminal.line()
        guard names.count <= Self.maximumConfusionColumns else {
            let all = result.confusions
            var table = TextTable(["IS", "WAS CALLED", "SAMPLES"], right: [2])
            for confusion in all.prefix(Self.maximumConfusionRows) {
                table.add([Text.shown(confusion.truth), Text.shown(confusion.predicted), "\(confusion.count)"])
            }
            table.print(to: terminal)
            if all.count > Self.maximumConfusionRows { terminal.line("and \(all.count - Self.maximumConfusionRows) more, in the report") }
            return
        }
        let rows = names.indices.filter { result.concepts[$0].labelled > 0 }
        func matrix(_ title: String, _ cell: (_ truth: Int, _ column: Int) -> String) {
            terminal.line(terminal.styled(title, .bold))
            var table = TextTable(["is \\ called"] + names, right: Set(1...names.count))
            for truth in rows { table.add([names[truth]] + names.indices.map { cell(truth, $0) }) }
            table.print(to: terminal)
        }
        matrix("Confusion as counts") { "\(result.confusionCounts[$0][$1])" }
        terminal.line()
        matrix("Confusion as average probability") { Text.number(result.confusionProbabilities[$0][$1], decimals: 3) }
    }

    private func thresholds(_ terminal: Terminal) {
        terminal.line()
        terminal.line(terminal.styled("Suggested thresholds", .bold))
        let (recall, precision) = (Wording.percent(result.wantedRecall), Wording.percent(result.wantedPrecision))
        var table = TextTable(
            ["CONCEPT", "RECALL \(recall) FROM", "PRECISION THERE", "PRECISION \(precision) FROM", "RECALL THERE"], right: Set(1...4))
        for concept in result.concepts where concept.labelled > 0 {
            table.add([
                Text.shown(concept.name), concept.forRecall.map { Wording.threshold($0.threshold) } ?? "-",
                Wording.percent(concept.forRecall?.precision), concept.forPrecision.map { Wording.threshold($0.threshold) } ?? "-",
                Wording.percent(concept.forPrecision?.recall),
            ])
        }
        table.print(to: terminal)
        terminal.line()
    }

    private func openSet(_ terminal: Terminal) {
        guard let open = result.openSet, open.strangerCount > 0 else { return }
        terminal.line(
            terminal.styled("Unknown things", .bold) + " (\(open.strangers)), area under ROC \(Wording.share(open.areaUnderROC))")
        var table = TextTable(["STRANGERS TAKEN AS KNOWN", "KNOWN TAKEN AS STRANGERS", "NOVELTY LIMIT"], right: [0, 1, 2])
        for (_, point) in open.points(atRates: [0, 0.01, 0.05, 0.1, 0.2, 0.5]) {
            table.add([
                Wording.percent(point.falseAcceptRate), Wording.percent(point.falseRejectRate), Wording.novelty(point.limit),
            ])
        }
        table.print(to: terminal)
        if let unknown = result.unknown {
            let strangers = unknown.strangers > 0 ? ", \(unknown.accepted) of \(unknown.strangers) strangers as known" : ""
            terminal.line(
                "in use: unknown above a novelty of \(Wording.novelty(unknown.limit)); takes \(unknown.rejected) of \(unknown.known) known"
                    + " things as strangers\(strangers)")
        }
    }
}

extension Text {
    /// A name from a file that anybody may have written, without what would steer the terminal.
    static func shown(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? "?" : $0 }))
    }
}
