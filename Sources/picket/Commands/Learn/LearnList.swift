import ArgumentParser
import Frames
import Samples

struct LearnList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Shows the heads, or the samples of one.")

    @Argument(help: "A head; all heads when left out.")
    var head: String?

    @Option(help: "Only samples of this concept.")
    var concept: String?

    @Flag(help: "One JSON object a line.")
    var json = false

    @OptionGroup var library: LibraryOptions

    private struct HeadLine: Encodable {
        let head: String
        let embedder: String
        let embedderDigest: String
        let dimension: Int
        let samples: [String: Int]
        let negatives: Int
        let activeRevision: Int?
    }

    private struct SampleLine: Encodable {
        let id: Int64
        let concept: String?
        let source: String
        let sha256: String
        /// Left, top, right, bottom as fractions of the picture.
        let box: [Double]
        let wallNanoseconds: Int64
    }

    func run() throws {
        try reporting {
            let library = try library.open()
            if let head { try showSamples(library, try library.head(head)) } else { try showHeads(library) }
        }
    }

    private func showHeads(_ library: SampleLibrary) throws {
        let heads = try library.heads()
        var table = TextTable(["HEAD", "CONCEPTS", "SAMPLES", "IN USE", "EMBEDDER"], right: [1, 2])
        for head in heads {
            let concepts = try library.concepts(of: head)
            let count = try library.samples(of: head).count
            if json {
                Terminal.output.line(
                    Text.json(
                        HeadLine(
                            head: head.name, embedder: head.embedderPath, embedderDigest: head.embedderDigest, dimension: head.dimension,
                            samples: Dictionary(uniqueKeysWithValues: concepts.map { ($0.name, $0.sampleCount) }),
                            negatives: count - concepts.reduce(0) { $0 + $1.sampleCount }, activeRevision: head.activeRevision)))
            } else {
                table.add([
                    head.name, "\(concepts.count)", "\(count)", head.activeRevision.map { "revision \($0)" } ?? "not trained",
                    head.embedderPath,
                ])
            }
        }
        guard !json else { return }
        if heads.isEmpty {
            Terminal.output.line("no heads yet; begin with picket learn add NAME --embedder MODEL.tflite --concept CONCEPT IMAGE...")
        } else {
            table.print(to: .output)
        }
    }

    private func showSamples(_ library: SampleLibrary, _ head: HeadRecord) throws {
        var table = TextTable(["SAMPLE", "CONCEPT", "ADDED", "PART", "SOURCE"], right: [0])
        for sample in try library.samples(of: head) where concept == nil || sample.concept == concept {
            let edges = [sample.box.left, sample.box.top, sample.box.right, sample.box.bottom].map { Double($0) / Double(Box.unit) }
            if json {
                Terminal.output.line(
                    Text.json(
                        SampleLine(
                            id: sample.id, concept: sample.concept, source: sample.source, sha256: sample.pictureDigest, box: edges,
                            wallNanoseconds: sample.wallNanoseconds)))
            } else {
                let part = sample.box == .wholeFrame ? "all" : edges.map { Text.number($0, decimals: 2) }.joined(separator: ",")
                table.add(["\(sample.id)", sample.concept ?? "(negative)", Text.wallTime(sample.wallNanoseconds), part, sample.source])
            }
        }
        if !json { table.print(to: .output) }
    }
}
