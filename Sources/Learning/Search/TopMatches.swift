/// A row and how well it matches.
package struct Match: Sendable, Hashable {
    package let row: Int
    /// Larger is better.
    package let score: Int32

    package init(row: Int, score: Int32) {
        self.row = row
        self.score = score
    }

    /// Better matches first; among equal ones, lower rows.
    package func precedes(_ other: Match) -> Bool { score == other.score ? row < other.row : score > other.score }
}

/// The best of many matches: a heap whose root is the worst that is kept. Which are kept does not depend on the order of the offers.
struct TopMatches {
    private let count: Int
    private var heap: [Match] = []

    init(count: Int) {
        self.count = count
        heap.reserveCapacity(min(count, 1 << 16))
    }

    /// Matches at or below this score, in rows that come later than all that were offered, cannot be kept.
    var limit: Int32 { heap.count < count ? .min : (heap.first?.score ?? .max) }

    var isFull: Bool { heap.count >= count }

    mutating func offer(row: Int, score: Int32) {
        let match = Match(row: row, score: score)
        guard count > 0 else { return }
        if heap.count < count {
            heap.append(match)
            rise()
        } else if match.precedes(heap[0]) {
            heap[0] = match
            sink()
        }
    }

    /// Best first.
    var sorted: [Match] { heap.sorted { $0.precedes($1) } }

    private mutating func rise() {
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent].precedes(heap[child]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[worst].precedes(heap[child]) { worst = child }
            guard worst != parent else { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}
