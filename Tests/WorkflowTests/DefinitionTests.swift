import Operators
import Predictions
import Settings
import Testing
import Workflow

@Suite struct DefinitionTests {
    @Test func theSampleOfTheDesignIsFine() throws {
        let site = try definition(siteYAML)
        #expect(site.order == Array(site.nodes.indices))
        #expect(site.models.map(\.node) == [0, 3])
        #expect(site.sinks.map(\.node) == [5, 6, 8])
        #expect(site.sinks.first?.value as? SampleSink == SampleSink(id: "siren", line: "17"))
        #expect(site.nodes[4].laneNames == ["bare", "fine", "unsure"])
        #expect(site.nodes[7].inputs == [Port(node: 4, lane: 2)])
        #expect(site.notes.map(\.description) == ["w.yaml:26:5: nodes[4]: nobody takes the output of 'decide.fine'"])
    }

    @Test func summarySaysWhatEachNodeDoes() throws {
        #expect(
            try definition(siteYAML).summary == [
                "people: visual-detector of camera: models/person.tflite, on 1 of 2 frames",
                "sure: region-thresholder of people: person >= 0.60, vehicle >= 0.75, others dropped, area >= 0.5%",
                "heads: image-cropper of sure: one crop per region, margin 1.1, at most 4",
                "helmet: visual-classifier of heads: models/helmet.tflite",
                "decide: router of helmet: first match of bare: no_helmet >= 0.80; fine: helmet >= 0.80; otherwise unsure",
                "siren: gpio-output of decide.bare", "journal: event-log of decide.bare",
                "hard-cases: random-sampler of decide.unsure: keeps 5% at random, seed 17", "review: sample-writer of hard-cases",
            ])
    }

    @Test func orderInTheFileIsFree() throws {
        let shuffled = try definition(
            """
            nodes:
              - {id: log, type: event-log, inputs: [sure]}
              - {id: sure, type: region-thresholder, inputs: [people], concepts: {person: ">= 0.6"}}
              - {id: people, type: visual-detector, inputs: [camera], model: models/person.tflite}
            """)
        #expect(shuffled.order == [2, 1, 0])
        #expect(shuffled.notes.isEmpty)
    }

    @Test func modelKeysAreRead() throws {
        let nodes = try definition(
            """
            nodes:
              - {id: d, type: visual-detector, inputs: [camera], model: models/person.tflite, every: 3, min_score: 0.3, iou: 0.5,
                 only: [person, dog], max: 20, resize: letterbox}
              - {id: c, type: visual-classifier, inputs: camera, model: models/helmet.tflite, top: 1, min_score: 0.60, only: helmet,
                 resize: stretch}
              - {id: e, type: visual-embedder, inputs: [camera], model: models/embed.tflite, every: 10}
              - {id: l, type: visual-classifier, inputs: [camera], model: models/helmet.tflite, labels: [on, off]}
              - {id: log, type: event-log, inputs: [d, c, e, l]}
            """)
        let settings = nodes.models.map(\.settings)
        #expect(settings[0].every == 3 && settings[0].maximumCount == 20 && settings[0].resize == .letterbox)
        #expect(
            settings[0].minimumScore == Score(0.3) && settings[0].maximumOverlap == Score(0.5) && settings[0].only == ["person", "dog"])
        #expect(settings[1].top == 1 && settings[1].minimumScore?.units == 39_322 && settings[1].only == ["helmet"])
        #expect(settings[2].facts.digest == "e1" && settings[2].every == 10)
        #expect(settings[3].facts.labels == ["on", "off"])
        #expect(
            nodes.nodes[0].rule
                == "models/person.tflite, on 1 of 3 frames, only person dog, scores from 0.30, overlap up to 0.50, at most 20, letterbox")
    }

    @Test func chainsOfModelsAreFine() throws {
        let chain = try definition(
            """
            nodes:
              - {id: gate, type: motion-gate, inputs: [camera], area: 2%}
              - {id: people, type: visual-detector, inputs: [gate], model: models/person.tflite}
              - {id: bodies, type: image-cropper, inputs: [people]}
              - {id: heads, type: visual-detector, inputs: [bodies], model: models/person.tflite}
              - {id: again, type: image-cropper, inputs: [heads, people]}
              - {id: helmet, type: visual-classifier, inputs: [again], model: models/helmet.tflite}
              - {id: same, type: alias, inputs: [helmet], synonyms: {no_helmet: bare}}
              - {id: bare, type: concept-thresholder, inputs: [same], concepts: {bare: "> 0.5"}}
              - {id: steady, type: n-of-m, inputs: [bare], on_after: 2 of 3}
              - {id: change, type: on-change, inputs: [steady]}
              - {id: calm, type: rate-limiter, inputs: [change], cooldown: 10s}
              - {id: crowd, type: counter, inputs: [people], count: {person: ">= 3"}, as: crowd}
              - {id: both, type: input-filter, inputs: [crowd], pass: {crowd: "== 1"}}
              - {id: log, type: event-log, inputs: [calm, both]}
            """)
        #expect(chain.notes.isEmpty)
    }

    @Test func notesTellWhatMayNotBeMeant() throws {
        let notes = try definition(
            """
            nodes:
              - {id: people, type: visual-detector, inputs: [camera], model: models/person.tflite}
              - id: decide
                type: router
                inputs: [people]
                routes: {sure: {person: ">= 0.8"}, maybe: {person: 0.5..0.9}}
            """
        ).notes.map(\.description)
        #expect(
            notes == [
                "w.yaml:2:5: nodes: no node does anything with what is seen",
                "w.yaml:3:5: nodes[1]: nobody takes the output of 'decide.sure'",
                "w.yaml:3:5: nodes[1]: nobody takes the output of 'decide.maybe'",
                "w.yaml:3:5: nodes[1]: routes 'sure' and 'maybe' both take person at 0.80..0.90; the first one wins",
                "w.yaml:3:5: nodes[1]: no route takes person at 0.00..0.50; such predictions are dropped; 'otherwise: name' would catch them",
            ])
    }
}

@Suite struct DefinitionIssueTests {
    private func issues(_ nodes: String) throws -> [String] {
        let (definition, issues) = try reading("nodes:\n" + nodes)
        #expect(definition == nil)
        return issues
    }

    private let people = "  - {id: people, type: visual-detector, inputs: [camera], model: models/person.tflite}\n"

    @Test func allIssuesOfAFileAreToldAtOnceInItsOrder() throws {
        let told = try issues(
            """
              - id: people
                type: visual-detecter
                inputs: [camera]
              - id: sure
                type: region-thresholder
                inputs: [peple]
                concepts: {person: "0.6"}
                threshold: 0.5
              - id: people
                inputs: [camera.left]
              - type: event-log
                inputs: []
            """)
        #expect(
            told == [
                "w.yaml:3:11: nodes[0].type: unknown type 'visual-detecter'; did you mean 'visual-detector'?",
                "w.yaml:7:14: nodes[1].inputs[0]: unknown node 'peple'; did you mean 'people'?",
                "w.yaml:8:24: nodes[1].concepts.person: '0.6' has no comparison; write \">= 0.6\", or one of > < <= ==",
                "w.yaml:9:5: nodes[1].threshold: unknown key 'threshold'; known: area, aspect, concepts, height, id, inputs, others, type, width",
                "w.yaml:10:5: nodes[2]: 'type' is missing; write for example type: visual-detector",
                "w.yaml:10:9: nodes[2].id: the id 'people' is taken by the node in line 2; choose another one",
                "w.yaml:11:14: nodes[2].inputs[0]: the camera has no route 'left'; write camera",
                "w.yaml:12:5: nodes[3]: 'id' is missing; write for example id: people",
                "w.yaml:13:13: nodes[3].inputs: 'inputs' is missing; write for example inputs: [camera]",
            ])
    }

    @Test func regionsIntoAClassifierNeedACropper() throws {
        let told = try issues(people + "  - {id: helmet, type: visual-classifier, inputs: [people], model: models/helmet.tflite}")
        #expect(
            told == [
                "w.yaml:3:52: nodes[1].inputs[0]: a visual-classifier takes images, not the regions of 'people'; "
                    + "put an image-cropper between"
            ])
    }

    @Test func everyOtherWrongPairNamesTheNodeToUse() throws {
        func suggestion(_ node: String) throws -> String? {
            let helmet = "  - {id: helmet, type: visual-classifier, inputs: [camera], model: models/helmet.tflite}\n"
            let embed = "  - {id: embed, type: visual-embedder, inputs: [camera], model: models/embed.tflite}\n"
            let told = try issues(people + helmet + embed + "  - {id: last, \(node)}")
            #expect(told.count == 1, "\(told)")
            return told.first.map { String($0[($0.lastIndex(of: ";") ?? $0.startIndex)...].dropFirst(2)) }
        }
        let concepts = "concepts: {person: '> 0'}"
        #expect(try suggestion("type: concept-thresholder, inputs: [people], \(concepts)") == "use a region-thresholder")
        #expect(try suggestion("type: region-thresholder, inputs: [helmet], \(concepts)") == "use a concept-thresholder")
        #expect(try suggestion("type: region-thresholder, inputs: [camera], \(concepts)") == "put a visual-detector between")
        #expect(try suggestion("type: concept-thresholder, inputs: [camera], \(concepts)") == "put a visual-classifier between")
        #expect(try suggestion("type: image-cropper, inputs: [camera]") == "put a visual-detector between, or a visual-classifier")
        #expect(try suggestion("type: image-cropper, inputs: [embed]") == "take the output of another node")
        #expect(try suggestion("type: motion-gate, inputs: [embed]") == "take the images that the embedder takes")
        #expect(try suggestion("type: sample-writer, inputs: [embed]") == "take the images that the embedder takes")
        #expect(try suggestion("type: alias, inputs: [people, helmet], synonyms: {dog: cat}") == "use a node for each")
    }

    @Test func circleIsToldByItsWay() throws {
        let told = try issues(
            """
              - {id: log, type: event-log, inputs: [c]}
              - {id: a, type: on-change, inputs: [c]}
              - {id: b, type: on-change, inputs: [a]}
              - {id: c, type: on-change, inputs: [b]}
              - {id: self, type: on-change, inputs: [self]}
            """)
        #expect(
            told == [
                "w.yaml:3:38: nodes[1].inputs: these nodes feed each other in a circle: a -> b -> c -> a; take one of these inputs away",
                "w.yaml:6:41: nodes[4].inputs: these nodes feed each other in a circle: self -> self; take one of these inputs away",
            ])
    }

    @Test func routesAreChecked() throws {
        let router = "  - {id: decide, type: router, inputs: [people], routes: {sure: {person: '> 0.5'}}, otherwise: rest}\n"
        let told = try issues(
            people + router + "  - {id: log, type: event-log, inputs: [decide, decide.sur, people.sure, decide.sure, decide.sure, log]}")
        #expect(
            told == [
                "w.yaml:4:41: nodes[2].inputs[0]: 'decide' has several ways out; write one of decide.sure, decide.rest",
                "w.yaml:4:49: nodes[2].inputs[1]: 'decide' has no route 'sur'; did you mean 'sure'?",
                "w.yaml:4:61: nodes[2].inputs[2]: 'people' has no routes, so no 'sure'; write people",
                "w.yaml:4:87: nodes[2].inputs[4]: 'decide.sure' is given twice; keep one of them",
                "w.yaml:4:100: nodes[2].inputs[5]: 'log' is an event-log, from which nothing comes; take the same inputs as that node",
            ])
    }

    @Test func conceptsAreFollowedAlongTheEdges() throws {
        func told(_ between: String, _ concept: String) throws -> [String] {
            try issues(
                people + between + "  - {id: last, type: region-thresholder, inputs: [between], concepts: {\(concept): '>= 0.5'}}")
        }
        let unknown = "nodes[2].concepts"
        let dropping = "  - {id: between, type: region-thresholder, inputs: [people], concepts: {person: '>= 0.5'}}\n"
        #expect(try told(dropping, "dog") == ["w.yaml:4:72: \(unknown).dog: unknown concept 'dog'; known: person"])
        let alias = "  - {id: between, type: alias, inputs: [people], synonyms: {vehicle: car}}\n"
        #expect(try told(alias, "vehicle") == ["w.yaml:4:72: \(unknown).vehicle: unknown concept 'vehicle'; known: car, dog, person"])
        let sampler = "  - {id: between, type: random-sampler, inputs: [people], keep: 5%}\n"
        #expect(try told(sampler, "persn") == ["w.yaml:4:72: \(unknown).persn: unknown concept 'persn'; did you mean 'person'?"])
    }

    @Test func onlyIsCheckedAndNarrowsWhatComes() throws {
        let detector = "  - {id: people, type: visual-detector, inputs: [camera], model: models/person.tflite, only: [persn]}\n"
        #expect(try issues(detector) == ["w.yaml:2:95: nodes[0].only[0]: unknown concept 'persn'; did you mean 'person'?"])
        let narrowed = "  - {id: people, type: visual-detector, inputs: [camera], model: models/person.tflite, only: [person]}\n"
        let told = try issues(narrowed + "  - {id: f, type: input-filter, inputs: [people], pass: {dog: '> 0'}}")
        #expect(told == ["w.yaml:3:58: nodes[1].pass.dog: unknown concept 'dog'; known: person"])
    }

    @Test func modelsAreChecked() throws {
        let told = try issues(
            """
              - {id: a, type: visual-detector, inputs: [camera], model: models/persn.tflite}
              - {id: b, type: visual-classifier, inputs: [camera], model: models/person.tflite}
              - {id: c, type: visual-embedder, inputs: [camera], model: models/embed.tflite, top: 3}
              - {id: d, type: visual-detector, inputs: [camera], model: models/person.tflite, every: 0, min_score: 2, resize: crop}
              - {id: e, type: visual-detector, inputs: [camera]}
            """)
        #expect(
            told == [
                "w.yaml:2:61: nodes[0].model: no such file; did you mean 'models/person.tflite'?",
                "w.yaml:3:63: nodes[1].model: 'models/person.tflite' is a detector; use type: visual-detector, or another model",
                "w.yaml:4:82: nodes[2].top: unknown key 'top'; known: every, id, inputs, model, resize, type",
                "w.yaml:5:90: nodes[3].every: '0' is not valid here; write a whole number in 1...10000",
                "w.yaml:5:104: nodes[3].min_score: '2' is not valid here; write a number in 0...1",
                "w.yaml:5:115: nodes[3].resize: unknown value 'crop'; known: letterbox, stretch",
                "w.yaml:6:5: nodes[4]: 'model' is missing; write for example model: models/person.tflite",
            ])
    }

    @Test func wrongNodeDoesNotBlameThoseBehindIt() throws {
        let told = try issues(
            """
              - {id: people, type: visual-detector, inputs: [camera], model: missing.tflite}
              - {id: sure, type: region-thresholder, inputs: [people], concepts: {anything: ">= 0.5"}}
              - {id: decide, type: router, inputs: [sure], routes: {a: {anything: 1}}}
              - {id: log, type: event-log, inputs: [decide.b]}
            """)
        #expect(told.count == 2)
        #expect(told.last == "w.yaml:4:71: nodes[2].routes.a.anything: '1' has no comparison; write \">= 1\", or one of > < <= ==")
    }

    @Test func sinksAreReadAndFinished() throws {
        let told = try issues("  - {id: s, type: gpio-output, inputs: [camera], line: {chip: x, ofset: 1}, holdd: 5s}")
        #expect(
            told == [
                "w.yaml:2:56: nodes[0].line: 'offset' is missing; write for example offset: 17",
                "w.yaml:2:66: nodes[0].line.ofset: unknown key 'ofset'; did you mean 'offset'?",
                "w.yaml:2:77: nodes[0].holdd: unknown key 'holdd'; did you mean 'hold'?",
            ])
    }

    @Test func sinkThatIsRefusedWithoutAReasonIsStillAnIssue() throws {
        let (refused, told) = try reading(
            "nodes: [{id: s, type: quiet, inputs: [camera]}]", sinks: [SinkType(name: "quiet") { _, _ in nil }])
        #expect(refused == nil)
        #expect(told == ["w.yaml:1:9: nodes[0]: this quiet cannot be used"])
    }

    @Test func missingOrWrongListOfNodesIsTold() throws {
        #expect(
            try reading("version: 1").issues == [
                "w.yaml:1:1: 'nodes' is missing; list at least one node with its id, type and inputs"
            ])
        #expect(
            try reading("nodes: {a: 1}").issues == [
                "w.yaml:1:8: nodes: must be a list of nodes, not a mapping; start each node with '- id:'"
            ])
        #expect(try issues("  - people\n").first == "w.yaml:2:5: nodes[0]: must be a mapping of keys, not 'people'")
        let many = (0..<257).map { "  - {id: n\($0), type: event-log, inputs: [camera]}" }.joined(separator: "\n")
        #expect(try issues(many) == ["w.yaml:2:3: nodes: has 257 nodes, the limit is 256"])
    }

    @Test func namesAreChecked() throws {
        let told = try issues("  - {id: a.b, type: event-log, inputs: [camera]}\n  - {id: camera, type: event-log, inputs: [camera]}")
        #expect(
            told == [
                "w.yaml:2:10: nodes[0].id: 'a.b' is not a name for a node; use letters, digits, - and _",
                "w.yaml:3:10: nodes[1].id: 'camera' is the name of the frames themselves; choose another name",
            ])
    }
}
