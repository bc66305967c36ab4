import Appliance

/// How good a detector is, as tables on a terminal.
struct DetectionText {
    private let result: DetectionResult

    init(_ result: DetectionResult) { self.result = result }

    func print(to terminal: Terminal) {
        terminal.line(
            "\(terminal.styled(result.model, .bold)): \(Text.count(result.pictures, "picture")),"
                + " \(Text.count(result.objects, "object")), \(Text.count(result.detections, "detection")); \(result.dataset)")
        if !result.notJudged.isEmpty {
            terminal.line(
                terminal.styled("note: ", .yellow)
                    + "the model has no label for \(Text.shown(result.notJudged.joined(separator: ", "))); these do not count")
        }
        terminal.line()
        var table = TextTable(["CONCEPT", "OBJECTS", "DETECTIONS", "AP", "AP50", "AP75", "AR100"], right: Set(1...6))
        for concept in result.concepts {
            table.add([
                Text.shown(concept.name), "\(concept.objects)", "\(concept.detections)", Wording.share(concept.averagePrecision),
                Wording.share(concept.averagePrecision50), Wording.share(concept.averagePrecision75),
                Wording.share(concept.averageRecall),
            ])
        }
        table.print(to: terminal)
        terminal.line()
        var summary = TextTable(["NUMBER", "VALUE", "MEANING"], right: [1])
        for number in result.summary { summary.add([number.name, Wording.share(number.value), number.meaning]) }
        summary.print(to: terminal)
    }
}
