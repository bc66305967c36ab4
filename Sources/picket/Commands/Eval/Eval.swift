import Appliance
import ArgumentParser
import Samples

struct Eval: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says how good a head, a classifier or a detector is, on labelled pictures.",
        discussion: """
            A head by its own samples:      picket eval HEAD [--folds 5 | --held-out 20%]
            A head by other pictures:       picket eval HEAD FOLDER
            A classifier:                   picket eval MODEL.tflite FOLDER
            A detector, labels of COCO:     picket eval MODEL.tflite --labels annotations.json --images DIR
            A detector, labels of YOLO:     picket eval MODEL.tflite --labels DIR --images DIR

            FOLDER has a folder of pictures for each concept, and _negatives for pictures of none.
            """)

    @Argument(help: "A head, or a .tflite file.", completion: .file(extensions: ["tflite"]))
    var subject: String

    @Argument(help: "A folder with a folder for each concept.", completion: .directory)
    var folder: String?

    @Option(help: "Objects in pictures: a .json of COCO's form, or a folder of YOLO's .txt files.", completion: .file())
    var labels: String?

    @Option(help: "The folder of the pictures that --labels are about.", completion: .directory)
    var images: String?

    @Option(help: "A text with the name of each class on a line: of YOLO's labels, or of a classifier that has no names.")
    var names: String?

    @Option(help: "Parts of the cross-validation.")
    var folds: Int?

    @Option(help: "Holds out this share of the samples once, instead of a cross-validation, for example 20%.")
    var heldOut: Share?

    @Option(help: "Suggests thresholds that reach this recall.")
    var recall = Share(value: 0.95)

    @Option(help: "Suggests thresholds that keep this precision.")
    var precision = Share(value: 0.95)

    @Option(help: "Detections with a lower score are left out; average precision wants nearly all.")
    var minScore = 0.01

    @Option(help: "The embedder, if it is not where it was when the head was begun.", completion: .file(extensions: ["tflite"]))
    var embedder: String?

    @Option(help: "Writes a page with tables and curves, .html.", completion: .file(extensions: ["html"]))
    var report: String?

    @Flag(help: "One JSON object.")
    var json = false

    @OptionGroup var threading: ThreadOptions

    @OptionGroup var library: LibraryOptions

    /// A share as `95%` or `0.95`.
    struct Share: ExpressibleByArgument {
        let value: Double

        init(value: Double) { self.value = value }

        init?(argument: String) {
            let number = argument.hasSuffix("%") ? Double(argument.dropLast()).map { $0 / 100 } : Double(argument)
            guard let number, number > 0, number <= 1 else { return nil }
            value = number
        }

        var defaultValueDescription: String { Wording.number(value * 100, decimals: 0) + "%" }
    }

    private var isModel: Bool { subject.lowercased().hasSuffix(".tflite") }

    func validate() throws {
        if let folds, folds < 2 { throw ValidationError("--folds must be 2 or more") }
        if let heldOut, !(0.01...0.99).contains(heldOut.value) { throw ValidationError("--held-out must be in 1%...99%") }
        if folds != nil, heldOut != nil { throw ValidationError("--folds and --held-out exclude each other") }
        guard (0...1).contains(minScore) else { throw ValidationError("--min-score must be in 0...1") }
        guard (labels == nil) == (images == nil) else { throw ValidationError("--labels and --images go together") }
        if labels != nil, folder != nil { throw ValidationError("name a folder of concepts or --labels, not both") }
        if isModel {
            guard folder != nil || labels != nil else {
                throw ValidationError("name a folder with a folder for each label, or --labels and --images for a detector")
            }
            if folds != nil || heldOut != nil { throw ValidationError("--folds and --held-out are for heads") }
        } else {
            if labels != nil || names != nil { throw ValidationError("--labels and --names are for models; a head is judged by a folder") }
            if folder != nil, folds != nil || heldOut != nil {
                throw ValidationError("--folds and --held-out are for a head's own samples, not for a folder")
            }
        }
    }

    func run() throws {
        do {
            try reporting {
                let page = try report.map { path throws(EvaluationError) in try EvaluationReport(path) }
                if let labels, let images {
                    let result = try detector(labels: labels, images: images)
                    try page?.write(result)
                    if json { Terminal.output.line(Text.json(result)) } else { DetectionText(result).print(to: Terminal.output) }
                } else {
                    let result = try recognition()
                    try page?.write(result)
                    if json { Terminal.output.line(Text.json(result)) } else { RecognitionText(result).print(to: Terminal.output) }
                }
                if let report, !json { Terminal.output.line("\(Terminal.output.styled("report", .dim)) \(report)") }
            }
        } catch let error as EvaluationError {
            Terminal.error.clearProgress()
            throw fail(error.description, error.isBadInput ? .badInput : .failure)
        }
    }

    private func recognition() throws -> RecognitionResult {
        var options = EvaluationOptions()
        options.folds = folds ?? options.folds
        options.heldOutPercent = heldOut.map { Int(($0.value * 100).rounded()) }
        options.wantedRecall = recall.value
        options.wantedPrecision = precision.value
        defer { Terminal.error.clearProgress() }
        if isModel {
            return try ModelJudge(path: subject, names: names, threadCount: threading.threads).judge(
                folder: folder ?? ".", options, progress: Self.show)
        }
        let judge = try HeadJudge(library.open(), head: subject, options)
        return try folder.map { try judge.judge(folder: $0, embedder: embedder, progress: Self.show) }
            ?? judge.judgeSamples(progress: Self.show)
    }

    private func detector(labels: String, images: String) throws -> DetectionResult {
        defer { Terminal.error.clearProgress() }
        let isJSON = labels.lowercased().hasSuffix(".json")
        let judge = try ModelJudge(path: subject, names: isJSON ? names : nil, threadCount: threading.threads)
        Terminal.error.progress("reading \(labels)")
        let dataset =
            isJSON
            ? try COCOAnnotations.read(labels, pictures: images) : try YOLOLabels.read(labels: labels, pictures: images, names: names)
        return try judge.judge(dataset, name: labels, minimumScore: minScore, progress: Self.show)
    }

    private static func show(_ progress: EvaluationProgress) -> Bool {
        Terminal.error.progress("\(progress.done) of \(progress.total) \(progress.noun)")
        return true
    }
}
