/// Finds what somebody probably meant.
package enum Suggestion {
    /// The candidate nearest to a misspelt word by edit distance (Damerau-Levenshtein, restricted), if one is near enough: at most a third
    /// of the word's letters changed, and never all of them.
    package static func nearest(to word: String, among candidates: [String]) -> String? {
        let limit = min(max(1, word.count / 3), word.count - 1)
        guard limit > 0, word.count <= 64 else { return nil }
        let lowercased = word.lowercased()
        var best: (word: String, distance: Int)?
        // Bound: a thousand candidates of 64 letters are a few million steps.
        for candidate in candidates.prefix(1_000) where abs(candidate.count - word.count) <= limit {
            let distance = distance(lowercased, candidate.lowercased())
            guard distance <= limit else { continue }
            if best.map({ (distance, candidate) < ($0.distance, $0.word) }) ?? true { best = (candidate, distance) }
        }
        return best?.word
    }

    /// `did you mean 'gpio-output'?`, or the list of what there is.
    package static func text(for word: String, among candidates: [String]) -> String {
        if let nearest = nearest(to: word, among: candidates) { return "did you mean \(Excerpt.quoted(nearest))?" }
        if candidates.isEmpty { return "there is none to choose from" }
        return "known: " + candidates.sorted().prefix(24).map(Excerpt.shown).joined(separator: ", ")
            + (candidates.count > 24 ? ", ..." : "")
    }

    static func distance(_ a: String, _ b: String) -> Int {
        // Bound: words longer than 64 letters are cut, so this is at most 4 096 steps.
        let (a, b) = (Array(a.prefix(64)), Array(b.prefix(64)))
        var rows = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
        for i in 0...a.count { rows[i][0] = i }
        for j in 0...b.count { rows[0][j] = j }
        guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
        for i in 1...a.count {
            for j in 1...b.count {
                let substitution = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, substitution)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1) }
            }
        }
        return rows[a.count][b.count]
    }
}
