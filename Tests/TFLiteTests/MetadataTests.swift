import TFLite
import TestKit
import Testing

@Suite("TFLite Metadata")
struct MetadataTests {
    @Test func namesNormalizationAndLabelsAreRead() throws {
        let model = try read(MetadataModel())
        #expect(model.metadata().name == "Cats and dogs")
        #expect(model.metadata().summary == "Tells cats from dogs")
        #expect(model.metadata().version == "v1")
        #expect(model.metadata().author == "Somebody")
        #expect(model.metadata().license == "Apache-2.0")
        #expect(model.metadata().inputs.map(\.name) == ["image"])
        #expect(model.metadata().outputs.map(\.name) == ["probability"])
        #expect(model.metadata().normalization == Normalization(means: [127.5], deviations: [127.5], channels: 2))
        #expect(model.metadata().labels == Labels(meaning: .axis, names: ["???", "cat", "dog"], fileName: "labels.txt"))
        #expect(model.metadata().notes == [])
        #expect(model.converter == "TFLiteBuilder")
    }

    @Test func valueLabelsSaySo() throws {
        var model = MetadataModel()
        model.labelType = 3
        #expect(try read(model).metadata().labels?.meaning == .value)
    }

    @Test func oneMeanAndADeviationForEachChannelAreBroughtToOneLength() throws {
        var model = MetadataModel()
        model.deviations = [1, 2]
        let normalization = try read(model).metadata().normalization
        #expect(normalization?.means == [127.5, 127.5])
        #expect(normalization?.deviations == [1, 2])
    }

    @Test func windowsLineEndsAndAByteOrderMarkAreNoPartOfLabels() throws {
        var model = MetadataModel()
        model.files[0].bytes = [0xEF, 0xBB, 0xBF] + Array("cat\r\n\r\ndog\r\n\r\n".utf8)
        #expect(try read(model).metadata().labels?.names == ["cat", "", "dog"])
    }

    @Test(arguments: [
        "{'task': 'detect', 'names': {0: 'person', 1: \"dog's\", 2: 'x'}, 'imgsz': [1, 2]}",
        #"{"names": {"0": "person", "1": "dog's", "2": "x"}}"#,
        #"{'names': {0:'person',1:'dog\'s',2:'x'}}"#,
    ])
    func dictionariesOfNamesAreLabels(text: String) throws {
        var model = MetadataModel()
        model.files[0].bytes = Array(text.utf8)
        #expect(try read(model).metadata().labels?.names == ["person", "dog's", "x"])
    }

    @Test func dictionaryWithoutMetadataIsFound() throws {
        var model = MetadataModel()
        model.labelFile = "elsewhere.txt"
        model.files = [("metadata.json", Array(#"{"names": {"0": "person"}}"#.utf8))]
        #expect(try read(model).metadata().labels == Labels(meaning: .axis, names: ["person"], fileName: "metadata.json"))
    }

    @Test(arguments: ["{'names': {1: 'a'}}", "{'names': {0: 'a', 2: 'b'}}", "{'names': {0: 'a'", "{'names': {0: 'a", "{}", "{'names': 3}"])
    func brokenDictionariesAreNoLabels(text: String) throws {
        var model = MetadataModel()
        model.files[0].bytes = Array(text.utf8)
        let file = try read(model)
        #expect(file.metadata().labels == nil)
        #expect(file.metadata().notes.first?.hasSuffix("'labels.txt' is not a list of labels: left out") == true)
    }

    @Test func damageIsNotedAndTheModelLoads() throws {
        var model = MetadataModel()
        model.labelFile = "missing.txt"
        #expect(try read(model).metadata().notes.first?.contains("label file 'missing.txt' is not in the model") == true)
        model = MetadataModel()
        model.checksumError = 1
        #expect(try read(model).metadata().notes.first?.contains("'labels.txt' has a wrong checksum") == true)
        model = MetadataModel()
        model.method = 8
        #expect(try read(model).metadata().notes.first?.contains("'labels.txt' is compressed") == true)
        model = MetadataModel()
        model.deviations = [0]
        #expect(try read(model).metadata().notes.first?.contains("every std above 0") == true)
        model = MetadataModel()
        model.identifier = "M999"
        #expect(try read(model).metadata().notes.first?.hasPrefix("TFLITE_METADATA is damaged") == true)
        model = MetadataModel()
        model.inputCount = 2
        let file = try read(model)
        #expect(file.metadata().notes == ["describes 2 inputs, the model has 1: left out"])
        #expect(file.metadata().normalization == nil)
        #expect(file.metadata().labels?.names.count == 3)
    }

    @Test func labelsCannotSteerATerminal() throws {
        var model = MetadataModel()
        model.files[0].bytes = Array("cat\u{1B}[2J\ndog\u{9B}\nmäuse\n".utf8)
        #expect(try read(model).metadata().labels?.names == ["cat\u{FFFD}[2J", "dog\u{FFFD}", "mäuse"])
    }

    @Test func everyTruncationOfTheArchiveStillLoads() throws {
        let bytes = MetadataModel().file()
        // One file of 12 bytes: 52 bytes with its header, 56 in the directory, 22 at the end.
        for count in stride(from: bytes.count - 1, to: bytes.count - 130, by: -1) {
            _ = try ModelFileReader.read(Array(bytes.prefix(count)), name: "cut")
        }
    }

    private func read(_ model: MetadataModel) throws -> ModelFile { try ModelFileReader.read(model.file(), name: "model") }
}
