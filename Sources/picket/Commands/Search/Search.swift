import Appliance
import ArgumentParser
import Frames
import Journal
import Learning
import Models
import Predictions

struct Search: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Finds what looks like a picture or an event: in the log, among a head's samples, or in a folder.",
        discussion: """
            picket search --image lost-dog.jpg --config site.yaml -k 5
            picket search --event 17 --since 7d --sheet like17.html
            picket search --image cat.jpg --images holiday --embedder embedder.tflite

            Events can be found when their event-log node says embed: true. The similarity is the cosine of the embeddings, 1 for equal ones.
            """)

    @Option(help: "Looks for what is like this picture (.jpg, .bmp).", completion: .file(extensions: ["jpg", "jpeg", "bmp"]))
    var image: String?

    @Option(help: "Looks for what is like this event of the log.")
    var event: Int64?

    @Option(help: "The part to look at: left,top,right,bottom in fractions of the picture or of the event's snapshot.")
    var region: Region?

    @Option(name: .customShort("k"), help: "How many, the most similar ones.")
    var count = 20

    @OptionGroup var place: GalleryOptions

    @OptionGroup var library: LibraryOptions

    @Flag(help: "One JSON object a line.")
    var json = false

    @Option(help: "Also writes the pictures into a contact sheet, .html or .jpg.", completion: .file(extensions: ["html", "jpg"]))
    var sheet: String?

    func validate() throws {
        guard (image == nil) != (event == nil) else { throw ValidationError("say what to look for: one of --image FILE, --event ID") }
        guard (1...1000).contains(count) else { throw ValidationError("-k must be in 1...1000") }
    }

    func run() throws {
        try reporting {
            let sheet = try sheet.map { (path) throws(SearchError) in try ContactSheet(path) }
            let model = try place.embedder.map { (path) throws(TeachingError) in try PictureEmbedder(path: path) }
            // An event's own embedding says whose embeddings it can be compared with.
            let logged = region == nil ? try event.map(logged) : nil
            let gallery = try place.open(library, model: model)
            let unit: UnitEmbedding
            if let logged {
                unit = try gallery.embedder.unit(logged.embedding, path: logged.path)
            } else {
                let embedder = try model ?? GalleryEmbedder.load(gallery.embedder.path)
                let (path, source) = try picture()
                let embedding = try embedder.embedding(PictureEmbedder.file(path), region: region?.box ?? .wholeFrame, source: source)
                unit = try gallery.embedder.unit(embedding, path: embedder.model.path)
            }
            let progress = GalleryOptions.progress { "indexing \($0) of \($1)" }
            // What was looked for is most like itself, which nobody asks.
            let found = try gallery.search(unit, count: count + 1, progress: progress).filter { $0.item.origin != event.map { .event($0) } }
            let shown = Array(found.prefix(count))
            show(shown)
            try sheet?.write(
                title: "Like \(subject)", lead: ["\(Text.count(shown.count, "picture")), the most similar first"],
                [
                    ContactSheet.Row("Looked for", [.init(try subjectItem(), caption: "")]),
                    ContactSheet.Row("Found", shown.map { .init($0.item, caption: Text.number($0.similarity.value, decimals: 3)) }),
                ])
        }
    }

    private var subject: String { image?.split(separator: "/").last.map(String.init) ?? event.map { "event \($0)" } ?? "this" }

    private func subjectItem() throws -> FoundItem {
        if let image { return FoundItem(picture: image, box: region?.box ?? .wholeFrame) }
        let reader = try place.journal.reader()
        return FoundItem(try reader.event(id: event ?? 0), folder: reader.folder)
    }

    private func logged(_ id: Int64) throws -> (embedding: Embedding, path: String) {
        guard let found = try place.journal.reader().embedding(ofEvent: id) else { throw SearchError.eventWithoutEmbedding(id) }
        return (found.embedding, found.embedder.path)
    }

    /// The picture that is looked for, and what it is called.
    private func picture() throws -> (path: String, source: String) {
        if let image { return (image, image) }
        let reader = try place.journal.reader()
        let record = try reader.event(id: event ?? 0)
        return (try FoundItem.picturePath(of: record, folder: reader.folder), "event \(record.id)")
    }

    private func show(_ found: [Likeness]) {
        if json {
            for one in found { Terminal.output.line(Text.json(ItemLine(one.item, one.similarity))) }
            return
        }
        guard !found.isEmpty else { return Terminal.output.line("nothing else has an embedding") }
        let isFolder = place.images != nil
        var table = TextTable(isFolder ? ["SIMILARITY", "PICTURE"] : ["SIMILARITY", "WHAT", "TIME", "CONCEPTS", "PICTURE"], right: [0])
        for one in found {
            let similarity = Text.number(one.similarity.value, decimals: 3)
            table.add(
                isFolder
                    ? [similarity, one.item.name]
                    : [similarity, one.item.name, one.item.timeText, one.item.conceptText, one.item.picturePath ?? "-"])
        }
        table.print(to: .output)
    }
}
