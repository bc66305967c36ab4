import ArgumentParser
import FoundationEssentials
import Imaging
import Models
import TFLite

struct ModelCut: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cut", abstract: "Keeps the front of a model, for example to make an embedder of a classifier.",
        discussion: """
            Without --at the model is cut behind its global pool. The new file is a .tflite that other engines load too; a sidecar
            beside it says that it is an embedder.
            """)

    @Argument(help: "A .tflite file.", completion: .file(extensions: ["tflite"]))
    var model: String

    @Option(help: "The tensor that becomes the output: its name, or its index in the file.")
    var at: String?

    @Option(name: .shortAndLong, help: "The file to write.", completion: .file(extensions: ["tflite"]))
    var output: String

    func validate() throws {
        guard output.hasSuffix(".tflite") else { throw ValidationError("--output must end in .tflite") }
        guard output != model else { throw ValidationError("--output would overwrite the model that is cut") }
    }

    func run() throws {
        let bytes = try readFile(model)
        var document: ModelDocument
        do {
            document = try ModelDocument(bytes, name: model)
        } catch {
            throw fail("\(model): \(error)", .badInput)
        }
        let layerCount = document.operators.count
        let tensor: ModelDocument.Tensor
        do {
            let place = try at.map(document.tensor) ?? document.globalPool()
            tensor = document.tensors[place]
            try document.cut(at: place)
        } catch {
            throw fail("\(model): \(error)", .badInput)
        }
        let file = document.file()
        try write(file, to: output)
        try write(Array(sidecar(cutAt: tensor.name).utf8), to: String(output.dropLast(6)) + "yaml")
        report(tensor, layerCount: layerCount, keptLayerCount: document.operators.count, byteCount: bytes.count, keptByteCount: file.count)
        // What was written is read back, as every other command will.
        do {
            _ = try LoadedModel(path: output)
        } catch {
            Terminal.output.line(Terminal.output.styled("note: ", .yellow) + "this is no embedder: \(error)")
        }
    }

    private func report(_ tensor: ModelDocument.Tensor, layerCount: Int, keptLayerCount: Int, byteCount: Int, keptByteCount: Int) {
        let shape = tensor.shape.map(String.init).joined(separator: ",")
        Terminal.output.line("cut at \(Terminal.output.styled(tensor.name, .bold)) [\(shape)]")
        Terminal.output.line(
            "kept \(keptLayerCount) of \(layerCount) layers, \(Text.bytes(keptByteCount)) of \(Text.bytes(byteCount)): \(output)")
    }

    /// What the front of the model needs to be told, since metadata is not kept: its head, and how pictures are prepared.
    private func sidecar(cutAt tensor: String) -> String {
        var lines = ["head: embedder", "description: \(quoted("\(URL(filePath: model).lastPathComponent), cut at \(tensor)"))"]
        // A model whose head nobody knows has nothing more to say than its file.
        if let whole = try? LoadedModel(path: model), case .affine(let means, let deviations) = whole.normalization {
            lines += ["input:", "  mean: \(means)", "  std: \(deviations)"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    }

    private func write(_ bytes: [UInt8], to path: String) throws {
        do {
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw fail("\(path) cannot be written: is the folder there, and writable?")
        }
    }
}
