/// Which rows of an index take part: a bit for each, for deleted rows, a concept, a time.
package struct RowFilter: Sendable, Hashable {
    package private(set) var count: Int
    package private(set) var words: [UInt64]

    package init(count: Int, includesAll: Bool) {
        self.count = count
        words = [UInt64](repeating: includesAll ? .max : 0, count: (count + 63) / 64)
        clearTail()
    }

    package subscript(row: Int) -> Bool {
        get { words[row / 64] >> UInt64(row % 64) & 1 == 1 }
        set {
            precondition(row >= 0 && row < count)
            let bit = UInt64(1) << UInt64(row % 64)
            if newValue { words[row / 64] |= bit } else { words[row / 64] &= ~bit }
        }
    }

    /// The first rows alone.
    /// - Precondition: There are as many.
    package func prefix(_ count: Int) -> RowFilter {
        precondition(count >= 0 && count <= self.count)
        var part = RowFilter(count: count, includesAll: false)
        part.words = Array(words.prefix((count + 63) / 64))
        part.clearTail()
        return part
    }

    package var includedCount: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    /// Adds a row behind the last.
    package mutating func append(_ isIncluded: Bool) {
        if count % 64 == 0 { words.append(0) }
        count += 1
        self[count - 1] = isIncluded
    }

    /// Keeps the rows that both include.
    /// - Precondition: The same count.
    package mutating func formIntersection(_ other: RowFilter) {
        precondition(count == other.count)
        for index in words.indices { words[index] &= other.words[index] }
    }

    private mutating func clearTail() {
        if count % 64 != 0, let last = words.indices.last { words[last] &= .max >> UInt64(64 - count % 64) }
    }
}
