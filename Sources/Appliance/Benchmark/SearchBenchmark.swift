import FixedPoint
import FoundationEssentials
import Learning
import Storage
import Threads

/// Times the search over int8 codes in a mapped file, beside reading the same bytes as fast as one core can, and compares what it finds with
/// a plain loop over all rows.
package struct SearchBenchmark: Sendable {
    package struct Result: Sendable, Encodable {
        package struct Query: Sendable, Encodable {
            /// The row that was looked for.
            package let row: Int
            /// The best rows with the products of their codes, best first.
            package let rows: [Int]
            package let products: [Int32]
        }

        package let vectors: Int
        package let dimensions: Int
        package let k: Int
        /// The fastest of all runs.
        package let searchMilliseconds: Double
        package let medianSearchMilliseconds: Double
        package let readMilliseconds: Double
        /// All memory of the process that is no file's, at its most after a search; nil without /proc.
        package let memoryBytes: Int?
        /// Whether every query found what the plain loop finds.
        package let isExact: Bool
        package let queries: [Query]

        package var bytes: Int { vectors * dimensions }
        package var searchRate: Double { Double(bytes) / searchMilliseconds / 1e6 }
        package var readRate: Double { Double(bytes) / readMilliseconds / 1e6 }
        /// How much of the rate of reading the search has.
        package var share: Double { readMilliseconds / searchMilliseconds }
    }

    package let vectors: Int
    package let dimensions: Int
    package let k: Int
    package let rounds: Int
    /// A file of int8 codes [vectors, dimensions]; nil to draw some.
    package let codes: String?

    /// What a file of codes may have.
    package static let byteLimit = 16 << 30
    private static let queryCount = 5

    package init(vectors: Int, dimensions: Int, k: Int, rounds: Int, codes: String?) {
        self.vectors = vectors
        self.dimensions = dimensions
        self.k = k
        self.rounds = rounds
        self.codes = codes
    }

    /// - Parameter progress: told what is done now.
    /// - Throws: `StorageError`, `LearningError`; `SearchError.damaged` for a file of another length.
    package func run(_ progress: (String) -> Void) throws -> Result {
        if let codes { return try measure(codes, progress) }
        let folder = FileManager.default.temporaryDirectory.path()
        let name = "picket-codes-\(ProcessInfo.processInfo.processIdentifier)"
        defer { DurableFile.remove(folder + "/" + name) }
        progress("drawing \(vectors) x \(dimensions) codes")
        try draw(folder, name)
        return try measure(folder + "/" + name, progress)
    }

    private func draw(_ folder: String, _ name: String) throws {
        var writer = try SealedFileWriter(folder: folder, name: name, tag: "new")
        var random = SeededGenerator(seed: 1)
        var left = vectors * dimensions
        while left > 0 {
            let count = min(left, 1 << 20)
            var bytes: [UInt8] = []
            bytes.reserveCapacity(count + 8)
            while bytes.count < count {
                let word = random.next()
                for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (8 * UInt64(shift)))) }
            }
            try writer.append(Array(bytes.prefix(count)))
            left -= count
        }
        try writer.seal()
    }

    private func measure(_ path: String, _ progress: (String) -> Void) throws -> Result {
        let file = try MappedFile(path)
        guard file.count >= vectors * dimensions else {
            throw SearchError.damaged("\(path) has \(file.count) bytes, \(vectors) x \(dimensions) codes need \(vectors * dimensions)")
        }
        let search = try FlatSearch(dimension: dimensions)
        let (vectors, dimensions, k) = (vectors, dimensions, k)
        let rows = (0..<Self.queryCount).map { $0 * vectors / Self.queryCount }
        var times: [Int64] = []
        var readTimes: [Int64] = []
        var memory = 0
        var found: [[Match]] = []
        try file.withBytes(0..<vectors * dimensions) { (span) throws(LearningError) in
            var digest: UInt64 = 0
            for round in 0..<rounds + 1 {
                progress("round \(round) of \(rounds)")
                let row = rows[round % rows.count]
                let query = (0..<dimensions).map { span[row * dimensions + $0] }
                let start = SystemClock.monotonicNanoseconds
                digest ^= VectorKernels.best.read(span)
                let middle = SystemClock.monotonicNanoseconds
                let matches = try search.search(span, for: query, count: k)
                let end = SystemClock.monotonicNanoseconds
                memory = max(memory, ProcessMemory.current?.anonymousByteCount ?? 0)
                if round < rows.count { found.append(matches) }
                // The first one brings the file into memory.
                guard round > 0 else { continue }
                readTimes.append(middle - start)
                times.append(end - middle)
            }
            withExtendedLifetime(digest) {}
        }
        progress("comparing with a plain loop")
        var isExact = true
        for (row, matches) in zip(rows, found) {
            let plain = try file.withBytes(0..<vectors * dimensions) { (span) throws(LearningError) in
                Self.plainSearch(span, dimensions, row, k)
            }
            isExact = isExact && plain == matches
        }
        times.sort()
        let queries = zip(rows, found).map { Result.Query(row: $0, rows: $1.map(\.row), products: $1.map(\.score)) }
        return Result(
            vectors: vectors, dimensions: dimensions, k: k, searchMilliseconds: Double(times.first ?? 0) / 1e6,
            medianSearchMilliseconds: Double(times[times.count / 2]) / 1e6, readMilliseconds: Double(readTimes.min() ?? 0) / 1e6,
            memoryBytes: memory > 0 ? memory : nil, isExact: isExact, queries: queries)
    }

    /// One row after the other, with nothing that a search is made fast with.
    private static func plainSearch(_ codes: borrowing Span<Int8>, _ dimensions: Int, _ row: Int, _ k: Int) -> [Match] {
        var matches: [Match] = []
        for other in 0..<codes.count / dimensions {
            var sum: Int32 = 0
            for index in 0..<dimensions { sum += Int32(codes[row * dimensions + index]) * Int32(codes[other * dimensions + index]) }
            let match = Match(row: other, score: sum)
            if matches.count == k, let last = matches.last, last.precedes(match) { continue }
            matches.append(match)
            matches.sort { $0.precedes($1) }
            matches = Array(matches.prefix(k))
        }
        return matches
    }
}
