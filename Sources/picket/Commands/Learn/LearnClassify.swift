import Appliance
import ArgumentParser
import Frames
import Learning
import Predictions
import Samples

struct LearnClassify: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "classify", abstract: "Says what pictures show, by a trained head.")

    @Argument(help: "The head.")
    var head: String

    @Argument(help: "Pictures (.jpg, .bmp), or folders of them.", completion: .file(extensions: ["jpg", "jpeg", "bmp"]))
    var images: [String]

    @Option(help: "The part to look at: left,top,right,bottom in fractions of the picture.")
    var region: Region?

    @Option(help: "The embedder, if it is not where it was when the head was begun.", completion: .file(extensions: ["tflite"]))
    var embedder: String?

    @Flag(help: "One JSON object a line.")
    var json = false

    @OptionGroup var library: LibraryOptions

    private struct Line: Encodable {
        let picture: String
        let concept: String
        let isUnknown: Bool
        let novelty: Double
        let scores: [String: Double]
    }

    func run() throws {
        try reporting {
            let library = try library.open()
            let record = try library.head(head)
            let trained = try library.trainedHead(record)
            let embedder = try PictureEmbedder(path: embedder ?? record.embedderPath)
            for picture in try LabelledPictures(paths: images, concept: nil).items {
                let embedding = try embedder.embedding(
                    PictureEmbedder.file(picture.path), region: region?.box ?? .wholeFrame, source: picture.path)
                do throws(LearningError) {
                    show(picture.path, try trained.judge(embedding))
                } catch {
                    throw TeachingError.learning(error)
                }
            }
        }
    }

    private func show(_ path: String, _ verdict: TrainedHead.Verdict) {
        let terminal = Terminal.output
        guard !json else {
            terminal.line(
                Text.json(
                    Line(
                        picture: path, concept: verdict.isUnknown ? "unknown" : verdict.concepts[0].name, isUnknown: verdict.isUnknown,
                        novelty: Double(verdict.novelty) / 65_536,
                        scores: Dictionary(uniqueKeysWithValues: verdict.concepts.map { ($0.name, $0.score.value) }))))
            return
        }
        let answer = verdict.isUnknown ? terminal.styled("unknown", .yellow) : terminal.styled(verdict.concepts[0].name, .bold)
        terminal.line(
            "\(path)  \(answer)  (\(Text.concepts(verdict.concepts)); novelty \(Text.novelty(verdict.novelty)))"
        )
    }
}
