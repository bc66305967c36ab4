import Appliance
import ArgumentParser
import Frames
import Journal
import Predictions
import Samples
import Threads

struct LearnAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Adds pictures as samples of a concept.",
        discussion: """
            picket learn add pets --embedder embedder.tflite --concept cat cat1.jpg cat2.jpg
            picket learn add pets --concept dog --region 0.1,0.2,0.6,0.9 yard.jpg
            picket learn add pets --folders pictures      pictures/cat/*.jpg, pictures/dog/*.jpg, pictures/_negatives/*.jpg
            picket learn add pets --concept cat --event 17
            """)

    @Argument(help: "The head that learns; a new name begins one.")
    var head: String

    @Argument(help: "Pictures (.jpg, .bmp), or folders of them.", completion: .file(extensions: ["jpg", "jpeg", "bmp"]))
    var images: [String] = []

    @Option(help: "The embedder, a .tflite file; needed once, to begin a head.", completion: .file(extensions: ["tflite"]))
    var embedder: String?

    @Option(help: "What the pictures show.")
    var concept: String?

    @Flag(help: "The pictures show none of the concepts.")
    var negative = false

    @Option(help: "A folder with a folder of pictures for each concept.", completion: .directory)
    var folders: String?

    @Option(help: "The part that shows it: left,top,right,bottom in fractions of the picture, for example 0.1,0.2,0.6,0.9.")
    var region: Region?

    @Option(help: "An event of the detection log: its snapshot, where the best box is.")
    var event: [Int64] = []

    @OptionGroup var journal: JournalOptions

    @OptionGroup var library: LibraryOptions

    /// Samples of one commit.
    private static let batch = 64

    func validate() throws {
        let labels = (concept == nil ? 0 : 1) + (negative ? 1 : 0) + (folders == nil ? 0 : 1)
        guard labels == 1 else { throw ValidationError("say what the pictures show: one of --concept NAME, --negative, --folders FOLDER") }
        guard folders == nil || images.isEmpty && event.isEmpty else { throw ValidationError("--folders takes no pictures besides") }
        guard folders != nil || !images.isEmpty || !event.isEmpty else { throw ValidationError("name pictures, a folder, or --event ID") }
    }

    func run() throws {
        try reporting {
            let library = try library.open()
            let embedder = try PictureEmbedder(path: embedder ?? library.head(head).embedderPath)
            let record = try embedder.head(head, in: library)
            var tally = Tally()
            var waiting: [NewSample] = []
            func commit() throws(SampleError) {
                let additions = try library.add(waiting, to: record, wallNanoseconds: SystemClock().wallNanoseconds)
                for case .known in additions { tally.known += 1 }
                for case .added in additions { tally.added += 1 }
                waiting = []
            }
            let pictures = try self.pictures()
            for (index, picture) in pictures.enumerated() {
                Terminal.output.progress("embedding \(index + 1) of \(pictures.count)")
                do throws(TeachingError) {
                    waiting.append(try sample(picture, embedder))
                } catch {
                    Terminal.output.clearProgress()
                    Terminal.error.line(Terminal.error.styled("skipped: ", .yellow) + error.description)
                    tally.skipped += 1
                }
                if waiting.count == Self.batch { try commit() }
            }
            try commit()
            Terminal.output.clearProgress()
            report(tally, try library.concepts(of: record), try library.samples(of: record).count)
            if tally.skipped > 0 { throw ExitCode.badInput }
        }
    }

    private struct Tally {
        var added = 0
        var known = 0
        var skipped = 0
    }

    private struct Labelled {
        let path: String
        let concept: String?
        let region: Box
        let source: String
    }

    private func pictures() throws -> [Labelled] {
        let labelled =
            try folders.map { (folder) throws(TeachingError) in try LabelledPictures(conceptFoldersIn: folder) }
            ?? LabelledPictures(paths: images, concept: concept)
        let box = region?.box ?? .wholeFrame
        return labelled.items.map { Labelled(path: $0.path, concept: $0.concept, region: box, source: $0.path) } + (try events())
    }

    private func events() throws -> [Labelled] {
        guard !event.isEmpty else { return [] }
        let reader = try journal.reader()
        return try event.map { id in
            do {
                let record = try reader.event(id: id)
                guard let snapshot = record.snapshots.first else {
                    throw fail("event \(id) has no snapshot; give its event-log node snapshots, or name a picture", .badInput)
                }
                return Labelled(
                    path: reader.folder + "/" + snapshot, concept: concept, region: region?.box ?? record.event.bestBox,
                    source: "event \(id)")
            } catch let error as JournalError {
                throw fail(error.description, .badInput)
            }
        }
    }

    private func sample(_ picture: Labelled, _ embedder: PictureEmbedder) throws(TeachingError) -> NewSample {
        try embedder.sample(
            PictureEmbedder.file(picture.path), concept: picture.concept, region: picture.region, source: picture.source)
    }

    private func report(_ tally: Tally, _ concepts: [(name: String, sampleCount: Int)], _ sampleCount: Int) {
        var parts = ["added \(Text.count(tally.added, "sample"))"]
        if tally.known > 0 { parts.append("\(tally.known) known already") }
        if tally.skipped > 0 { parts.append("\(Text.count(tally.skipped, "picture")) skipped") }
        Terminal.output.line(parts.joined(separator: ", "))
        let negatives = sampleCount - concepts.reduce(0) { $0 + $1.sampleCount }
        let list = concepts.map { "\($0.name) \($0.sampleCount)" } + (negatives > 0 ? ["negatives \(negatives)"] : [])
        Terminal.output.line("\(Terminal.output.styled(head, .bold)) has \(list.joined(separator: ", "))")
    }
}
