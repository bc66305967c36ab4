import ArgumentParser
import FoundationEssentials
import Frames
import Imaging
import Inference
import Models
import Tensors

struct ModelRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Runs a model once and writes its outputs as raw tensors, to be compared bit for bit.",
        discussion: """
            Tensors are raw, little-endian and row-major. Inputs that are not given are filled with their zero point.
            Writes DIR/out0.bin, DIR/out1.bin, ...
            """)

    @OptionGroup var options: ModelOptions

    @OptionGroup var threading: ThreadOptions

    @Option(help: "A JPEG or BMP picture for input 0.", completion: .file(extensions: ["jpg", "jpeg", "bmp"]))
    var image: String?

    @Option(help: "A raw tensor, once for each input in order.", completion: .file())
    var rawInput: [String] = []

    @Option(help: "The folder to write to.", completion: .directory)
    var dump: String

    func run() throws {
        let model: PlannedModel
        do {
            model = try PlannedModel(path: options.model, tier: try options.tier(), threadCount: threading.threads)
        } catch let error as ModelError {
            throw fail(error.description, .badInput)
        }
        guard rawInput.count <= model.plan.inputs.count else {
            throw fail("\(rawInput.count) raw inputs for a model with \(model.plan.inputs.count)", .badInput)
        }
        var runner = Runner(model.plan)
        for (index, facts) in model.plan.inputs.enumerated() {
            let zero = UInt8(truncatingIfNeeded: facts.elementType.byteCount == 1 ? facts.quantization?.zeroPoint ?? 0 : 0)
            runner.withMutableInput(index) { bytes in for position in bytes.indices { bytes[position] = zero } }
        }
        if let image { try fill(&runner, with: image, model) }
        for (index, path) in rawInput.enumerated() { try fill(&runner, index, with: path) }
        runner.run()
        try write(runner, model)
    }

    private func fill(_ runner: inout Runner, with path: String, _ model: PlannedModel) throws {
        do {
            let bytes = try readFile(path)
            let picture = try Picture(file: bytes.span)
            let input = model.plan.inputs[0]
            let normalization: Imaging.Normalization = input.elementType == .float32 ? .signedUnit : .raw
            var filler = TensorFiller(
                try InputTransform(
                    shape: input.shape, elementType: input.elementType, quantization: input.quantization, normalization: normalization))
            try runner.withMutableInput(0) { (tensor) throws(ImagingError) in _ = try filler.fill(&tensor, from: picture) }
        } catch let error as ImagingError {
            throw fail("\(path): \(error)", .badInput)
        }
    }

    private func fill(_ runner: inout Runner, _ index: Int, with path: String) throws {
        let bytes = try readFile(path)
        let needed = runner.plan.inputs[index].region.byteCount
        guard bytes.count == needed else {
            throw fail("\(path) has \(bytes.count) bytes, input \(index) \(runner.plan.inputs[index].shape) takes \(needed)", .badInput)
        }
        runner.withMutableInput(index) { tensor in for position in tensor.indices { tensor[position] = bytes[position] } }
    }

    private func write(_ runner: borrowing Runner, _ model: PlannedModel) throws {
        do {
            try FileManager.default.createDirectory(atPath: dump, withIntermediateDirectories: true)
            for (index, facts) in model.plan.outputs.enumerated() {
                let bytes = runner.withOutput(index) { span in
                    var bytes: [UInt8] = []
                    bytes.reserveCapacity(span.count)
                    for position in span.indices { bytes.append(span[position]) }
                    return bytes
                }
                try Data(bytes).write(to: URL(fileURLWithPath: "\(dump)/out\(index).bin"))
                Terminal.output.line("\(dump)/out\(index).bin  \(facts.elementType.rawValue) \(facts.shape)  \(facts.name)")
            }
        } catch {
            throw fail("cannot write to \(dump): \(error)")
        }
    }
}

/// A whole file, or an error that ends the command.
func readFile(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else { throw fail("cannot read \(path)", .badInput) }
    return [UInt8](data)
}
