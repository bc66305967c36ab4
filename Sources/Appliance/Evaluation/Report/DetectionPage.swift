/// The report on a detector.
struct DetectionPage {
    private let result: DetectionResult

    init(_ result: DetectionResult) { self.result = result }

    func html() -> String {
        var lead = [
            "detector; \(result.dataset)",
            "\(Wording.count(result.pictures, "picture")), \(Wording.count(result.objects, "object")), "
                + Wording.count(result.detections, "detection"),
        ]
        if !result.notJudged.isEmpty {
            lead.append("note: the model has no label for \(Wording.list(result.notJudged)); these do not count")
        }
        var body = Markup.tiles(
            ["AP", "AP50", "AP75", "AR100"].map { ($0, Wording.share(result.number($0))) })
        let rows = result.concepts.map { concept in
            [
                Markup.Cell.name(concept.name), .number("\(concept.objects)"), .number("\(concept.detections)"),
                Self.heat(concept.averagePrecision), Self.heat(concept.averagePrecision50), Self.heat(concept.averagePrecision75),
                Self.heat(concept.averageRecall),
            ]
        }
        body += Markup.section(
            "Concepts", Markup.table(["Concept", "Objects", "Detections", "AP", "AP50", "AP75", "AR100"], rows, style: "heat"))
        let chart = CurveChart(
            title: "Precision over recall at an overlap of 0.50", horizontal: "recall", vertical: "precision",
            curves: result.concepts.filter { !$0.precisions.isEmpty }.map { concept in
                CurveChart.Curve(
                    name: concept.name, points: concept.precisions.enumerated().map { (Double($0) / 100, $1) },
                    quality: concept.averagePrecision50 ?? 0, value: "AP50 " + Wording.share(concept.averagePrecision50))
            })
        body += Markup.section("Curves", "<div class=\"charts\">\n\(chart.markup())</div>\n")
        body += Markup.section(
            "COCO's summary",
            Markup.table(
                ["Number", "Value", "Meaning"],
                result.summary.map { [.name($0.name), .number(Wording.share($0.value)), .name($0.meaning)] }),
            note: "As pycocotools counts; a dash where there is nothing of the kind to find.")
        return Markup.page(title: "How good is \(result.model.split(separator: "/").last ?? "this")", lead: lead, body: body)
    }

    private static func heat(_ value: Double?) -> Markup.Cell { .number(Wording.share(value), heat: value) }
}
