import FoundationEssentials

/// The pictures of an evaluation: a folder for each concept, `_negatives` for what belongs to none.
struct LabelledFolder {
    let path: String
    let items: [LabelledPictures.Item]
    /// By name.
    let concepts: [String]

    /// More pictures than anybody would wait for are a wrong path.
    static let maximumPictureCount = 1_000_000

    init(_ path: String) throws(EvaluationError) {
        do {
            items = try LabelledPictures(conceptFoldersIn: path).items
        } catch {
            if case .folder(let folder, let reason) = error { throw .dataset(path: folder, reason: reason) }
            throw .dataset(path: path, reason: error.description)
        }
        guard items.count <= Self.maximumPictureCount else {
            throw .dataset(path: path, reason: "has \(items.count) pictures, the limit is \(Self.maximumPictureCount)")
        }
        concepts = Set(items.compactMap(\.concept)).sorted()
        guard !concepts.isEmpty else {
            throw .dataset(path: path, reason: "there are only strangers in it; name a folder after each concept")
        }
        self.path = path
    }
}

/// Finds a model's label by the name that a data set has for it.
struct LabelNames {
    private var positions: [String: [Int]] = [:]
    private var similar: [String: [Int]] = [:]
    let labels: [String]

    init(_ labels: [String]) {
        self.labels = labels
        for (index, label) in labels.enumerated() {
            positions[label, default: []].append(index)
            let plain = Self.plain(label)
            similar[plain, default: []].append(index)
            // Data sets of synonyms: `tabby, tabby cat`.
            let first = Self.plain(label.split(separator: ",").first.map(String.init) ?? "")
            if first != plain { similar[first, default: []].append(index) }
        }
    }

    /// Where a name stands among the labels, more than once where labels repeat: the name itself before names that only differ in capitals,
    /// blanks, hyphens and underscores. Empty when it is none of them.
    func positions(of name: String) -> [Int] { positions[name] ?? similar[Self.plain(name)] ?? [] }

    private static func plain(_ name: String) -> String { name.lowercased().filter { !" _-".contains($0) } }
}
