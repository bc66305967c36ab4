import Frames
import Operators
import Predictions
import Settings
import Testing
import Workflow

/// A camera that cannot be read.
struct Unreadable: Error, Equatable {}

/// Gives what a script says, by node: for each image of a frame the predictions, whose boxes are used as they are.
struct ScriptedRunner: ModelRunner {
    /// By node and frame; frames without a script give nothing.
    var script: [Int: [UInt64: [Prediction]]] = [:]
    var unreadable: Set<UInt64> = []
    var brightness: [UInt64: UInt8] = [:]
    var calls = Calls()
    private var current: UInt64 = 0

    init() {}

    final class Calls {
        var list: [String] = []
    }

    mutating func begin(_ frame: Frame) throws(Unreadable) {
        current = frame.sequence
        if unreadable.contains(current) { throw Unreadable() }
    }

    mutating func predict(node: Int, images: [Prediction], into output: inout Lane) throws(Unreadable) {
        calls.list.append("frame \(current) node \(node) images \(images.count)")
        for prediction in script[node]?[current] ?? [] {
            let owner = images.firstIndex { $0.box.intersection(prediction.box) == prediction.box } ?? 0
            output.append(prediction, from: owner)
        }
    }

    mutating func readLuma(into grid: inout LumaGrid) throws(Unreadable) {
        for index in 0..<100 { grid.means[index] = brightness[current] ?? 80 }
    }
}

private let left = Box(left: 0, top: 0, right: 32_768, bottom: 65_536)
private let right = Box(left: 32_768, top: 0, right: 65_536, bottom: 65_536)

@Suite struct ExecutorTests {
    private let branches = """
        nodes:
          - {id: people, type: visual-detector, inputs: [camera], model: models/person.tflite}
          - {id: crops, type: image-cropper, inputs: [people]}
          - {id: helmet, type: visual-classifier, inputs: [crops], model: models/helmet.tflite}
          - {id: decide, type: router, inputs: [helmet], routes: {bare: {no_helmet: '>= 0.8'}}, otherwise: rest}
          - {id: siren, type: event-log, inputs: [decide.bare]}
          - {id: log, type: event-log, inputs: [decide.rest, people]}
        """

    @Test func branchWithoutDataDoesNotRun() throws {
        let runner = ScriptedRunner()
        let calls = runner.calls
        var executor = Executor(try definition(branches), runner: runner)
        let outcome = try executor.process(frame(0))
        #expect(calls.list == ["frame 0 node 0 images 1"])
        #expect(outcome.deliveries.map(\.isEvaluated) == [true, true], "sinks hear of every frame that was looked at")
        #expect(outcome.deliveries.allSatisfy { $0.predictions.isEmpty })
        #expect(outcome.moment == Moment(sequence: 0, timestamp: Timestamp(nanoseconds: 0), frameSize: Size(width: 640, height: 480)))
    }

    @Test func predictionsGoDownTheirBranchesAndJoinInTheOrderOfInputs() throws {
        var runner = ScriptedRunner()
        let persons = [seen(("person", 0.9), at: left), seen(("person", 0.7), at: right)]
        let helmets = [seen(("no_helmet", 0.85), ("helmet", 0.1), at: left), seen(("helmet", 0.95), at: right)]
        runner.script = [0: [0: persons], 2: [0: helmets]]
        let calls = runner.calls
        var executor = Executor(try definition(branches), runner: runner)
        let outcome = try executor.process(frame(0))
        #expect(calls.list == ["frame 0 node 0 images 1", "frame 0 node 2 images 2"])
        #expect(outcome.deliveries[0].predictions == [helmets[0]])
        #expect(outcome.deliveries[1].predictions == [helmets[1]] + persons)
        #expect(executor.activity.map(\.itemsIn) == [1, 2, 2, 2, 1, 3])
        #expect(executor.activity.map(\.itemsOut) == [2, 2, 2, 2, 0, 0])
        #expect(try executor.process(frame(1)).deliveries.allSatisfy { $0.predictions.isEmpty }, "nothing is left of the frame before")
    }

    @Test func skippedFramesAreUnknownRatherThanEmpty() throws {
        var runner = ScriptedRunner()
        let person = [seen(("person", 0.9))]
        runner.script = [0: Dictionary(uniqueKeysWithValues: (0..<10).map { ($0, person) })]
        let calls = runner.calls
        var executor = Executor(
            try definition(
                """
                nodes:
                  - {id: people, type: visual-detector, inputs: [camera], model: models/person.tflite, every: 3}
                  - {id: steady, type: n-of-m, inputs: [people], on_after: 3 of 3, off_after: 1 of 1}
                  - {id: log, type: event-log, inputs: [steady]}
                """), runner: runner)
        let deliveries = try (0..<10).map { try executor.process(frame($0)).deliveries[0] }
        #expect(calls.list.map { $0.prefix(7) } == ["frame 0", "frame 3", "frame 6", "frame 9"])
        #expect(deliveries.map(\.isEvaluated) == (0..<10).map { $0 % 3 == 0 })
        #expect(deliveries.map(\.predictions.count) == [0, 0, 0, 0, 0, 0, 1, 0, 0, 1], "skipped frames do not count as misses")
    }

    @Test func everyCountsProcessedFramesNotTheSourcesNumbers() throws {
        let runner = ScriptedRunner()
        let calls = runner.calls
        var executor = Executor(
            try definition(
                """
                nodes:
                  - {id: people, type: visual-detector, inputs: [camera], model: models/person.tflite, every: 2}
                  - {id: log, type: event-log, inputs: [people, camera]}
                """), runner: runner)
        for sequence in [5, 7, 9, 11] as [UInt64] {
            let outcome = try executor.process(frame(sequence))
            #expect(outcome.deliveries[0].isEvaluated, "one of its inputs is evaluated on every frame")
            #expect(outcome.deliveries[0].predictions.count == 1)
        }
        #expect(calls.list.map { $0.prefix(8) } == ["frame 5 ", "frame 9 "])
    }

    @Test func absenceReachesASinkAsANamedState() throws {
        var runner = ScriptedRunner()
        runner.script = [0: [1: [seen(("person", 0.9))]]]
        var executor = Executor(
            try definition(
                """
                nodes:
                  - {id: people, type: visual-detector, inputs: [camera], model: models/person.tflite}
                  - {id: nobody, type: counter, inputs: [people], count: {person: "== 0"}, as: unattended}
                  - {id: log, type: event-log, inputs: [nobody]}
                """), runner: runner)
        let counts = try (0..<3).map { try executor.process(frame($0)).deliveries[0].predictions.map { $0.concepts[0].name } }
        #expect(counts == [["unattended"], [], ["unattended"]])
        let explanation = executor.explanation(
            ofItem: 0, atSink: 2, Moment(sequence: 2, timestamp: Timestamp(nanoseconds: 0), frameSize: Size(width: 640, height: 480)))
        #expect(explanation.description == "nobody: counter (count of person == 0, told as unattended): unattended 1.00 passes")
    }

    @Test func motionGateHoldsBackAndTellsNothing() throws {
        var runner = ScriptedRunner()
        runner.brightness = [3: 200]
        let calls = runner.calls
        var executor = Executor(
            try definition(
                """
                nodes:
                  - {id: gate, type: motion-gate, inputs: [camera], hold: 0s, refresh: 1h}
                  - {id: people, type: visual-detector, inputs: [gate], model: models/person.tflite}
                  - {id: log, type: event-log, inputs: [people]}
                """), runner: runner)
        let evaluated = try (0..<4).map { try executor.process(frame($0)).deliveries[0].isEvaluated }
        #expect(evaluated == [true, false, false, true])
        #expect(calls.list == ["frame 0 node 1 images 1", "frame 3 node 1 images 1"])
    }

    @Test func unreadableFrameThrowsAndTheNextOneIsFine() throws {
        var runner = ScriptedRunner()
        runner.unreadable = [1]
        runner.script = [0: [2: [seen(("person", 0.9))]]]
        var executor = Executor(try definition(branches), runner: runner)
        _ = try executor.process(frame(0))
        do {
            _ = try executor.process(frame(1))
            Issue.record("an unreadable frame was processed")
        } catch {
            #expect(error == Unreadable())
        }
        #expect(try executor.process(frame(2)).deliveries[1].predictions.count == 1)
        #expect(executor.frameCount == 3)
    }

    @Test func twoRunsGiveTheSame() throws {
        func run() throws -> [[[Prediction]]] {
            var runner = ScriptedRunner()
            for index in 0..<200 as Range<UInt64> {
                let score = Double((index * 7919) % 100) / 100
                runner.script[0, default: [:]][index] = [seen(("person", 0.9), at: index % 2 == 0 ? left : right)]
                runner.script[3, default: [:]][index] = [seen(("no_helmet", score), ("helmet", 1 - score))]
            }
            var executor = Executor(try definition(siteYAML), runner: runner)
            return try (0..<200).map { try executor.process(frame($0)).deliveries.map(\.predictions) }
        }
        let first = try run()
        #expect(try run() == first)
        #expect(first.contains { !$0[0].isEmpty } && first.contains { !$0[2].isEmpty })
    }
}

@Suite struct ExplanationTests {
    @Test func everyAncestorIsNamedWithItsRuleAndValues() throws {
        let person = Box(left: 13_107, top: 13_107, right: 26_214, bottom: 52_429)
        let crop = try #require(ImageCropper(margin: 11_000).crop(person, Size(width: 640, height: 480)))
        var runner = ScriptedRunner()
        runner.script = [
            0: [0: [seen(("dog", 0.99), at: right), seen(("person", 0.83), at: person)]],
            3: [0: [seen(("no_helmet", 0.91), ("helmet", 0.09), at: crop)]],
        ]
        var executor = Executor(try definition(siteYAML), runner: runner)
        let outcome = try executor.process(frame(0))
        #expect(outcome.deliveries[0].predictions.count == 1)
        let explanation = executor.explanation(ofItem: 0, atSink: outcome.deliveries[0].node, outcome.moment)
        #expect(
            explanation.description == """
                camera: frame 0, 640x480
                people: visual-detector (models/person.tflite, on 1 of 2 frames): person 0.83 at 127,95 127x288
                sure: region-thresholder (person >= 0.60, vehicle >= 0.75, others dropped, area >= 0.5%): person 0.83 passes
                heads: image-cropper (one crop per region, margin 1.1, at most 4): cut at 121,81 140x316
                helmet: visual-classifier (models/helmet.tflite): no_helmet 0.91, helmet 0.09 at 121,81 140x316
                decide: router (bare: no_helmet >= 0.80): no_helmet 0.91, helmet 0.09 passes
                """)
        #expect(executor.explanation(ofItem: 9, atSink: outcome.deliveries[0].node, outcome.moment).steps.isEmpty)
    }
}
