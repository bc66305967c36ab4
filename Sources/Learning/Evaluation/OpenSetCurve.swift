/// How well novelty tells strangers from the known: the false accepts and false rejects of every limit. "Unknown" is a threshold that the
/// user tunes with these two numbers in view, never a promise.
package struct OpenSetCurve: Sendable, Hashable {
    package struct Point: Sendable, Hashable {
        /// Novelties above this are unknown.
        package let limit: Int64
        /// The share of strangers that are taken as known.
        package let falseAcceptRate: Double
        /// The share of the known that are taken as strangers.
        package let falseRejectRate: Double
    }

    /// From the lowest limit up; the first, one below the lowest novelty, takes nothing as known.
    package let points: [Point]
    package let knownCount: Int
    package let strangerCount: Int
    /// The probability that a stranger is more novel than something known, ties half; nil without either.
    package let areaUnderROC: Double?

    package init(known: [Int64], strangers: [Int64]) {
        knownCount = known.count
        strangerCount = strangers.count
        areaUnderROC = Ranking.area(known.map { ($0, false) } + strangers.map { ($0, true) })
        let all = (known.map { (novelty: $0, isKnown: true) } + strangers.map { ($0, false) }).sorted { $0.novelty < $1.novelty }
        guard let lowest = all.first else {
            points = []
            return
        }
        func share(_ count: Int, _ total: Int) -> Double { total == 0 ? 0 : Double(count) / Double(total) }
        var points = [Point(limit: lowest.novelty - 1, falseAcceptRate: 0, falseRejectRate: share(known.count, known.count))]
        var (accepted, right) = (0, 0)
        for (index, item) in all.enumerated() {
            if item.isKnown { right += 1 } else { accepted += 1 }
            guard index + 1 == all.count || all[index + 1].novelty != item.novelty else { continue }
            points.append(
                Point(
                    limit: item.novelty, falseAcceptRate: share(accepted, strangers.count),
                    falseRejectRate: share(known.count - right, known.count)))
        }
        self.points = points
    }

    package init(_ trials: [Trial]) {
        self.init(known: trials.filter { $0.truth != nil }.map(\.novelty), strangers: trials.filter { $0.truth == nil }.map(\.novelty))
    }

    /// Without a stranger at hand: every sample also stands for one, by its distance to the concepts other than its own.
    package init(_ leftOut: [Discriminant.LeftOut]) {
        self.init(known: leftOut.map(\.novelty), strangers: leftOut.map(\.noveltyToOthers))
    }

    /// The highest limit with no more than this share of strangers accepted; nil without novelties.
    package func point(falseAcceptRateAtMost rate: Double) -> Point? { points.last { $0.falseAcceptRate <= rate } }

    /// The lowest limit with no more than this share of the known rejected.
    package func point(falseRejectRateAtMost rate: Double) -> Point? { points.first { $0.falseRejectRate <= rate } }
}
