import Learning

/// How well a detector finds things, in the numbers of the COCO challenge.
package struct DetectionResult: Sendable, Encodable {
    package struct Concept: Sendable, Encodable, Hashable {
        package let name: String
        /// Labelled objects, without crowds.
        package let objects: Int
        package let detections: Int
        /// Nil where there is nothing to find.
        package let averagePrecision: Double?
        package let averagePrecision50: Double?
        package let averagePrecision75: Double?
        package let averageRecall: Double?
        /// At an overlap of 0.50: the precision at recalls of 0.00, 0.01 ... 1.00, for drawing; not part of the JSON.
        package let precisions: [Double]

        private enum CodingKeys: String, CodingKey {
            case name, objects, detections, averagePrecision, averagePrecision50, averagePrecision75, averageRecall
        }
    }

    /// A number of COCO's summary.
    package struct Number: Sendable, Encodable, Hashable {
        /// `AP`, `AP50` ...
        package let name: String
        /// Nil when there is nothing of the kind to find.
        package let value: Double?
        /// For people.
        package let meaning: String
    }

    package let kind = "detector"
    package let model: String
    package let dataset: String
    package let pictures: Int
    package let objects: Int
    package let detections: Int
    package let summary: [Number]
    package let concepts: [Concept]
    /// Categories of the data set that the model has no label for; they do not count.
    package let notJudged: [String]

    private enum CodingKeys: String, CodingKey {
        case kind, model, dataset, pictures, objects, detections, summary, concepts, notJudged
    }

    private static let numbers: [(name: String, meaning: String)] = [
        ("AP", "mean over overlaps of 0.50 to 0.95"), ("AP50", "overlap of at least 0.50"), ("AP75", "overlap of at least 0.75"),
        ("APsmall", "objects below 32x32 pixels"), ("APmedium", "objects of 32x32 to 96x96 pixels"),
        ("APlarge", "objects above 96x96 pixels"), ("AR1", "highest recall with 1 detection a picture"),
        ("AR10", "with 10"), ("AR100", "with 100"), ("ARsmall", "with 100, small objects"), ("ARmedium", "with 100, medium objects"),
        ("ARlarge", "with 100, large objects"),
    ]

    init(
        model: String, dataset: String, _ evaluation: DetectionEvaluation, names: [Int: String], labels: [LabelledObject],
        detections: [DetectedObject], pictureCount: Int, unknown: [String]
    ) {
        self.model = model
        self.dataset = dataset
        pictures = pictureCount
        let wanted = labels.filter { !$0.isCrowd }
        objects = wanted.count
        self.detections = detections.count
        summary = zip(Self.numbers, evaluation.summary).map { Number(name: $0.name, value: $1, meaning: $0.meaning) }
        let objectCounts = Dictionary(wanted.map { ($0.category, 1) }, uniquingKeysWith: +)
        let detectionCounts = Dictionary(detections.map { ($0.category, 1) }, uniquingKeysWith: +)
        concepts = evaluation.categories.compactMap { category in
            let (objects, found) = (objectCounts[category] ?? 0, detectionCounts[category] ?? 0)
            guard objects > 0 || found > 0 else { return nil }
            return Concept(
                name: names[category] ?? "\(category)", objects: objects, detections: found,
                averagePrecision: evaluation.averagePrecision(category: category),
                averagePrecision50: evaluation.averagePrecision(overlap: 0, category: category),
                averagePrecision75: evaluation.averagePrecision(overlap: 5, category: category),
                averageRecall: evaluation.averageRecall(category: category),
                precisions: evaluation.precisions(overlap: 0, category: category) ?? [])
        }
        notJudged = unknown
    }

    package func number(_ name: String) -> Double? { summary.first { $0.name == name }?.value }
}
