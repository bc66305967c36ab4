import Appliance
import ArgumentParser
import Journal
import Predictions
import Samples
import Threads

struct Cluster: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Groups what looks alike, in the log or in a folder, and makes a group the samples of a concept.",
        discussion: """
            picket cluster --config site.yaml --sheet clusters.html
            picket cluster -k 8 --images pictures --embedder embedder.tflite
            picket cluster name 3 heron --head birds
            """,
        subcommands: [ClusterMake.self, ClusterName.self],
        defaultSubcommand: ClusterMake.self)
}

struct ClusterMake: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "make", abstract: "Groups what looks alike.")

    @Option(name: .customShort("k"), help: "So many groups; without it the data say how many there are.")
    var count: Int?

    @Option(help: "Without -k: the finest grouping of at most so many groups.")
    var atMost = 20

    @OptionGroup var place: GalleryOptions

    @OptionGroup var library: LibraryOptions

    @Flag(help: "One JSON object a line.")
    var json = false

    @Option(
        help: "Also writes the most central pictures into a contact sheet, .html or .jpg.", completion: .file(extensions: ["html", "jpg"]))
    var sheet: String?

    /// Pictures of a group on a sheet.
    private static let shownCount = 16

    private struct Line: Encodable {
        let cluster: Int
        let members: [ItemLine]
    }

    func validate() throws {
        if let count, !(1...Grouping.limit).contains(count) { throw ValidationError("-k must be in 1...\(Grouping.limit)") }
        guard atMost >= 1 else { throw ValidationError("--at-most must be 1 or more") }
    }

    func run() throws {
        try reporting {
            let sheet = try sheet.map { (path) throws(SearchError) in try ContactSheet(path) }
            let model = try place.embedder.map { (path) throws(TeachingError) in try PictureEmbedder(path: path) }
            let gallery = try place.open(library, model: model)
            let contents = try gallery.all(atMost: Grouping.limit, to: "group")
            var roundCount = 0
            let grouping = try Grouping(of: contents, k: count, atMost: atMost) {
                roundCount += 1
                Terminal.error.progress("grouping \(contents.items.count), round \(roundCount)")
            }
            Terminal.error.clearProgress()
            show(grouping, contents)
            try sheet?.write(
                title: "Groups of what looks alike",
                lead: [
                    "\(Text.count(contents.items.count, "picture")) in \(Text.count(grouping.groups.count, "group")), the most central first"
                ],
                grouping.groups.enumerated().map { index, group in
                    ContactSheet.Row(
                        "Cluster \(index + 1): \(group.count)",
                        group.prefix(Self.shownCount).map { .init(contents.items[$0], caption: contents.items[$0].timeText) })
                })
            // Samples of a head have names already.
            guard place.head == nil else { return }
            let folder = place.images == nil ? try place.journal.reader().folder : nil
            let kept = KeptGroups(grouping, of: contents, gallery.embedder, journalFolder: folder)
            do {
                try kept.write(to: library.folder)
                if !json { Terminal.output.line("picket cluster name NUMBER CONCEPT --head HEAD makes a cluster the samples of a concept") }
            } catch {
                Terminal.error.line(Terminal.error.styled("note: ", .yellow) + "clusters cannot be named: \(error)")
            }
        }
    }

    private func show(_ grouping: Grouping, _ contents: GalleryContents) {
        let terminal = Terminal.output
        if json {
            for (index, group) in grouping.groups.enumerated() {
                terminal.line(Text.json(Line(cluster: index + 1, members: group.map { ItemLine(contents.items[$0]) })))
            }
            return
        }
        if !grouping.levels.isEmpty {
            terminal.line(
                "\(contents.items.count) fall into \(grouping.levels.map(String.init).joined(separator: ", ")) groups;"
                    + " these are \(grouping.groups.count) (-k or --at-most for others)")
        }
        var table = TextTable(["CLUSTER", "SIZE", "CONCEPTS", "MOST CENTRAL"], right: [0, 1])
        for (index, group) in grouping.groups.enumerated() {
            let central = group.prefix(3).map { contents.items[$0].name }.joined(separator: ", ")
            table.add(["\(index + 1)", "\(group.count)", concepts(group, contents), central + (group.count > 3 ? ", ..." : "")])
        }
        table.print(to: .output)
    }

    /// The best concepts of a group's members, the most frequent first.
    private func concepts(_ group: [Int], _ contents: GalleryContents) -> String {
        var counts: [String: Int] = [:]
        for index in group { if let best = contents.items[index].concepts.first { counts[best.name, default: 0] += 1 } }
        let ranked = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return ranked.isEmpty ? "-" : ranked.prefix(3).map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}

struct ClusterName: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "name", abstract: "Makes the members of a cluster of the latest picket cluster samples of a concept.")

    @Argument(help: "The cluster's number.")
    var cluster: Int

    @Argument(help: "What its members show.")
    var concept: String

    @Option(help: "The head that learns; a new name begins one.")
    var head: String

    @Option(help: "The embedder, if it is not where it was.", completion: .file(extensions: ["tflite"]))
    var embedder: String?

    @OptionGroup var library: LibraryOptions

    func run() throws {
        try reporting {
            let kept = try KeptGroups(in: library.folder)
            let members = try kept.members(of: cluster)
            let library = try library.open()
            let reader = try kept.journalFolder.map { (folder) throws(JournalError) in try JournalReader(folder: folder) }
            var model: PictureEmbedder?
            var samples: [NewSample] = []
            var skippedCount = 0
            for (index, member) in members.enumerated() {
                Terminal.error.progress("adding \(index + 1) of \(members.count)")
                do {
                    let sample = try kept.sample(of: member, concept: concept, reader) {
                        let loaded = try model ?? embedder.map { try PictureEmbedder(path: $0) } ?? GalleryEmbedder.load(kept.embedderPath)
                        model = loaded
                        return loaded
                    }
                    samples.append(sample)
                } catch let error as SearchError {
                    // These are about all of them, and not this one alone.
                    switch error {
                    case .otherEmbedder, .embedderGone: throw error
                    default: skip(member, error, &skippedCount)
                    }
                } catch let error as TeachingError {
                    if case .picture = error { skip(member, error, &skippedCount) } else { throw error }
                } catch let error as JournalError {
                    skip(member, error, &skippedCount)
                }
            }
            Terminal.error.clearProgress()
            guard let first = samples.first else { throw fail("cluster \(cluster) has no member left; run picket cluster anew", .badInput) }
            let record = try kept.head(head, in: library, like: first)
            let additions = try library.add(samples, to: record, wallNanoseconds: SystemClock().wallNanoseconds)
            let added = additions.filter { if case .added = $0 { true } else { false } }.count
            let known = additions.count - added
            Terminal.output.line(
                "added \(Text.count(added, "sample")) of '\(concept)' to \(head)" + (known > 0 ? ", \(known) known already" : "")
                    + "; picket learn train \(head) makes it count")
            if skippedCount > 0 { throw ExitCode.badInput }
        }
    }

    private func skip(_ member: KeptGroups.Member, _ error: any Error, _ count: inout Int) {
        Terminal.error.clearProgress()
        Terminal.error.line(Terminal.error.styled("skipped: ", .yellow) + "\(member.name): \(error)")
        count += 1
    }
}
