import Frames
import Operators
import Predictions
import Settings
import Testing
import Workflow

/// Knows models by name: a few detectors, classifiers and an embedder.
struct SampleCatalog: ModelCatalog {
    static let models: [String: ModelFacts] = [
        "models/person.tflite": ModelFacts(kind: .detector, labels: ["person", "vehicle", "dog"], digest: "d1"),
        "models/helmet.tflite": ModelFacts(kind: .classifier, labels: ["helmet", "no_helmet"], digest: "c1"),
        "models/embed.tflite": ModelFacts(kind: .embedder, labels: [], digest: "e1"),
    ]

    func describe(path: String, labels: [String]?, node: SettingsNode, issues: IssueCollector) -> ModelFacts? {
        guard let facts = Self.models[path] else {
            issues.add(at: node, "no such file", suggestion: Suggestion.text(for: path, among: Array(Self.models.keys)))
            return nil
        }
        return labels.map { ModelFacts(kind: facts.kind, labels: $0, digest: facts.digest) } ?? facts
    }
}

/// A sink that takes every key that is written in the design's example.
struct SampleSink: Sendable, Equatable {
    let id: String
    let line: String?

    static var types: [SinkType] {
        [
            SinkType(name: "gpio-output") { section, id in
                let line = section.section("line")
                let offset = line?.requiredString("offset", example: "17")
                for key in ["chip", "active"] { _ = line?.string(key) }
                line?.finish()
                for key in ["on_after", "hold", "min_off", "max_on", "on_fault"] { _ = section.string(key) }
                return SampleSink(id: id, line: offset)
            },
            SinkType(name: "event-log") { section, id in
                for key in ["start_after", "end_after", "snapshot"] { _ = section.string(key) }
                return SampleSink(id: id, line: nil)
            },
            SinkType(name: "sample-writer", accepts: [.image, .regions, .concepts]) { section, id in
                _ = section.string("status")
                return SampleSink(id: id, line: nil)
            },
        ]
    }
}

/// The definition that a text describes, if it is right, and its issues in either case.
func reading(_ yaml: String, sinks: [SinkType] = SampleSink.types) throws -> (definition: Definition?, issues: [String]) {
    let collector = IssueCollector(file: "w.yaml")
    let root = try SettingsDocument.parse(yaml, file: "w.yaml")
    let definition = Definition.parse(root: root, catalog: SampleCatalog(), sinks: sinks, issues: collector)
    return (definition, collector.issues.map(\.description))
}

func definition(_ yaml: String) throws -> Definition {
    let (definition, issues) = try reading(yaml)
    #expect(issues == [])
    return try #require(definition)
}

let siteYAML = """
    version: 1
    camera:
      device: by-id/usb-Arducam*-video-index0
      size: 640x480
    nodes:
      - id: people
        type: visual-detector
        inputs: [camera]
        model: models/person.tflite             # labels and preprocessing from the file's own metadata
        every: 2                                # run on every 2nd frame
      - id: sure
        type: region-thresholder
        inputs: [people]
        concepts: {person: ">= 0.60", vehicle: ">= 0.75"}
        others: drop                            # drop | keep
        area: ">= 0.5%"
      - id: heads
        type: image-cropper
        inputs: [sure]
        margin: 1.10                            # factor about the box's centre, then clipped to the frame
        max_crops: 4                            # highest score first: bounded work
      - id: helmet
        type: visual-classifier
        inputs: [heads]
        model: models/helmet.tflite
      - id: decide
        type: router
        inputs: [helmet]
        routes:                                 # first match wins; `mode: all` for fan-out
          bare: {no_helmet: ">= 0.80"}
          fine: {helmet: ">= 0.80"}
        otherwise: unsure
      - id: siren
        type: gpio-output
        inputs: [decide.bare]
        line: {chip: pinctrl-bcm2711, offset: 17, active: high}
        on_after: 3 of 5                        # frames
        hold: 5s
        min_off: 2s
        max_on: 60s
        on_fault: inactive
      - id: journal
        type: event-log
        inputs: [decide.bare]
        start_after: 3 of 5
        end_after: 2s
        snapshot: best                          # none | first | best | all
      - id: hard-cases
        type: random-sampler
        inputs: [decide.unsure]
        keep: 5%
        seed: 17
      - id: review
        type: sample-writer
        inputs: [hard-cases]
        status: pending
    storage: {path: /var/lib/picket, max_size: 2GB, keep_free: 10%, max_age: 30d}
    """

func frame(_ sequence: UInt64) -> Frame {
    Frame(
        sequence: sequence, timestamp: Timestamp(nanoseconds: Int64(sequence) * 100_000_000), wallNanoseconds: 0, format: .grey,
        size: Size(width: 640, height: 480), bytesPerRow: 640, bytes: [])
}

func seen(_ concepts: (String, Double)..., at box: Box = .wholeFrame) -> Prediction {
    Prediction(box: box, concepts: concepts.map { ScoredConcept($0.0, Score($0.1)) })
}
