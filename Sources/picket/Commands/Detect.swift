import ArgumentParser
import FoundationEssentials
import Frames
import Imaging
import Models
import Predictions

struct Detect: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Runs a detector or classifier on one picture, and draws what it found.")

    @OptionGroup var options: ModelOptions

    @OptionGroup var threading: ThreadOptions

    @Argument(help: "A JPEG or BMP picture.", completion: .file(extensions: ["jpg", "jpeg", "bmp"]))
    var image: String

    @Option(help: "Writes the picture with boxes and names.", completion: .file(extensions: ["jpg"]))
    var annotate: String?

    @Option(help: "Lower scores are left out.")
    var minScore = 0.4

    @Option(help: "At most so many.")
    var max = 20

    @Flag(help: "One JSON object a line.")
    var json = false

    private struct Line: Encodable {
        let concept: String
        let score: Double
        /// Left, top, right, bottom as fractions of the picture.
        let box: [Double]
    }

    func run() throws {
        let bytes = try readFile(image)
        do {
            let model = try LoadedModel(path: options.model, tier: try options.tier(), threadCount: threading.threads)
            var settings = VisionModel.Options(minimumScore: Score(minScore))
            settings.maximum = max
            settings.top = max
            let vision = try VisionModel(model, options: settings)
            let picture = try Picture(file: bytes.span)
            let frame = Frame(
                sequence: 0, timestamp: Timestamp(nanoseconds: 0), wallNanoseconds: 0, format: .rgb24, size: picture.size,
                bytesPerRow: picture.size.width * 3, bytes: picture.pixels)
            let pictures = FramePictures()
            pictures.begin(frame)
            let predictions = try vision.predict(pictures)
            show(predictions)
            if let annotate {
                try Album.draw(predictions, on: picture, to: annotate)
                if !json { Terminal.output.line("drawn into \(annotate)") }
            }
        } catch let error as ModelError {
            throw fail(error.description, .badInput)
        } catch let error as ImagingError {
            throw fail("\(image): \(error)", .badInput)
        }
    }

    private func show(_ predictions: [Prediction]) {
        let terminal = Terminal.output
        var count = 0
        for prediction in predictions {
            for concept in prediction.concepts {
                count += 1
                let box = prediction.box
                let edges = [box.left, box.top, box.right, box.bottom].map { Double($0) / Double(Box.unit) }
                if json {
                    terminal.line(Text.json(Line(concept: concept.name, score: concept.score.value, box: edges)))
                } else {
                    let place = edges.map { Text.number($0 * 100, decimals: 1) + "%" }.joined(separator: " ")
                    terminal.line(
                        "\(terminal.styled(Text.score(concept.score), .green))  \(terminal.styled(concept.name, .bold))  \(place)")
                }
            }
            if let embedding = prediction.embedding, !json {
                terminal.line("an embedding of \(embedding.elements.count) elements; nothing to draw")
            }
        }
        if count == 0, !json, predictions.allSatisfy({ $0.embedding == nil }) {
            terminal.line("nothing above \(Text.number(minScore, decimals: 2)); try --min-score 0.2")
        }
    }
}
