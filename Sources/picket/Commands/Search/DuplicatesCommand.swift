import Appliance
import ArgumentParser
import Journal
import Predictions

struct DuplicatesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "duplicates", abstract: "Finds events, samples or pictures that look nearly the same, two by two.")

    @Option(help: "The similarity from which on two are told, in 0.5...1: the cosine of their embeddings.")
    var above = 0.95

    @Option(help: "Pairs at most, the most similar ones.")
    var limit = 50

    @OptionGroup var place: GalleryOptions

    @OptionGroup var library: LibraryOptions

    @Flag(help: "One JSON object a line.")
    var json = false

    @Option(help: "Also writes the pictures into a contact sheet, .html or .jpg.", completion: .file(extensions: ["html", "jpg"]))
    var sheet: String?

    private struct Line: Encodable {
        let similarity: Double
        let first: ItemLine
        let second: ItemLine
    }

    func validate() throws {
        guard Duplicates.allowed.contains(above) else { throw ValidationError("--above must be in 0.5...1") }
        guard limit >= 1 else { throw ValidationError("--limit must be 1 or more") }
    }

    func run() throws {
        try reporting {
            let sheet = try sheet.map { (path) throws(SearchError) in try ContactSheet(path) }
            let model = try place.embedder.map { (path) throws(TeachingError) in try PictureEmbedder(path: path) }
            let contents = try place.open(library, model: model).all(atMost: Duplicates.limit, to: "compare with each other")
            let progress = GalleryOptions.progress { "comparing \($0) of \($1)" }
            let duplicates = try Duplicates(of: contents, above: Score(above), progress: progress)
            progress(0, 0)
            let shown = Array(duplicates.pairs.prefix(limit))
            show(shown, contents, total: duplicates.pairs.count)
            try sheet?.write(
                title: "What looks nearly the same",
                lead: [
                    "\(Text.count(duplicates.pairs.count, "pair")) of a similarity of \(Score(above).text) and more among \(contents.items.count)"
                ],
                shown.map { pair in
                    let items = [contents.items[pair.first], contents.items[pair.second]]
                    return ContactSheet.Row(
                        Text.number(pair.similarity.value, decimals: 3), items.map { .init($0, caption: $0.timeText) })
                })
        }
    }

    private func show(_ pairs: [Duplicates.Pair], _ contents: GalleryContents, total: Int) {
        let terminal = Terminal.output
        if json {
            for pair in pairs {
                terminal.line(
                    Text.json(
                        Line(
                            similarity: pair.similarity.value, first: ItemLine(contents.items[pair.first]),
                            second: ItemLine(contents.items[pair.second]))))
            }
            return
        }
        let rest = total > pairs.count ? ", the \(pairs.count) most similar shown (--limit)" : ""
        terminal.line("\(Text.count(total, "pair")) of a similarity of \(Score(above).text) and more among \(contents.items.count)\(rest)")
        guard !pairs.isEmpty else { return }
        var table = TextTable(["SIMILARITY", "FIRST", "SECOND"], right: [0])
        for pair in pairs {
            table.add([
                Text.number(pair.similarity.value, decimals: 3), contents.items[pair.first].name, contents.items[pair.second].name,
            ])
        }
        table.print(to: .output)
    }
}
