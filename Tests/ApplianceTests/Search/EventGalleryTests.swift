import Appliance
import Foundation
import Journal
import Learning
import Predictions
import Testing

@Suite struct EventGalleryTests {
    @Test func whatIsFoundIsWhatAComparisonWithEveryEventFinds() throws {
        let journal = EventJournal()
        journal.add(300)
        for number in [1, 150, 300] { #expect(try journal.find(number, count: 25) == journal.plain(number, count: 25)) }
        let best = try #require(try journal.gallery().search(journal.unit(7), count: 1) { _, _ in }.first)
        #expect(best.similarity > Score(0.999) && best.item.origin == .event(7))
        #expect(!FileManager.default.fileExists(atPath: journal.codePath), "a few are compared one by one")
    }

    @Test func conceptAndTimeNarrowTheSearch() throws {
        let journal = EventJournal()
        journal.add(100)
        var query = JournalReader.Query()
        query.concept = "even"
        query.sinceWallNanoseconds = 40_000_000_000
        #expect(try journal.find(3, count: 10, query) == journal.plain(3, count: 10) { $0 % 2 == 0 && $0 >= 40 })
        query.concept = "purple"
        let error = #expect(throws: SearchError.self) { try journal.find(3, count: 10, query) }
        #expect(error?.description.contains("has nothing that was asked for; leave --concept, --node or --since out") == true)
    }

    // MARK: Codes

    @Test func manyEventsAreFoundByCodesAsByComparingAll() throws {
        let journal = EventJournal(dimension: 320, kinds: 40)
        journal.add(900)
        var notices: [String] = []
        for number in [1, 444, 900] {
            #expect(try journal.find(number, count: 20) { notices.append($0) } == journal.plain(number, count: 20))
        }
        #expect(notices.isEmpty)
        let codes = try Data(contentsOf: URL(filePath: journal.codePath))
        #expect(codes.count < 900 * 128 + 320 * 128 * 2 + 2000, "128 bytes for each, and the projection")

        // Of what came since there are no codes yet.
        journal.add(40)
        #expect(try journal.find(930, count: 20) == journal.plain(930, count: 20))
        #expect(try Data(contentsOf: URL(filePath: journal.codePath)) == codes)

        // Whatever is wrong with the file, it is made anew and says so.
        for damage in 0..<6 {
            var changed = codes
            switch damage {
            case 0: changed.removeLast(10)
            case 1: changed[codes.count / 2] ^= 1
            case 2: changed[0] ^= 1
            case 3: changed = Data()
            case 4: changed = Data(repeating: 0xFF, count: 5000)
            default: changed[100] = 0xFF
            }
            try changed.write(to: URL(filePath: journal.codePath))
            notices = []
            #expect(try journal.find(444, count: 20) { notices.append($0) } == journal.plain(444, count: 20), "damage \(damage)")
            #expect(notices.count == 1 && notices[0].hasPrefix("the search index is made anew: \(journal.codePath)"), "\(notices)")
        }

        // A folder that cannot be written costs time, not results.
        try FileManager.default.removeItem(atPath: journal.codePath)
        try FileManager.default.createDirectory(atPath: journal.codePath + "/x", withIntermediateDirectories: true)
        notices = []
        #expect(try journal.find(444, count: 20) { notices.append($0) } == journal.plain(444, count: 20))
        #expect(notices.last?.hasPrefix("the search index cannot be kept, every embedding is compared instead:") == true, "\(notices)")
    }

    // MARK: Deleted and damaged

    @Test func eventsThatAreGoneAreNotFound() throws {
        let journal = EventJournal(dimension: 256)
        journal.add(600)
        journal.write([]) { $0.maximumByteCount = 350_000 }
        let left = try JournalReader(folder: journal.folder).events(
            {
                var query = JournalReader.Query(); query.limit = 1000; return query
            }())
        let first = try #require(left.first?.id)
        #expect(first > 1, "retention deleted some")
        #expect(try journal.find(1, count: 30) == journal.plain(1, count: 30) { $0 >= first })
    }

    @Test func aDamagedEmbeddingIsLeftOutAndTold() throws {
        let journal = EventJournal()
        journal.add(50)
        var data = try Data(contentsOf: URL(filePath: journal.vectorPath))
        data[64 + 9 * 32] ^= 1
        try data.write(to: URL(filePath: journal.vectorPath))
        var notices: [String] = []
        #expect(try !journal.find(10, count: 50) { notices.append($0) }.contains("event 10"))
        #expect(notices == ["left out 1 event whose embedding is damaged"])
        let error = #expect(throws: JournalError.self) { try JournalReader(folder: journal.folder).embedding(ofEvent: 10) }
        #expect(error?.description.contains("the embedding of event 10 is not the one that was logged") == true)
    }

    // MARK: Errors

    @Test func aLogWithoutEmbeddingsSaysHowToGetSome() throws {
        let journal = EventJournal()
        journal.write([.event(journal.event(1, nil))])
        let error = #expect(throws: SearchError.self) { try journal.gallery() }
        #expect(error == .noEmbeddings(folder: journal.folder))
        #expect(error?.description.contains("write embed: true in the event-log node, behind a visual-embedder") == true)
    }

    @Test func embeddingsOfAnotherEmbedderAreTurnedAwayWithBothNames() throws {
        let journal = EventJournal()
        journal.add(5)
        let other = String(repeating: "f", count: 64)
        let gallery = try journal.gallery()
        let error = #expect(throws: SearchError.self) {
            try gallery.embedder.unit(Embedding(elements: [1, 2], scale: 1, modelDigest: other), path: "mine.tflite")
        }
        #expect(
            error?.description
                == "the embeddings are of /models/e.tflite (eeeeeeeeeeee), not of mine.tflite (ffffffffffff);"
                + " embeddings of two embedders cannot be compared: name the first one with --embedder")
        #expect(throws: SearchError.self) {
            try EventGallery(JournalReader(folder: journal.folder), embedder: other, path: "mine.tflite", .init())
        }
    }

    @Test func ofSeveralEmbeddersOneHasToBeChosen() throws {
        let journal = EventJournal()
        journal.add(5)
        let other = Embedding(elements: [1, 2, 3], scale: 1, modelDigest: String(repeating: "f", count: 64))
        journal.write([.event(journal.event(6, other, path: "/models/f.tflite"))])
        let error = #expect(throws: SearchError.self) { try journal.gallery() }
        #expect(error?.description.contains("choose with --embedder: /models/f.tflite (ffffffffffff, 1 events), /models/e.tflite") == true)
        let gallery = try EventGallery(JournalReader(folder: journal.folder), embedder: EventJournal.digest, .init())
        #expect(try gallery.search(journal.unit(2), count: 10) { _, _ in }.count == 5)
    }

    @Test func anEventWithoutItsPictureAndAnEmbedderThatIsGoneSayWhatToDo() throws {
        let journal = EventJournal()
        let jpeg = JournalEntry.snapshot(eventKey: "boot/log/2", sequence: 2, wallNanoseconds: 0, jpeg: [1], replacing: true)
        journal.write([.event(journal.event(1, nil)), .event(journal.event(2, nil)), jpeg])
        let reader = try JournalReader(folder: journal.folder)
        let none = #expect(throws: SearchError.self) { try FoundItem.picturePath(of: reader.event(id: 1), folder: journal.folder) }
        #expect(none?.description == "event 1 has no snapshot; without --region its own embedding is searched for")
        let path = try FoundItem.picturePath(of: reader.event(id: 2), folder: journal.folder)
        try FileManager.default.removeItem(atPath: path)
        let gone = #expect(throws: SearchError.self) { try FoundItem.picturePath(of: reader.event(id: 2), folder: journal.folder) }
        #expect(gone?.description == "the snapshot of event 2, \(path), is gone; without --region its own embedding is searched for")
        let error = #expect(throws: SearchError.self) { try GalleryEmbedder.load("/no/e.tflite") }
        #expect(error?.description == "the embedder is not at /no/e.tflite any more; name where it is with --embedder")
    }

    @Test func tooManyForAGroupingSayHowToAskForFewer() throws {
        let journal = EventJournal()
        journal.add(12)
        let error = #expect(throws: SearchError.self) { try journal.gallery().all(atMost: 10, to: "group") }
        #expect(error?.description == "12 are too many to group, at most 10 go; ask for fewer with --since, --concept or --node")
    }

    // MARK: The workflow

    @Test func embedNeedsAnEmbedderAbove() throws {
        let text = Demo.workflow().replacing("snapshot: best", with: "embed: true")
        let issues = try Workplace(text).issues()
        #expect(issues.contains("nodes[7].embed: no embedding reaches this event-log"), "\(issues)")
        #expect(issues.contains("put an image-cropper and a visual-embedder before it"))
    }

    @Test func embedTakesTheOneEmbedderAboveAndRefusesTwo() throws {
        let place = try Workplace()
        let path = try DemoEmbedder.write(to: place.folder)
        _ = try DemoEmbedder.write(to: place.folder, name: "other", isOther: true)
        func workflow(_ inputs: String) -> String {
            """
            version: 1
            camera: {device: "file:\(Demo.clip)"}
            nodes:
              - {id: pads, type: visual-detector, inputs: [camera], model: \(Demo.folder)/pads.tflite}
              - {id: crops, type: image-cropper, inputs: [pads]}
              - {id: looks, type: visual-embedder, inputs: [crops], model: embedder.tflite}
              - {id: kinds, type: clusterer, inputs: [looks]}
              - {id: others, type: visual-embedder, inputs: [crops], model: other.tflite}
              - {id: log, type: event-log, inputs: [\(inputs)], embed: true}
            storage: {path: log}
            """
        }
        // Beside the regions, and behind a rule that passes embeddings on.
        for inputs in ["looks", "pads, looks", "kinds"] {
            try place.write("picket.yaml", Array(workflow(inputs).utf8))
            let settings = try #require(try place.load().eventLogs.first?.settings)
            #expect(settings.embedder?.path == path, "\(inputs)")
        }
        try place.write("picket.yaml", Array(workflow("looks, others").utf8))
        let issues = place.issues()
        #expect(issues.contains("embeddings of several embedders reach this event-log: "), "\(issues)")
        #expect(issues.contains("embedder.tflite (") && issues.contains("other.tflite ("))
        try place.write("picket.yaml", Array(workflow("crops").utf8))
        #expect(place.issues().contains("no embedding reaches this event-log"))
    }
}
