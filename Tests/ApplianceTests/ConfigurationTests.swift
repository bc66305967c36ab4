import Actions
import Appliance
import Capture
import Foundation
import Journal
import Settings
import Testing
import Workflow

@Suite struct ConfigurationTests {
    @Test func theDemoWorkflowIsAccepted() throws {
        let configuration = try Workplace(Demo.workflow()).load()
        #expect(configuration.definition.nodes.count == 8)
        #expect(configuration.outputs.map(\.settings.id) == ["landing-light", "warning-lamp"])
        #expect(configuration.modelDigests.hasPrefix("pads="))
        #expect(configuration.onBadConfiguration == .lastGood)
    }

    @Test func thereAreSampleWorkflows() { #expect(Demo.samples.count >= 4) }

    @Test(arguments: Demo.samples)
    func theSampleWorkflowsAreAccepted(_ name: String) throws {
        let path = FileManager.default.currentDirectoryPath + "/firmware-config/" + name
        do {
            let configuration = try ConfigurationFile.load(path)
            // A route that leads nowhere on purpose is worth a note and nothing more.
            #expect(configuration.definition.notes.allSatisfy { "\($0)".contains("nobody takes the output of") })
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test func relativePathsStartAtTheFolderOfTheFile() throws {
        let place = try Workplace(
            """
            version: 1
            camera: {device: "file:clips/a.mjpeg"}
            nodes:
              - {id: pads, type: visual-detector, inputs: [camera], model: models/pads.tflite}
              - {id: log, type: event-log, inputs: [pads]}
            storage: {path: data}
            """)
        try FileManager.default.createDirectory(atPath: place.folder + "/models", withIntermediateDirectories: true)
        for name in ["pads.tflite", "pads.yaml"] {
            try FileManager.default.copyItem(atPath: Demo.folder + "/" + name, toPath: place.folder + "/models/" + name)
        }
        let configuration = try place.load()
        #expect(configuration.camera.device == .file(path: place.folder + "/clips/a.mjpeg"))
        #expect(configuration.storage.path == place.folder + "/data")
        // A link to the file is the file, with the link's folder.
        try FileManager.default.createSymbolicLink(atPath: place.folder + "/current.yaml", withDestinationPath: place.file)
        #expect(try ConfigurationFile.load(place.folder + "/current.yaml").digest == configuration.digest)
    }

    @Test func twoNodesOnOneLineAreAnErrorEvenBesideOtherErrors() throws {
        let text = Demo.workflow().replacing("offset: 27", with: "offset: 17")
        let issues = try Workplace(text).issues()
        #expect(issues.contains("already driven by 'landing-light'") && issues.contains("nodes[6].line"))
        let both = try Workplace(text.replacing("margin: 1.15", with: "margin: wide")).issues()
        #expect(both.contains("already driven by 'landing-light'") && both.contains("nodes[2].margin"))
    }

    @Test func unknownKeysAndBadWordsOfTheRootAreErrors() throws {
        let issues = try Workplace(Demo.workflow(end: "on_bad_config: ignore\nstorrage: {}")).issues()
        #expect(issues.contains("unknown key 'storrage'") && issues.contains("did you mean 'storage'"))
        #expect(issues.contains("on_bad_config: unknown value 'ignore'"))
        #expect(try Workplace(Demo.workflow(end: "on_bad_config: stop")).load().onBadConfiguration == .stop)
        #expect(try Workplace(Demo.workflow(end: "threads: 0")).issues().contains("threads: "))
        _ = try Workplace(Demo.workflow(end: "threads: 3")).load()
        #expect(try Workplace(Demo.workflow().replacing("version: 1", with: "version: 2")).issues().contains("only 1 is known"))
        #expect(try Workplace("nodes: []").issues().contains("'camera' is missing"))
    }

    @Test func whatIsWrongWithAModelIsToldAtItsPlace() throws {
        let text = Demo.workflow()
        let missing = try Workplace(text.replacing("pads.tflite", with: "none.tflite"))
        #expect(missing.issues().contains("\(missing.file):7:") && missing.issues().contains("nodes[0].model: cannot read the model"))
        let place = try Workplace()
        try place.write("pads.tflite", Array("no model".utf8))
        try place.write("picket.yaml", Array(text.replacing(Demo.folder + "/pads.tflite", with: "pads.tflite").utf8))
        #expect(place.issues().contains("nodes[0].model: ") && place.issues().contains(place.folder + "/pads.tflite"))
    }

    @Test func nodesOfOneModelAgreeOnItsLabels() throws {
        let place = try Workplace()
        try FileManager.default.copyItem(atPath: Demo.folder + "/pad-state.tflite", toPath: place.folder + "/state.tflite")
        let nodes = ["[a, b, c]", "[a, b, d]"].enumerated().map { index, labels in
            "  - {id: s\(index), type: visual-classifier, inputs: [camera], model: state.tflite, labels: \(labels)}"
        }
        try place.write(
            "picket.yaml",
            Array(
                """
                version: 1
                camera: {device: "test:pattern"}
                nodes:
                \(nodes.joined(separator: "\n"))
                  - {id: log, type: event-log, inputs: [s0, s1]}
                """.utf8))
        #expect(place.issues().contains("another node gives this model other labels"))
    }

    @Test func theCommandLineTakesTheCamerasPlace() throws {
        let place = try Workplace(Demo.workflow(camera: "  loop: true"))
        let configuration = try place.load(source: "test:pattern")
        #expect(configuration.camera.device == .testPattern && !configuration.camera.loops)
        #expect(place.issues(source: "vidio0").hasPrefix("command line:"))
        #expect(place.issues(tier: "fastest").contains("unknown kernels 'fastest'"))
        #expect(try Workplace(Demo.workflow().replacing("camera:\n", with: "kamera:\n")).issues(source: "test:pattern").contains("kamera"))
    }

    @Test func filesThatCannotBeReadSaySo() throws {
        let place = try Workplace()
        #expect(place.issues().contains("no such file"))
        try place.write("picket.yaml", [0xFF, 0xFE, 0x00])
        #expect(place.issues().contains("not UTF-8"))
        try place.write("picket.yaml", [UInt8](repeating: 0x20, count: 300_000))
        #expect(place.issues().contains("300000 bytes"))
    }

    // MARK: Making outputs safe

    @Test func outputsAreReadFromAFileWhoseOtherNodesAreBroken() throws {
        let text = Demo.workflow(end: "nonsense: true")
            .replacing("pads.tflite", with: "none.tflite").replacing("margin: 1.15", with: "margin: wide").replacing(
                "version: 1", with: "version: 7")
        let place = try Workplace(text)
        #expect(!place.issues().isEmpty)
        #expect(try ConfigurationFile.outputs(place.file).map(\.id) == ["landing-light", "warning-lamp"])
        // One output that is wrong does not keep the other from being safe.
        let half = try Workplace(text.replacing("line: {chip: simulated, offset: 17}", with: "line: 17"))
        #expect(try ConfigurationFile.outputs(half.file).map(\.id) == ["warning-lamp"])
        #expect(throws: SettingsError.self) { try ConfigurationFile.outputs(try Workplace("nodes: [").file) }
    }
}
