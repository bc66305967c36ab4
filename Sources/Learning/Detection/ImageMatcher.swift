/// Which detections of one category in one image are objects: each takes, from the highest score down, the free object that it overlaps most.
struct ImageMatcher {
    private let labels: [LabelledObject]
    /// Highest score first; equal scores in the order given.
    private let detections: [DetectedObject]
    /// [detection][label]
    private let overlaps: [[Double]]

    struct Matches {
        let scores: [Double]
        /// [threshold][detection]
        let isMatched: [[Bool]]
        /// [threshold][detection]: neither right nor wrong.
        let isIgnored: [[Bool]]
        /// Objects to be found.
        let wantedCount: Int
    }

    init(labels: [LabelledObject], detections: [DetectedObject], limit: Int) {
        self.labels = labels
        let best = Array(detections.sorted { $0.score > $1.score }.prefix(limit))
        self.detections = best
        overlaps = best.map { detection in labels.map { detection.box.overlap(with: $0.box, isCrowd: $0.isCrowd) } }
    }

    /// - Parameter area: Objects outside of it do not count, nor do detections outside of it that match nothing.
    func match(_ area: ClosedRange<Double>) -> Matches {
        let isOptional = labels.map { $0.isCrowd || !area.contains($0.area) }
        // Objects that count come first, each group in the order given.
        let order = labels.indices.filter { !isOptional[$0] } + labels.indices.filter { isOptional[$0] }
        var (matched, ignored): ([[Bool]], [[Bool]]) = ([], [])
        for threshold in DetectionEvaluation.overlapThresholds {
            var isTaken = [Bool](repeating: false, count: labels.count)
            var (isMatched, isIgnored): ([Bool], [Bool]) = ([], [])
            for index in detections.indices {
                let choice = choice(index, threshold, order, isOptional, isTaken)
                if let choice { isTaken[choice] = true }
                isMatched.append(choice != nil)
                isIgnored.append(choice.map { isOptional[$0] } ?? !area.contains(detections[index].box.area))
            }
            matched.append(isMatched)
            ignored.append(isIgnored)
        }
        return Matches(
            scores: detections.map(\.score), isMatched: matched, isIgnored: ignored, wantedCount: isOptional.count { !$0 })
    }

    /// The free label of the largest overlap, the last of equal ones; one that counts before any that does not. A crowd is always free.
    private func choice(_ detection: Int, _ threshold: Double, _ order: [Int], _ isOptional: [Bool], _ isTaken: [Bool]) -> Int? {
        var best = min(threshold, 1 - 1e-10)
        var choice: Int?
        for label in order where !isTaken[label] || labels[label].isCrowd {
            if let choice, !isOptional[choice], isOptional[label] { break }
            guard overlaps[detection][label] >= best else { continue }
            best = overlaps[detection][label]
            choice = label
        }
        return choice
    }
}
