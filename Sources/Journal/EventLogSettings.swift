package import Settings

/// The keys of an `event-log` node.
package struct EventLogSettings: Sendable, Hashable {
    /// Which clean frame is kept with an event.
    package enum Snapshot: String, Sendable, Hashable, CaseIterable { case none, first, best, all }

    /// An event opens when at least `startCount` of the last `startWindow` frames matched.
    package var startCount = 1
    package var startWindow = 1
    /// An event closes this long after the last match.
    package var endAfter = Duration.seconds(2)
    package var snapshot = Snapshot.best
    /// Whether the embedding of the best region is kept, for visual search.
    package var embeds = false
    /// Whose embeddings are kept: those of the one embedder above the node, which the whole configuration says.
    package var embedder: Embedder?

    package struct Embedder: Sendable, Hashable {
        /// SHA-256 of the model's file, in hexadecimal.
        package let digest: String
        package let path: String

        package init(digest: String, path: String) {
            self.digest = digest
            self.path = path
        }
    }

    package init() {}

    /// Reads the node's keys and adds an issue for each that is wrong.
    package init(_ section: Section) {
        if let text = section.string("start_after") {
            if let (count, window) = Self.frames(text) {
                (startCount, startWindow) = (count, window)
            } else {
                section.complain(
                    "start_after", "'\(text)' is not valid here", suggestion: "write for example \"3 of 5\" (frames), at most 64")
            }
        }
        if let duration = section.duration("end_after") { endAfter = duration }
        if let choice = section.choice("snapshot", as: Snapshot.self) { snapshot = choice }
        if let flag = section.boolean("embed") { embeds = flag }
    }

    /// `3 of 5`, or `3` for three in a row.
    static func frames(_ text: String) -> (Int, Int)? {
        let words = text.split(separator: " ")
        let numbers = words.compactMap { Int($0) }
        let valid = words.count == 1 && numbers.count == 1 || words.count == 3 && numbers.count == 2 && words[1] == "of"
        guard valid, let count = numbers.first, let window = numbers.last, (1...64).contains(window), (1...window).contains(count)
        else { return nil }
        return (count, window)
    }
}
