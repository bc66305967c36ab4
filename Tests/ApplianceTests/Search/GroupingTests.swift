import Appliance
import Foundation
import Frames
import Imaging
import Journal
import Learning
import Predictions
import Samples
import Testing

@Suite struct GroupingTests {
    private let journal = EventJournal(dimension: 32, kinds: 3)

    init() { journal.add(60) }

    private func contents() throws -> GalleryContents { try journal.gallery().all(atMost: 1000, to: "group") }

    // MARK: Duplicates

    @Test(arguments: [0.5, 0.8, 0.95]) func duplicatesAreAllPairsFromTheSimilarityOn(above: Double) throws {
        let contents = try contents()
        var expected: Set<[Int]> = []
        for first in 0..<60 {
            for second in first + 1..<60 {
                let similarity = UnitEmbedding.similarity(ofDot: contents.units[first].dot(contents.units[second]))
                if similarity >= Score(above) { expected.insert([first, second]) }
            }
        }
        let pairs = try Duplicates(of: contents, above: Score(above)) { _, _ in }.pairs
        #expect(Set(pairs.map { [$0.first, $0.second] }) == expected)
        #expect(pairs.count == expected.count)
        #expect(zip(pairs, pairs.dropFirst()).allSatisfy { $0.similarity >= $1.similarity }, "the most similar first")
    }

    @Test func oneThingAloneHasNoDuplicate() throws {
        let one = EventJournal()
        one.add(1)
        #expect(try Duplicates(of: one.gallery().all(atMost: 10, to: ""), above: Score(0.9)) { _, _ in }.pairs.isEmpty)
    }

    // MARK: Groups

    @Test(arguments: [3, nil]) func whatIsOfOneKindFallsIntoOneGroup(k: Int?) throws {
        let contents = try contents()
        let grouping = try Grouping(of: contents, k: k, atMost: 3) {}
        #expect(grouping.groups.flatMap(\.self).sorted() == Array(0..<60))
        #expect(grouping.groups.count <= 3)
        // Each kind has 20 events: number % 3 tells which.
        let kinds = grouping.groups.map { Set($0.map { (Int(contents.items[$0].name.split(separator: " ")[1]) ?? 0) % 3 }) }
        if grouping.groups.count == 3 { #expect(kinds.allSatisfy { $0.count == 1 }) }
        #expect(grouping.levels.isEmpty == (k != nil))
    }

    @Test func moreGroupsThanThingsIsAnError() throws {
        let error = #expect(throws: SearchError.self) { try Grouping(of: contents(), k: 61, atMost: 3) {} }
        #expect(error?.description == "60 are fewer than 61 groups; ask for fewer with -k")
    }

    // MARK: A name for a group

    private func kept() throws -> KeptGroups {
        let gallery = try journal.gallery()
        let contents = try gallery.all(atMost: 1000, to: "group")
        return KeptGroups(try Grouping(of: contents, k: 3, atMost: 3) {}, of: contents, gallery.embedder, journalFolder: journal.folder)
    }

    @Test func aGroupsMembersBecomeSamplesWithTheirLoggedEmbeddings() throws {
        let folder = journal.folder + "/learning"
        try kept().write(to: folder)
        let kept = try KeptGroups(in: folder)
        let library = try SampleLibrary(folder: folder)
        let reader = try JournalReader(folder: journal.folder)
        let members = try kept.members(of: 1)
        let samples = try members.map { try kept.sample(of: $0, concept: "heron", reader) { throw SearchError.busy } }
        let head = try kept.head("birds", in: library, like: try #require(samples.first))
        let additions = try library.add(samples, to: head, wallNanoseconds: 0)
        #expect(additions.count == 20)
        #expect(try library.concepts(of: head).map(\.name) == ["heron"])
        let number = try #require(Int(members[0].name.split(separator: " ")[1]))
        #expect(try library.embeddings(of: library.samples(of: head), head)[0].elements == journal.elements[number - 1])
        // Once more changes nothing.
        #expect(try library.add(samples, to: head, wallNanoseconds: 0).allSatisfy { if case .known = $0 { true } else { false } })
        // A head of another embedder does not take them.
        _ = try library.head("others", embedderDigest: "0123", path: "other.tflite", dimension: 4, scale: 1)
        let error = #expect(throws: SampleError.self) { try kept.head("others", in: library, like: samples[0]) }
        #expect(error?.description.contains("other.tflite") == true && error?.description.contains("/models/e.tflite") == true)
    }

    @Test func whatCannotBeNamedSaysWhy() throws {
        let folder = journal.folder + "/learning"
        let missing = #expect(throws: SearchError.self) { try KeptGroups(in: folder) }
        #expect(missing?.description.contains("there are no clusters in \(folder)/clusters.json yet; picket cluster makes them") == true)
        let kept = try kept()
        #expect(throws: SearchError.noSuchCluster(4, count: 3)) { try kept.members(of: 4) }
        #expect(throws: SearchError.noSuchCluster(0, count: 3)) { try kept.members(of: 0) }
        try kept.write(to: folder)
        try Data("[1, 2".utf8).write(to: URL(filePath: folder + "/clusters.json"))
        let damaged = #expect(throws: SearchError.self) { try KeptGroups(in: folder) }
        #expect(damaged?.description.contains("it is damaged; picket cluster makes them anew") == true)
        // The events went in between.
        let empty = EventJournal()
        empty.write([.event(empty.event(1, nil))])
        let reader = try JournalReader(folder: empty.folder)
        let member = try #require(try kept.members(of: 1).first { $0.name != "event 1" })
        #expect(throws: JournalError.self) { try kept.sample(of: member, concept: "x", reader) { throw SearchError.busy } }
        let first = try #require(kept.groups.flatMap(\.self).first { $0.name == "event 1" })
        #expect(throws: SearchError.eventWithoutEmbedding(1)) {
            try kept.sample(of: first, concept: "x", reader) { throw SearchError.busy }
        }
    }

    // MARK: A folder of pictures

    @Test func aFolderOfPicturesIsSearchedAndItsBadPicturesAreNamed() throws {
        let place = try Workplace()
        let embedder = try PictureEmbedder(path: DemoEmbedder.write(to: place.folder))
        var paths: [String] = []
        for index in [0, 1, 60] { paths.append(try place.write("\(index).jpg", Demo.images[index])) }
        paths.append(try place.write("bad.jpg", [1, 2, 3]))
        var skipped: [String] = []
        let gallery = MemoryGallery(paths, embedder) { _, _ in
        } skip: {
            skipped.append($0.description)
        }
        #expect(skipped.count == 1 && skipped[0].hasPrefix(paths[3]), "\(skipped)")
        let embedding = try embedder.embedding(Demo.images[0], region: .wholeFrame, source: "")
        let found = try gallery.search(gallery.embedder.unit(embedding, path: ""), count: 5) { _, _ in }
        #expect(found.map(\.item.name).prefix(2) == paths.prefix(2))
        #expect(found.count == 3 && found[0].similarity > Score(0.999))
        let other = try PictureEmbedder(path: DemoEmbedder.write(to: place.folder, name: "other", isOther: true))
        #expect(throws: SearchError.self) {
            try gallery.embedder.unit(other.embedding(Demo.images[0], region: .wholeFrame, source: ""), path: "other")
        }
    }

    // MARK: Contact sheets

    @Test func aSheetShowsEveryPictureAndEscapesNames() throws {
        let place = try Workplace()
        let path = try place.write("<b>&.jpg", Demo.images[0])
        let rows = [
            ContactSheet.Row(
                "Found <now>", [.init(FoundItem(picture: path), caption: "0.9"), .init(FoundItem(picture: "gone.jpg"), caption: "0.8")])
        ]
        let page = try ContactSheet(place.folder + "/s.html")
        try page.write(title: "Like \"this\"", lead: ["a"], rows)
        let text = try String(contentsOfFile: page.path, encoding: .utf8)
        #expect(text.contains("Found &lt;now&gt;") && text.contains("&lt;b&gt;&amp;.jpg") && !text.contains("<b>&.jpg"))
        #expect(text.components(separatedBy: "src=\"data:image/jpeg;base64,").count == 2)
        #expect(text.contains("<i>no picture</i>") && text.contains("img-src data:"))
        let image = try ContactSheet(place.folder + "/s.jpg")
        try image.write(title: "", lead: [], rows)
        let picture = try Picture(file: [UInt8](try Data(contentsOf: URL(filePath: image.path))).span)
        #expect(picture.size.width > 1000 && picture.size.height > 200)
    }

    @Test func aSheetThatCannotBeWrittenIsRefusedBeforeAnyWork() throws {
        #expect(
            throws: SearchError.sheet(
                path: "a.png", reason: "a contact sheet is a page or an image; give the file the ending .html or .jpg")
        ) {
            try ContactSheet("a.png")
        }
        #expect(throws: SearchError.sheet(path: "/no/such/a.html", reason: "there is no folder /no/such")) {
            try ContactSheet("/no/such/a.html")
        }
        let place = try Workplace()
        let sheet = try ContactSheet(place.folder + "/many.jpg")
        let tiles = (0..<801).map { ContactSheet.Tile(FoundItem(picture: "\($0)"), caption: "") }
        let error = #expect(throws: SearchError.self) { try sheet.write(title: "", lead: [], [.init("all", tiles)]) }
        #expect(error?.description.contains("too many pictures for one image; ask for fewer, or for a page (.html)") == true)
    }
}
