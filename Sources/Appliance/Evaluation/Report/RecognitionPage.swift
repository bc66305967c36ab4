import Learning

/// The report on a head or classifier.
struct RecognitionPage {
    private let result: RecognitionResult

    /// A wider table nobody can look at; the confusions are listed instead.
    static let maximumHeatColumns = 40
    private static let maximumConfusionRows = 20

    init(_ result: RecognitionResult) { self.result = result }

    func html() -> String {
        var lead = ["\(result.kind); \(result.procedure)", Wording.count(result.samples, "sample") + strangersText]
        if result.learnedBefore > 0 { lead.append(Self.learnedBefore(result)) }
        var body = Markup.tiles([
            ("right", Wording.percent(result.accuracy)), ("macro precision", Wording.percent(result.macroPrecision)),
            ("macro recall", Wording.percent(result.macroRecall)), ("macro F1", Wording.percent(result.macroF1)),
            ("macro area under ROC", Wording.share(result.macroAreaUnderROC)),
        ])
        body += concepts()
        body += charts()
        body += confusion()
        body += thresholds()
        body += openSet()
        if let temperature = result.temperature {
            let suggested = result.suggestedTemperature.map { "; the samples ask for \(Wording.number($0, decimals: 2))" } ?? ""
            body += Markup.section(
                "Temperature", "<p>\(Markup.text("\(Wording.number(temperature, decimals: 2)) is in use\(suggested)"))</p>\n",
                note: "Scores are softmax(logits / temperature): the one with which probabilities mean what they say.")
        }
        return Markup.page(title: "How good is \(shortName)", lead: lead, body: body)
    }

    static func learnedBefore(_ result: RecognitionResult) -> String {
        "note: \(result.learnedBefore) of these pictures are among the samples that the head learned; they say little"
    }

    private var shortName: String { String(result.name.split(separator: "/").last ?? "this") }

    private var strangersText: String { result.strangers == 0 ? "" : ", " + Wording.count(result.strangers, "stranger") }

    private func concepts() -> String {
        let rows = result.concepts.map { concept in
            [
                Markup.Cell.name(concept.name), .number("\(concept.labelled)"), .number("\(concept.predicted)"),
                .number("\(concept.truePositives)"), .number("\(concept.falsePositives)"), .number("\(concept.falseNegatives)"),
                .number(Wording.percent(concept.precision)), .number(Wording.percent(concept.recall)),
                .number(Wording.percent(concept.f1)), .number(Wording.share(concept.areaUnderROC)),
                .number(Wording.share(concept.averagePrecision)),
            ]
        }
        return Markup.section(
            "Concepts",
            Markup.table(
                [
                    "Concept", "Labelled", "Predicted", "True positives", "False positives", "False negatives", "Precision", "Recall", "F1",
                    "Area under ROC", "Average precision",
                ], rows))
    }

    private func charts() -> String {
        let shown = result.concepts.indices.filter { result.concepts[$0].labelled > 0 }
        let precision = CurveChart(
            title: "Precision over recall", horizontal: "recall", vertical: "precision",
            curves: shown.map { index in
                let value = result.concepts[index].averagePrecision ?? 0
                return CurveChart.Curve(
                    name: result.concepts[index].name, points: Self.precisionSteps(result.curves[index]), quality: value,
                    value: "AP " + Wording.number(value, decimals: 3))
            })
        let ranked = CurveChart(
            title: "ROC: each concept against the others", horizontal: "false accepts", vertical: "recall",
            curves: shown.map { index in
                let value = result.concepts[index].areaUnderROC
                return CurveChart.Curve(
                    name: result.concepts[index].name,
                    points: [(0, 0)] + result.curvesOfKnown[index].points.map { ($0.falseAcceptRate, $0.recall) },
                    quality: value ?? 0, value: "area " + Wording.share(value))
            }, hasDiagonal: true)
        var figures = precision.markup() + ranked.markup()
        if let open = result.openSet, open.strangerCount > 0, open.knownCount > 0 {
            figures += CurveChart(
                title: "Known or unknown: strangers against the known", horizontal: "strangers taken as known",
                vertical: "known taken as known",
                curves: [
                    CurveChart.Curve(
                        name: open.strangers, points: open.points.map { ($0.falseAcceptRate, 1 - $0.falseRejectRate) },
                        quality: 0, value: "area " + Wording.share(open.areaUnderROC))
                ], hasDiagonal: true
            ).markup()
        }
        return Markup.section("Curves", "<div class=\"charts\">\n\(figures)</div>\n")
    }

    /// From the left edge, level to the first point.
    private static func precisionSteps(_ curve: PrecisionRecallCurve) -> [(x: Double, y: Double)] {
        let points = curve.points.map { (x: $0.recall, y: $0.precision) }
        return (points.first.map { [(x: 0, y: $0.y)] } ?? []) + points
    }

    private func confusion() -> String {
        let names = result.concepts.map(\.name)
        let rows = names.indices.filter { result.concepts[$0].labelled > 0 }
        guard names.count <= Self.maximumHeatColumns else { return confusions() }
        func table(_ cell: (_ truth: Int, _ column: Int) -> Markup.Cell) -> String {
            Markup.table(
                ["is \\ called"] + names, rows.map { truth in [.name(names[truth])] + names.indices.map { cell(truth, $0) } }, style: "heat"
            )
        }
        return Markup.section(
            "Confusion as counts",
            table { truth, column in
                let count = result.confusionCounts[truth][column]
                let total = max(result.concepts[truth].labelled, 1)
                return .number("\(count)", heat: Double(count) / Double(total), isStrong: truth == column)
            }, note: "A row for what things are, a column for what they were called: the number of samples.")
            + Markup.section(
                "Confusion as average probability",
                table { truth, column in
                    let value = result.confusionProbabilities[truth][column]
                    return .number(Wording.number(value, decimals: 3), heat: value, isStrong: truth == column)
                }, note: "The average score that samples of the row's concept got for the column's.")
            + (result.confusions.isEmpty || names.count <= 6 ? "" : confusions())
    }

    private func confusions() -> String {
        let all = result.confusions
        let rows = all.prefix(Self.maximumConfusionRows).map { confusion in
            [Markup.Cell.name(confusion.truth), .name(confusion.predicted), .number("\(confusion.count)")]
        }
        let note = all.count > rows.count ? "The \(rows.count) most frequent of \(all.count) kinds." : nil
        return Markup.section("What is confused", Markup.table(["Is", "Was called", "Samples"], rows), note: note)
    }

    private func thresholds() -> String {
        func cells(_ threshold: RecognitionResult.Threshold?, _ gained: (RecognitionResult.Threshold) -> Double) -> [Markup.Cell] {
            [
                .number(threshold.map { Wording.threshold($0.threshold) } ?? "-"),
                .number(Wording.percent(threshold.map(gained))),
            ]
        }
        let rows = result.concepts.filter { $0.labelled > 0 }.map { concept in
            [Markup.Cell.name(concept.name)] + cells(concept.forRecall, \.precision) + cells(concept.forPrecision, \.recall)
        }
        return Markup.section(
            "Suggested thresholds",
            Markup.table(
                [
                    "Concept", "For a recall of \(Wording.percent(result.wantedRecall))", "Precision there",
                    "For a precision of \(Wording.percent(result.wantedPrecision))", "Recall there",
                ], rows), note: "On the score of each concept alone; strangers count among what must not get through.")
    }

    private func openSet() -> String {
        guard let open = result.openSet, open.strangerCount > 0 else { return "" }
        var text = ""
        if let unknown = result.unknown {
            let strangers = unknown.strangers > 0 ? ", \(unknown.accepted) of \(unknown.strangers) strangers as known" : ""
            text =
                "<p>"
                + Markup.text(
                    "In use: unknown above a novelty of \(Wording.novelty(unknown.limit)), which takes \(unknown.rejected) of "
                        + "\(unknown.known) known things as strangers\(strangers).") + "</p>\n"
        }
        let rows = open.points(atRates: [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]).map { rate, point in
            [
                Markup.Cell.number("at most " + Wording.number(rate * 100, decimals: 0) + "%"),
                .number(Wording.percent(point.falseAcceptRate)), .number(Wording.percent(point.falseRejectRate)),
                .number(Wording.novelty(point.limit)),
            ]
        }
        return Markup.section(
            "Unknown things",
            text + Markup.table(["Strangers taken as known", "Exactly", "Known taken as strangers", "Novelty limit"], rows),
            note: open.strangers == "strangers"
                ? "Measured with \(Wording.count(open.strangerCount, "stranger")); area under ROC \(Wording.share(open.areaUnderROC))."
                : "No stranger was at hand: every sample stands for one too, by its distance to concepts other than its own. "
                    + "Real strangers may look less strange.")
    }
}
