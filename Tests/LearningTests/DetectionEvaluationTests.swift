import Foundation
import Learning
import Testing

@Suite struct DetectionEvaluationTests {
    struct Golden: Decodable {
        struct Case: Decodable {
            let name: String
            let categories: [Int]
            let labels: [[Double]]
            let detections: [[Double]]
            let summary: [Double]
            let perCategory: [[Double]]
            let curve: [Double]

            func evaluation() throws -> DetectionEvaluation {
                try DetectionEvaluation(
                    labels: labels.map {
                        LabelledObject(image: Int($0[0]), category: Int($0[1]), box: box($0), area: $0[6], isCrowd: $0[7] == 1)
                    },
                    detections: detections.map {
                        DetectedObject(image: Int($0[0]), category: Int($0[1]), box: box($0), score: $0[6])
                    }, categories: categories)
            }

            private func box(_ row: [Double]) -> PixelBox { PixelBox(x: row[2], y: row[3], width: row[4], height: row[5]) }
        }

        let cases: [Case]

        static func read() throws -> [Case] {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens/coco.json")
            return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file)).cases
        }
    }

    /// pycocotools writes -1 where there is nothing to find.
    private func expectEqual(_ actual: Double?, _ expected: Double, _ what: String) {
        #expect(abs((actual ?? -1) - expected) < 1e-9, "\(what): \(String(describing: actual)) for \(expected)")
    }

    @Test func allNumbersAreThoseOfPycocotools() throws {
        let cases = try Golden.read()
        #expect(cases.count == 10)
        for golden in cases {
            let evaluation = try golden.evaluation()
            for (index, value) in evaluation.summary.enumerated() { expectEqual(value, golden.summary[index], "\(golden.name) \(index)") }
            for (index, category) in golden.categories.enumerated() {
                expectEqual(evaluation.averagePrecision(category: category), golden.perCategory[index][0], "\(golden.name) AP")
                expectEqual(
                    evaluation.averagePrecision(overlap: 0, category: category), golden.perCategory[index][1], "\(golden.name) AP50")
            }
            let curve = evaluation.precisions(overlap: 0, category: golden.categories[0]) ?? [Double](repeating: -1, count: 101)
            #expect(zip(curve, golden.curve).allSatisfy { abs($0 - $1) < 1e-9 }, "\(golden.name)")
        }
    }

    @Test func thresholdsAreBinaryFractionsOfTheRightSteps() {
        #expect(DetectionEvaluation.overlapThresholds.count == 10)
        #expect(DetectionEvaluation.overlapThresholds[0] == 0.5 && DetectionEvaluation.overlapThresholds[9] == 0.95)
        #expect(DetectionEvaluation.recallThresholds.count == 101)
    }

    @Test func perfectDetectionsScoreOne() throws {
        let boxes = (0..<5).map { PixelBox(x: Double($0) * 50, y: 0, width: 40, height: 40) }
        let evaluation = try DetectionEvaluation(
            labels: boxes.map { LabelledObject(image: 1, category: 7, box: $0) },
            detections: boxes.map { DetectedObject(image: 1, category: 7, box: $0, score: 0.9) })
        expectEqual(evaluation.averagePrecision(), 1, "AP")
        expectEqual(evaluation.averageRecall(limit: 1), 0.2, "AR at 1")
        #expect(evaluation.averagePrecision(area: .large) == nil)
        #expect(evaluation.categories == [7])
    }

    @Test func badInputIsTold() {
        let box = PixelBox(x: 0, y: 0, width: 1, height: 1)
        #expect(throws: LearningError.self) {
            try DetectionEvaluation(labels: [], detections: [DetectedObject(image: 1, category: 1, box: box, score: .nan)])
        }
        #expect(throws: LearningError.cancelled) {
            try DetectionEvaluation(labels: [LabelledObject(image: 1, category: 1, box: box)], detections: [], isCancelled: { true })
        }
    }
}
