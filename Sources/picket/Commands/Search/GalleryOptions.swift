import Appliance
import ArgumentParser
import Frames
import Journal
import Learning
import Models
import Predictions
import Samples

/// Where to look: the detection log, the samples of a head, or a folder of pictures.
struct GalleryOptions: ParsableArguments {
    @OptionGroup var journal: JournalOptions

    @Option(help: "Looks among the samples of this head instead of the log.")
    var head: String?

    @Option(help: "Looks among the pictures of this folder instead of the log; takes --embedder.", completion: .directory)
    var images: String?

    @Option(
        help: "The embedder, a .tflite file; needed for a folder, or when it is not where it was.",
        completion: .file(extensions: ["tflite"]))
    var embedder: String?

    @Option(help: "Only events or samples with this concept.")
    var concept: String?

    @Option(help: "Only events of the last 90s, 10m, 2h, 7d ...")
    var since: String?

    @Option(help: "Only events of this event-log node.")
    var node: String?

    func validate() throws {
        guard head == nil || images == nil else { throw ValidationError("--head and --images are two places: name one") }
        guard images == nil || embedder != nil else { throw ValidationError("--images needs --embedder MODEL.tflite") }
        if images != nil, concept != nil { throw ValidationError("pictures of a folder have no --concept") }
        if head != nil || images != nil, since != nil || node != nil {
            throw ValidationError("--since and --node are about events of the log")
        }
    }

    /// - Parameter model: the embedder that was named, if it is loaded already.
    func open(_ library: LibraryOptions, model: PictureEmbedder?) throws -> any Gallery {
        if let images, let embedder {
            let model = try model ?? PictureEmbedder(path: embedder)
            let paths = try LabelledPictures(paths: [images], concept: nil).items.map(\.path)
            let gallery = MemoryGallery(paths, model) { done, total in
                Terminal.error.progress("embedding \(done) of \(total)")
            } skip: { error in
                Terminal.error.clearProgress()
                Terminal.error.line(Terminal.error.styled("skipped: ", .yellow) + error.description)
            }
            Terminal.error.clearProgress()
            return gallery
        }
        if let head {
            let library = try library.open()
            return try MemoryGallery(library.head(head), in: library, concept: concept)
        }
        return try events(digest: model?.model.digest)
    }

    private func events(digest: String?) throws -> EventGallery {
        var query = JournalReader.Query()
        query.concept = concept
        query.node = node
        query.sinceWallNanoseconds = try since.map(JournalOptions.start)
        return try EventGallery(journal.reader(), embedder: digest, path: embedder ?? "", query) { text in
            Terminal.error.clearProgress()
            Terminal.error.line(Terminal.error.styled("note: ", .yellow) + text)
        }
    }

    static func progress(_ text: @escaping (Int, Int) -> String) -> (Int, Int) -> Void {
        { done, total in
            if total == 0 { Terminal.error.clearProgress() } else { Terminal.error.progress(text(done, total)) }
        }
    }
}

/// Something that was found, for programs.
struct ItemLine: Encodable {
    let name: String
    var similarity: Double?
    let event: Int64?
    let sample: Int64?
    let picture: String?
    /// Left, top, right, bottom as fractions of the picture.
    let box: [Double]
    let concepts: [String: Double]
    let wallNanoseconds: Int64?

    init(_ item: FoundItem, _ similarity: Score? = nil) {
        name = item.name
        self.similarity = similarity?.value
        event = if case .event(let id) = item.origin { id } else { nil }
        sample = if case .sample(let id) = item.origin { id } else { nil }
        picture = item.picturePath
        box = [item.box.left, item.box.top, item.box.right, item.box.bottom].map { Double($0) / Double(Box.unit) }
        concepts = Dictionary(item.concepts.map { ($0.name, $0.score.value) }) { max($0, $1) }
        wallNanoseconds = item.wallNanoseconds
    }
}

extension FoundItem {
    var timeText: String { wallNanoseconds.map(Text.wallTime) ?? "-" }
    var conceptText: String { concepts.isEmpty ? "-" : Text.concepts(concepts, limit: 2) }
}
