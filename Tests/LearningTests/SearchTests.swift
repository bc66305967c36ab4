import FixedPoint
import Learning
import Predictions
import Testing

@Suite struct SearchTests {
    private func codes(_ count: Int, seed: UInt64) -> [Int8] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Int8(truncatingIfNeeded: random.next() >> 40) }
    }

    private func bruteForce(_ codes: [Int8], _ query: [Int8], k: Int, _ isIncluded: (Int) -> Bool = { _ in true }) -> [Match] {
        let count = codes.count / query.count
        let all = (0..<count).filter(isIncluded).map { row in
            Match(row: row, score: query.indices.reduce(Int32(0)) { $0 + Int32(codes[row * query.count + $1]) * Int32(query[$1]) })
        }
        return Array(all.sorted { $0.precedes($1) }.prefix(k))
    }

    // MARK: Kernels

    @Test(arguments: flagSets) func productsOfBytesAreExact(flags: UInt32) {
        let kernels = VectorKernels(flags: flags)
        for count in Array(1...10) + [15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 256, 1024] {
            for rowCount in [1, 2, 3, 4, 5, 9] {
                for fill in 0..<4 {
                    let extreme: (Int) -> Int8 = { fill == 1 ? -128 : fill == 2 ? 127 : $0 % 2 == 0 ? -128 : 127 }
                    let rows = fill == 0 ? codes(rowCount * count, seed: 3) : (0..<rowCount * count).map(extreme)
                    let x = fill == 0 ? codes(count, seed: 4) : (0..<count).map(extreme)
                    var sums = [Int32](repeating: 77, count: rowCount + 1)
                    var out = sums.mutableSpan
                    kernels.dots(rows.span, firstRow: 0, rowCount: rowCount, x.span, sums: &out)
                    var expected = [Int32](repeating: 0, count: rowCount)
                    for row in 0..<rowCount { for i in 0..<count { expected[row] += Int32(rows[row * count + i]) * Int32(x[i]) } }
                    #expect(sums == expected + [77])
                }
            }
        }
    }

    @Test(arguments: flagSets) func productsOfUnitVectorsAreExact(flags: UInt32) throws {
        let kernels = VectorKernels(flags: flags)
        for dimension in Array(1...10) + [15, 16, 17, 31, 32, 33, 63, 64, 65, 128, 1024, 2048] {
            let samples = try Samples(concepts: 1, each: 5, dimension: dimension, seed: UInt64(dimension)).all.map(\.sample)
            let rows = samples.flatMap(\.elements)
            let x = samples[2].elements
            var sums = [Int32](repeating: 0, count: 5)
            var out = sums.mutableSpan
            kernels.dots(rows.span, firstRow: 0, rowCount: 5, x.span, sums: &out)
            #expect(sums == samples.map { $0.dot(samples[2]) })
        }
    }

    @Test(arguments: flagSets) func positionsAboveTheLimitAreFoundInOrder(flags: UInt32) {
        let kernels = VectorKernels(flags: flags)
        for count in [1, 5, 63, 64, 65, 128, 300] {
            let values = codes(count, seed: UInt64(count)).map(Int32.init)
            var filter = RowFilter(count: count, includesAll: true)
            for row in 0..<count where row % 3 == 0 { filter[row] = false }
            for limit in [-129, -128, 0, 100, 127] as [Int32] {
                var positions = [UInt32](repeating: 0, count: count)
                var out = positions.mutableSpan
                let all = kernels.select(values.span, count: count, above: limit, filter: Span<UInt64>(), firstWord: 0, positions: &out)
                #expect(positions[..<all].map(Int.init) == (0..<count).filter { values[$0] > limit })
                var filtered = positions.mutableSpan
                let some = kernels.select(
                    values.span, count: count, above: limit, filter: filter.words.span, firstWord: 0, positions: &filtered)
                #expect(positions[..<some].map(Int.init) == (0..<count).filter { values[$0] > limit && $0 % 3 != 0 })
            }
        }
    }

    @Test(arguments: flagSets) func everyByteIsRead(flags: UInt32) {
        for count in [0, 1, 7, 8, 63, 64, 255, 256, 1000] {
            let bytes = codes(count, seed: 8)
            #expect(VectorKernels(flags: flags).read(bytes.span) == VectorKernels.baseline.read(bytes.span))
        }
    }

    // MARK: Search

    @Test(arguments: [1, 16, 100, 128, 256]) func theBestRowsAreThoseOfBruteForce(dimension: Int) throws {
        let search = try FlatSearch(dimension: dimension)
        for count in [0, 1, 63, 64, 65, 1023, 1024, 1025, 3000] {
            let (rows, query) = (codes(count * dimension, seed: 5), codes(dimension, seed: 6))
            for k in [0, 1, 10, 5000] {
                #expect(try search.search(rows.span, for: query, count: k) == bruteForce(rows, query, k: k))
            }
        }
    }

    @Test func onlyIncludedRowsAreFound() throws {
        let (rows, query) = (codes(5000 * 16, seed: 1), codes(16, seed: 2))
        let search = try FlatSearch(dimension: 16)
        var filter = RowFilter(count: 5000, includesAll: false)
        for row in stride(from: 2000, to: 3000, by: 7) { filter[row] = true }
        let found = try search.search(rows.span, for: query, count: 20, filter: filter)
        #expect(found == bruteForce(rows, query, k: 20) { filter[$0] })
        #expect(try search.search(rows.span, for: query, count: 3, filter: RowFilter(count: 5000, includesAll: false)).isEmpty)
        #expect(filter.includedCount == 143)
    }

    @Test func equalRowsComeInTheirOrder() throws {
        let rows = [Int8](repeating: 3, count: 4 * 200)
        let found = try FlatSearch(dimension: 4).search(rows.span, for: [1, 1, 1, 1], count: 5)
        #expect(found.map(\.row) == [0, 1, 2, 3, 4])
    }

    @Test func partsMergeToTheWhole() throws {
        let (rows, query) = (codes(3000 * 8, seed: 1), codes(8, seed: 2))
        let search = try FlatSearch(dimension: 8)
        let parts = try [0..<1024, 1024..<2048, 2048..<3000].map { part in try search.search(rows.span, for: query, count: 30, rows: part) }
        #expect(FlatSearch.merged(parts, count: 30) == bruteForce(rows, query, k: 30))
    }

    @Test func fullVectorsDecideTheLastOrder() throws {
        let samples = try Samples(concepts: 20, each: 5, dimension: 64).all.map(\.sample)
        let code = try SearchCode(for: samples)
        let rows = samples.flatMap { code.encode($0) }
        let found = try FlatSearch(dimension: 64).search(rows.span, for: code.encode(samples[7]), count: 10)
        let ranked = try FlatSearch.reranked(found, for: samples[7]) { row in row == found[3].row ? nil : samples[row] }
        #expect(ranked.count == 9)
        #expect(ranked.first == Match(row: 7, score: samples[7].dot(samples[7])))
        #expect(ranked.map(\.score) == ranked.map(\.score).sorted(by: >))
    }

    @Test func wrongLengthsAreTold() throws {
        let search = try FlatSearch(dimension: 4)
        let rows = [Int8](repeating: 0, count: 9)
        #expect(throws: LearningError.self) { try search.search(rows.span, for: [1, 2, 3, 4], count: 1) }
        #expect(throws: LearningError.dimensionMismatch(expected: 4, found: 1)) {
            try search.search(rows.span.extracting(0..<8), for: [1], count: 1)
        }
        #expect(throws: LearningError.self) { try FlatSearch(dimension: 0) }
    }

    // MARK: Duplicates

    @Test func duplicatesAreAllPairsAboveTheSimilarity() throws {
        var samples = try Samples(concepts: 60, each: 10, dimension: 32, spread: 250).all.map(\.sample)
        samples.append(samples[3])
        let code = try SearchCode(for: samples)
        let vectors = samples.map { code.encode($0) }
        let similarity = Score(0.93)
        let product = { (x: [Int8], y: [Int8]) in Double(zip(x, y).reduce(0) { $0 + Int($1.0) * Int($1.1) }) }
        var expected: [DuplicatePair] = []
        for a in vectors.indices {
            for b in a + 1..<max(vectors.count, a + 1) {
                let norms = product(vectors[a], vectors[a]).squareRoot() * product(vectors[b], vectors[b]).squareRoot()
                let cosine = product(vectors[a], vectors[b]) / norms
                if cosine >= similarity.value { expected.append(DuplicatePair(first: a, second: b, similarity: Score(cosine))) }
            }
        }
        #expect(expected.count > 100)
        let search = try FlatSearch(dimension: 32)
        let rows = vectors.flatMap { $0 }
        #expect(try search.duplicates(rows.span, above: similarity) == expected)
        #expect(expected.contains { $0.first == 3 && $0.second == 600 && $0.similarity == .one })
        var filter = RowFilter(count: 601, includesAll: true)
        filter[3] = false
        #expect(try search.duplicates(rows.span, above: similarity, filter: filter) == expected.filter { $0.first != 3 && $0.second != 3 })
        #expect(throws: LearningError.cancelled) { try search.duplicates(rows.span, above: similarity, isCancelled: { true }) }
    }

    @Test func filtersGrowWithTheIndex() {
        var filter = RowFilter(count: 63, includesAll: true)
        for row in 63..<130 { filter.append(row % 2 == 0) }
        #expect(filter.count == 130 && filter[62] && !filter[63] && filter[64] && filter[128] && !filter[129])
        #expect(filter.includedCount == 63 + 33)
        filter.formIntersection(RowFilter(count: 130, includesAll: false))
        #expect(filter.includedCount == 0)
    }
}
