import Appliance
import FoundationEssentials
import Testing

@Suite("Pictures with their concepts")
struct LabelledPicturesTests {
    private func folder(_ paths: [String]) throws -> String {
        let folder = FileManager.default.temporaryDirectory.path() + "picket-pictures-\(UInt64.random(in: 0...UInt64.max))"
        for path in paths {
            let file = URL(filePath: folder + "/" + path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data([1]).write(to: file)
        }
        return folder
    }

    @Test func aFolderForEachConceptNamesThem() throws {
        let folder = try folder(["dog/b.jpg", "cat/x/a.JPEG", "cat/c.bmp", "cat/notes.txt", "_negatives/n.jpg", "readme.jpg", ".git/x.jpg"])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let items = try LabelledPictures(conceptFoldersIn: folder).items
        #expect(items.map { $0.path.dropFirst(folder.count + 1) } == ["_negatives/n.jpg", "cat/c.bmp", "cat/x/a.JPEG", "dog/b.jpg"])
        #expect(items.map(\.concept) == [nil, "cat", "cat", "dog"])
    }

    @Test func filesAndFoldersMix() throws {
        let folder = try folder(["more/2.jpg", "more/1.jpg"])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let items = try LabelledPictures(paths: ["one.png", folder + "/more"], concept: "cat").items
        #expect(items.map(\.path) == ["one.png", folder + "/more/1.jpg", folder + "/more/2.jpg"])
        #expect(items.allSatisfy { $0.concept == "cat" })
    }

    @Test func aFolderWithoutPicturesIsNamed() throws {
        let folder = try folder(["empty/notes.txt"])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: TeachingError.folder(path: folder + "/empty", reason: "there are no .jpg or .bmp pictures in it")) {
            try LabelledPictures(conceptFoldersIn: folder)
        }
        #expect(throws: TeachingError.folder(path: folder + "/empty", reason: "there is no folder for each concept in it")) {
            try LabelledPictures(conceptFoldersIn: folder + "/empty")
        }
    }
}
