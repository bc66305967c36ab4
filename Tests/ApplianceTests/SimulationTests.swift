import Actions
import Appliance
import Foundation
import Frames
import Predictions
import Testing

@Suite struct SimulationTests {
    private struct Recording: Equatable {
        var entries: [Simulation.Entry] = []
        var predictions: [[Prediction]] = []
        var summary: Simulation.Summary
    }

    private func simulate(_ yaml: String, source: String? = nil) throws -> Recording {
        var simulation = try Simulation(try Workplace(yaml).load(source: source))
        var recording = Recording(summary: simulation.summary)
        while let step = simulation.next() {
            recording.entries += step.entries
            recording.predictions.append(step.predictions)
        }
        recording.entries += simulation.finish()
        recording.summary = simulation.summary
        return recording
    }

    @Test func theSameClipGivesTheSameTimeline() throws {
        let first = try simulate(Demo.workflow())
        #expect(try simulate(Demo.workflow()) == first)
        #expect(first.summary.frameCount == 230 && first.summary.badFrameCount == 0)
        #expect(first.summary.edgeCount > 2 && first.summary.eventCount > 0)
        // Exactly 229 frames of a twelfth of a second.
        #expect(first.summary.duration == .nanoseconds(229_000_000_000 / 12))
        #expect(first.entries.map(\.time) == first.entries.map(\.time).sorted())
        // Every event that opens is closed and explained, every line that goes on goes off.
        let opened = first.entries.compactMap { if case .eventOpened(let event) = $0.kind { event } else { nil } }
        let closed = first.entries.compactMap { if case .eventClosed(let event) = $0.kind { event } else { nil } }
        #expect(opened.map(\.key) == closed.map(\.key))
        #expect(
            opened.allSatisfy { $0.explanation.contains("pads: visual-detector") && $0.explanation.contains("sure: region-thresholder") })
        for output in ["landing-light", "warning-lamp"] {
            let edges = first.entries.compactMap { entry -> Bool? in
                if case .output(let event) = entry.kind, event.output == output { event.edge } else { nil }
            }
            #expect(edges.count(where: \.self) == edges.count(where: { !$0 }) && edges.first == true && edges.last == false, "\(output)")
        }
    }

    private struct Truth: Decodable {
        struct Item: Decodable {
            let box: [Double]
            let concept: String
            let difficult: Bool?
        }
        let frames: [[Item]]
    }

    /// The overlap of a box with one of the truth, over their union.
    private func overlap(_ box: Frames.Box, _ truth: [Double]) -> Double {
        let edges = [box.left, box.top, box.right, box.bottom].map { Double($0) / 65_536 }
        let width = max(0, min(edges[2], truth[2]) - max(edges[0], truth[0]))
        let height = max(0, min(edges[3], truth[3]) - max(edges[1], truth[1]))
        let areas = (edges[2] - edges[0]) * (edges[3] - edges[1]) + (truth[2] - truth[0]) * (truth[3] - truth[1])
        return width * height / (areas - width * height)
    }

    @Test func thePadsOfTheClipAreFound() throws {
        let truth = try JSONDecoder().decode(Truth.self, from: Data(contentsOf: URL(filePath: Demo.folder + "/approach.truth.json")))
        let recording = try simulate(
            """
            version: 1
            camera: {device: "file:\(Demo.clip)", fps: 12}
            nodes:
              - {id: pads, type: visual-detector, inputs: [camera], model: \(Demo.folder)/pads.tflite, min_score: 0.5}
              - {id: log, type: event-log, inputs: [pads]}
            """)
        #expect(recording.predictions.count == truth.frames.count)
        var (found, missed, wrong) = (0, 0, 0)
        for (predictions, items) in zip(recording.predictions, truth.frames) {
            var open = items
            for prediction in predictions {
                let best = open.indices.max { overlap(prediction.box, open[$0].box) < overlap(prediction.box, open[$1].box) }
                if let best, overlap(prediction.box, open[best].box) >= 0.5 {
                    if open[best].difficult != true { found += 1 }
                    open.remove(at: best)
                } else {
                    wrong += 1
                }
            }
            missed += open.count { $0.difficult != true }
        }
        let (recall, precision) = (Double(found) / Double(found + missed), Double(found) / Double(found + wrong))
        print("demo pads at 0.5: recall \(recall), precision \(precision), \(found) found, \(missed) missed, \(wrong) wrong")
        #expect(recall >= 0.85 && precision >= 0.9)
    }

    @Test func aMotionGateSavesTheModelsWhileNothingMoves() throws {
        let place = try Workplace()
        // One picture many times.
        let still = try place.write("still.mjpeg", (0..<12).flatMap { _ in Demo.images[0] })
        func frames(_ clip: String) throws -> Int {
            let yaml = """
                version: 1
                camera: {device: "file:\(clip)", fps: 12}
                nodes:
                  - {id: gate, type: motion-gate, inputs: [camera], refresh: 60s}
                  - {id: pads, type: visual-detector, inputs: [gate], model: \(Demo.folder)/pads.tflite, min_score: 0.3}
                  - {id: log, type: event-log, inputs: [pads]}
                """
            return try simulate(yaml).predictions.count { !$0.isEmpty }
        }
        let (resting, moving) = (try frames(still), try frames(try place.clip(0..<12)))
        #expect(resting < moving)
    }

    // MARK: Edges and errors

    @Test func aCameraHasNoEndToSimulate() throws {
        #expect(throws: ApplianceError.notAFile(device: "test:pattern")) { try self.simulate(Demo.workflow(), source: "test:pattern") }
    }

    @Test func aClipThatIsNotThereIsTold() throws {
        let recording = try simulate(Demo.workflow(device: "/nowhere/clip.mjpeg"))
        #expect(recording.summary.frameCount == 0)
        let reasons = recording.entries.map { if case .badFrame(let reason) = $0.kind { reason } else { "" } }
        #expect(reasons.count == 1 && reasons[0].contains("/nowhere/clip.mjpeg"), "\(reasons)")
    }

    @Test func damagedFramesAreToldAndTheOthersGoOn() throws {
        let place = try Workplace()
        var images = Array(Demo.images[0..<6])
        // The third has no picture in it, the last no end.
        images[2] = Array(images[2].prefix(200)) + [0xFF, 0xD9]
        images[5] = Array(images[5].prefix(3000))
        let recording = try simulate(Demo.workflow(device: try place.write("damaged.mjpeg", images.flatMap(\.self))))
        let reasons = recording.entries.compactMap { if case .badFrame(let reason) = $0.kind { reason } else { nil } }
        #expect(reasons.count == 2 && recording.summary.badFrameCount == 2, "\(reasons)")
        #expect(recording.predictions.count { !$0.isEmpty } == 4)
    }

    @Test func aFolderOfPicturesIsAClipToo() throws {
        let place = try Workplace()
        try FileManager.default.createDirectory(atPath: place.folder + "/images", withIntermediateDirectories: true)
        for index in 0..<3 { try place.write("images/\(index).jpg", Demo.images[index]) }
        let recording = try simulate(Demo.workflow(device: place.folder + "/images/"))
        #expect(recording.summary.frameCount == 3 && recording.summary.duration == .nanoseconds(2_000_000_000 / 12))
    }
}
