import Predictions

extension Router {
    /// What a person may not have meant: scores that no route takes, and scores that two routes take. Nothing here is an error.
    ///
    /// Gaps are told exactly when all routes judge the same single concept. Of other routers only what follows from the intervals alone is
    /// told: a route that never gets anything, and that unmatched predictions are dropped.
    package var remarks: [String] { overlaps + gaps }

    private static let scores = Measure.score.domain

    private var overlaps: [String] {
        var remarks: [String] = []
        for (index, route) in routes.enumerated() {
            for earlier in routes[..<index] {
                if mode == .first, earlier.includes(route) {
                    remarks.append("route '\(route.name)' never gets anything: route '\(earlier.name)' before it takes all of that")
                } else if let shared = earlier.sharedScores(with: route) {
                    let effect = mode == .first ? "the first one wins" : "such a prediction goes both ways"
                    remarks.append("routes '\(earlier.name)' and '\(route.name)' both take \(shared); \(effect)")
                }
            }
        }
        return remarks
    }

    private var gaps: [String] {
        guard otherwise == nil else { return [] }
        let advice = "such predictions are dropped; 'otherwise: name' would catch them"
        let concepts = Set(routes.flatMap { $0.conditions.map(\.concept) })
        guard concepts.count == 1, let concept = concepts.first else {
            return ["predictions that match no route are dropped; 'otherwise: name' would catch them"]
        }
        let taken = routes.compactMap { $0.conditions.first?.comparison.wholeNumbers(in: Self.scores) }
            .sorted { $0.lowerBound < $1.lowerBound }
        var free: [ClosedRange<Int64>] = []
        var next = Self.scores.lowerBound
        for range in taken {
            if range.lowerBound > next { free.append(next...(range.lowerBound - 1)) }
            next = max(next, range.upperBound + 1)
        }
        if next <= Self.scores.upperBound { free.append(next...Self.scores.upperBound) }
        return free.map { "no route takes \(concept) at \(Self.text(of: $0)); \(advice)" }
    }

    /// `0.20..0.60`, each end to the nearest thousandth.
    static func text(of range: ClosedRange<Int64>) -> String {
        let (low, high) = (Score(units: Int32(clamping: range.lowerBound)), Score(units: Int32(clamping: range.upperBound)))
        return low == high ? low.text : "\(low.text)..\(high.text)"
    }
}

extension Route {
    private func range(of concept: String) -> ClosedRange<Int64>? {
        conditions.first { $0.concept == concept }.flatMap { $0.comparison.wholeNumbers(in: Measure.score.domain) }
    }

    /// Whether every prediction that the other route takes is taken by this one too.
    func includes(_ other: Route) -> Bool {
        conditions.allSatisfy { condition in
            guard let mine = range(of: condition.concept), let theirs = other.range(of: condition.concept) else { return false }
            return mine.lowerBound <= theirs.lowerBound && mine.upperBound >= theirs.upperBound
        }
    }

    /// The scores that both take, when both judge the same concepts; nil when there are none.
    func sharedScores(with other: Route) -> String? {
        guard Set(conditions.map(\.concept)) == Set(other.conditions.map(\.concept)) else { return nil }
        var parts: [String] = []
        for condition in conditions {
            guard let mine = range(of: condition.concept), let theirs = other.range(of: condition.concept), mine.overlaps(theirs) else {
                return nil
            }
            parts.append("\(condition.concept) at \(Router.text(of: mine.clamped(to: theirs)))")
        }
        return parts.joined(separator: " and ")
    }
}
