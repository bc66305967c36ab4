import FixedPoint
import Foundation
import Learning
import Predictions
import Testing

/// Times on this machine, in CPU time of the thread, so that other programs matter little: `PICKET_BENCH=1 swift test -c release --filter
/// LearningTimings`.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["PICKET_BENCH"] != nil)) struct LearningTimings {
    private static func cpuSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// The best of some runs, in milliseconds.
    private static func time(_ name: String, runs: Int = 3, _ body: () throws -> Void) rethrows -> Double {
        var best = Double.infinity
        for _ in 0..<runs {
            let start = cpuSeconds()
            try body()
            best = min(best, (cpuSeconds() - start) * 1000)
        }
        print("\(name): \(String(format: "%.2f", best)) ms")
        return best
    }

    @Test(arguments: [1024, 256]) func heads(dimension: Int) throws {
        let samples = try Samples(concepts: 10, each: 50, dimension: dimension)
        var statistics = try samples.statistics()
        let one = samples.all[0].sample
        _ = try Self.time("\(dimension): statistics of 500 samples") { statistics = try samples.statistics() }
        _ = try Self.time("\(dimension): one more sample") { try statistics.add(one, to: "c0") }
        var head = try Discriminant.fit(statistics)
        _ = try Self.time("\(dimension): discriminant from statistics") { head = try Discriminant.fit(statistics) }
        _ = try Self.time("\(dimension): discriminant, portable kernels") { _ = try Discriminant.fit(statistics, .init(), .baseline) }
        _ = try Self.time("\(dimension): discriminant, dual, 50 samples") {
            _ = try Discriminant.fitDual(samples.byConcept.mapValues { Array($0.prefix(5)) })
        }
        _ = try Self.time("\(dimension): judging one", runs: 20) { _ = try head.judge(one) }
        _ = try Self.time("\(dimension): leave one out") { _ = try head.leaveOneOut(samples.byConcept) }
        let validation = try CrossValidation(samples.byConcept)
        _ = try Self.time("\(dimension): five folds", runs: 1) { _ = try validation.run(.discriminant(.init())) }
        let neighbours = try NearestNeighbours(samples.byConcept, k: 5)
        _ = try Self.time("\(dimension): judging one by neighbours", runs: 20) { _ = try neighbours.judge(one) }
        let list = samples.all.map(\.sample)
        _ = try Self.time("\(dimension): k-means, k = 10") { _ = try KMeans.cluster(list, k: 10) }
        _ = try Self.time("\(dimension): hierarchy") { _ = try NeighbourHierarchy(list) }
    }

    @Test func projection() throws {
        let statistics = try Samples(concepts: 30, each: 30, dimension: 1024).statistics()
        _ = try Self.time("components 1024 to 256", runs: 1) { _ = try Projection.fit(statistics, dimension: 256) }
        _ = try Self.time("components 1024 to 128", runs: 1) { _ = try Projection.fit(statistics, dimension: 128) }
    }

    @Test(arguments: [128, 256]) func search(dimension: Int) throws {
        var random = SeededGenerator(seed: 1)
        let count = 1_000_000
        var codes = [Int8](repeating: 0, count: count * dimension)
        for index in codes.indices { codes[index] = Int8(truncatingIfNeeded: random.next() >> 40) }
        let query = Array(codes[dimension * 77..<dimension * 78])
        let search = try FlatSearch(dimension: dimension)
        var found: [Match] = []
        var digest: UInt64 = 0
        var (fastest, reading) = (Double.infinity, Double.infinity)
        for _ in 0..<5 {
            fastest = min(
                fastest, try Self.time("search 1 000 000 x \(dimension)") { found = try search.search(codes.span, for: query, count: 100) })
            reading = min(reading, Self.time("reading alone") { digest ^= VectorKernels.best.read(codes.span) })
        }
        print("\(dimension): \(Int(reading / fastest * 100)) % of the rate of reading, \(digest & 1)")
        let brute = (0..<count).map { row in
            Match(row: row, score: (0..<dimension).reduce(Int32(0)) { $0 + Int32(codes[row * dimension + $1]) * Int32(query[$1]) })
        }
        #expect(found == Array(brute.sorted { ($1.score, $0.row) < ($0.score, $1.row) }.prefix(100)))
        let few = Array(codes.prefix(20_000 * dimension))
        _ = try Self.time("duplicates among 20 000", runs: 1) { _ = try search.duplicates(few.span, above: Score(0.9)) }
    }
}
