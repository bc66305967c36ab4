import FoundationEssentials

/// Pictures that people name on the command line, each with its concept.
package struct LabelledPictures: Sendable {
    package struct Item: Sendable, Hashable {
        package let path: String
        /// Nil for a negative.
        package let concept: String?
    }

    package let items: [Item]

    /// The name of the folder whose pictures show none of the concepts.
    package static let negativesFolder = "_negatives"
    private static let endings: Set = ["jpg", "jpeg", "bmp"]

    /// Files as they are named, and all pictures in the folders that are named, at any depth, by name.
    /// - Throws: `TeachingError.folder` for a folder without pictures.
    package init(paths: [String], concept: String?) throws(TeachingError) {
        var items: [Item] = []
        for path in paths {
            guard Self.isFolder(path) else {
                items.append(Item(path: path, concept: concept))
                continue
            }
            items += try Self.pictures(in: path).map { Item(path: $0, concept: concept) }
        }
        self.items = items
    }

    /// A folder for each concept: its name is the concept's, `_negatives` has those that show none.
    /// - Throws: `TeachingError.folder` when there is no such folder, or one has no pictures.
    package init(conceptFoldersIn path: String) throws(TeachingError) {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        let concepts = names.filter { !$0.hasPrefix(".") && Self.isFolder(path + "/" + $0) }
        guard !concepts.isEmpty else { throw .folder(path: path, reason: "there is no folder for each concept in it") }
        var items: [Item] = []
        for name in concepts {
            items += try Self.pictures(in: path + "/" + name).map { Item(path: $0, concept: name == Self.negativesFolder ? nil : name) }
        }
        self.items = items
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }

    private static func pictures(in folder: String) throws(TeachingError) -> [String] {
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        let pictures = names.filter { name in endings.contains(String(name.split(separator: ".").last ?? "").lowercased()) }
        guard !pictures.isEmpty else { throw .folder(path: folder, reason: "there are no .jpg or .bmp pictures in it") }
        return pictures.sorted().map { folder + "/" + $0 }
    }
}
