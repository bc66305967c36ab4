/// Average precision of detections by the rules of the COCO challenge (Lin et al.: "Microsoft COCO", ECCV 2014; cocodataset.org,
/// "Detection evaluation"): overlaps of 0.50 to 0.95, precision at 101 recalls, sizes of objects, a limit of detections an image, crowds.
///
/// Numbers equal those of pycocotools 2 to the last digits; ties too.
package struct DetectionEvaluation: Sendable {
    /// Sizes of objects in square pixels.
    package enum AreaRange: Int, Sendable, Hashable, CaseIterable {
        case all, small, medium, large

        var limits: ClosedRange<Double> {
            switch self {
            case .all: 0...1e10
            case .small: 0...1024
            case .medium: 1024...9216
            case .large: 9216...1e10
            }
        }
    }

    /// 0.50, 0.55 ... 0.95, as the steps of a binary fraction give them.
    package static let overlapThresholds: [Double] = {
        let step = (0.95 - 0.5) / 9
        return (0..<10).map { $0 == 9 ? 0.95 : Double($0) * step + 0.5 }
    }()
    /// 0.00, 0.01 ... 1.00
    package static let recallThresholds: [Double] = (0...100).map { $0 == 100 ? 1 : Double($0) * 0.01 }
    package static let detectionLimits = [1, 10, 100]

    /// By number.
    package let categories: [Int]
    private let curves: [Key: [Curve]]

    private struct Key: Hashable {
        let category: Int
        let area: AreaRange
        let limit: Int
    }

    /// At one overlap: the precision at each of the 101 recalls, and the highest recall.
    struct Curve: Sendable {
        let precisions: [Double]
        let recall: Double
    }

    /// - Parameters:
    ///   - categories: Those that count; detections of others do not. Nil for those of the labels.
    ///   - isCancelled: Asked before each category.
    /// - Throws: `cancelled`; `invalidSetting` when a score is not a number.
    package init(
        labels: [LabelledObject], detections: [DetectedObject], categories: [Int]? = nil, isCancelled: () -> Bool = { false }
    ) throws(LearningError) {
        if let bad = detections.first(where: { $0.score.isNaN }) {
            throw .invalidSetting(name: "score in image \(bad.image)", value: "not a number", allowed: "numbers")
        }
        self.categories = (categories.map(Set.init) ?? Set(labels.map(\.category))).sorted()
        let labelsByCategory = Dictionary(grouping: labels, by: \.category)
        let detectionsByCategory = Dictionary(grouping: detections, by: \.category)
        var curves: [Key: [Curve]] = [:]
        for category in self.categories {
            if isCancelled() { throw .cancelled }
            let truths = Dictionary(grouping: labelsByCategory[category] ?? [], by: \.image)
            let guesses = Dictionary(grouping: detectionsByCategory[category] ?? [], by: \.image)
            let matchers = Set(truths.keys).union(guesses.keys).sorted().map {
                ImageMatcher(labels: truths[$0] ?? [], detections: guesses[$0] ?? [], limit: Self.detectionLimits.max() ?? 100)
            }
            for area in AreaRange.allCases {
                let matches = matchers.map { $0.match(area.limits) }
                for limit in Self.detectionLimits {
                    let key = Key(category: category, area: area, limit: limit)
                    curves[key] = Self.overlapThresholds.indices.compactMap { Self.curve(matches, threshold: $0, limit: limit) }
                }
            }
        }
        self.curves = curves
    }

    /// The mean over overlaps, recalls and categories; nil when there is nothing to find.
    /// - Parameters:
    ///   - overlap: The position among `overlapThresholds`; nil for all. 0 is AP50, 5 is AP75.
    ///   - category: One category; nil for all.
    package func averagePrecision(overlap: Int? = nil, category: Int? = nil, area: AreaRange = .all, limit: Int = 100) -> Double? {
        Self.mean(
            selected(category, area, limit).flatMap { curves in curves.indices.flatMap { overlap ?? $0 == $0 ? curves[$0].precisions : [] }
            })
    }

    /// The mean highest recall over overlaps and categories; nil when there is nothing to find.
    package func averageRecall(category: Int? = nil, area: AreaRange = .all, limit: Int = 100) -> Double? {
        Self.mean(selected(category, area, limit).flatMap { $0.map(\.recall) })
    }

    /// The precision at each of the 101 recalls; nil when there is nothing to find.
    package func precisions(overlap: Int, category: Int) -> [Double]? {
        let curves = curves[Key(category: category, area: .all, limit: 100)] ?? []
        return overlap < curves.count ? curves[overlap].precisions : nil
    }

    /// The twelve numbers of COCO's summary, in its order: AP, AP50, AP75, AP small, medium, large; AR at 1, 10, 100, small, medium, large.
    package var summary: [Double?] {
        [
            averagePrecision(), averagePrecision(overlap: 0), averagePrecision(overlap: 5), averagePrecision(area: .small),
            averagePrecision(area: .medium), averagePrecision(area: .large), averageRecall(limit: 1), averageRecall(limit: 10),
            averageRecall(), averageRecall(area: .small), averageRecall(area: .medium), averageRecall(area: .large),
        ]
    }

    private func selected(_ category: Int?, _ area: AreaRange, _ limit: Int) -> [[Curve]] {
        (category.map { [$0] } ?? categories).compactMap { curves[Key(category: $0, area: area, limit: limit)] }
    }

    private static func mean(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }

    /// - Returns: nil without an object to find.
    private static func curve(_ images: [ImageMatcher.Matches], threshold: Int, limit: Int) -> Curve? {
        let wanted = images.reduce(0) { $0 + $1.wantedCount }
        guard wanted > 0 else { return nil }
        var hits: [(score: Double, isRight: Bool)] = []
        for image in images {
            for index in image.scores.indices.prefix(limit) where !image.isIgnored[threshold][index] {
                hits.append((image.scores[index], image.isMatched[threshold][index]))
            }
        }
        // Stable: equal scores stay in the order of the images.
        hits.sort { $0.score > $1.score }
        var (precisions, recalls): ([Double], [Double]) = ([], [])
        var (right, wrong) = (0.0, 0.0)
        for hit in hits {
            if hit.isRight { right += 1 } else { wrong += 1 }
            recalls.append(right / Double(wanted))
            precisions.append(right / (right + wrong + Double.ulpOfOne))
        }
        // A precision counts as the highest at its recall or a higher one.
        for index in precisions.indices.dropLast().reversed() { precisions[index] = max(precisions[index], precisions[index + 1]) }
        var sampled: [Double] = []
        var place = 0
        for recall in recallThresholds {
            while place < recalls.count, recalls[place] < recall { place += 1 }
            sampled.append(place < recalls.count ? precisions[place] : 0)
        }
        return Curve(precisions: sampled, recall: recalls.last ?? 0)
    }
}
