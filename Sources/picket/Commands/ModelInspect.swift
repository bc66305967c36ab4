import ArgumentParser
import Inference
import ModelGraph
import Models
import TFLite
import Tensors

struct Model: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at a model file, runs it on raw tensors, or keeps the front of it.",
        subcommands: [ModelInspect.self, ModelRun.self, ModelCut.self],
        defaultSubcommand: ModelInspect.self)
}

/// Which model and which kernels.
struct ModelOptions: ParsableArguments {
    @Argument(help: "A .tflite file.", completion: .file(extensions: ["tflite"]))
    var model: String

    @Option(help: "Which kernels to use instead of the best: reference, baseline ...")
    var cpu: String?

    func tier() throws -> Tier {
        guard let cpu else { return .best }
        guard let tier = Tier(rawValue: cpu), tier.isAvailable else {
            throw ValidationError("--cpu \(cpu): this machine has \(Tier.available.map(\.rawValue).joined(separator: ", "))")
        }
        return tier
    }
}

/// How many threads run a model.
struct ThreadOptions: ParsableArguments {
    @Option(help: "Threads; no more than this process has CPUs.")
    var threads = 1

    func validate() throws {
        guard (1...ThreadCount.maximum).contains(threads) else { throw ValidationError("--threads must be in 1...\(ThreadCount.maximum)") }
    }
}

struct ModelInspect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Shows what a model is: inputs, outputs, layers, labels, memory, work.")

    @OptionGroup var options: ModelOptions

    @Flag(help: "Lists every layer.")
    var layers = false

    @Flag(help: "One JSON object.")
    var json = false

    private struct Facts: Encodable {
        struct Endpoint: Encodable {
            let name: String
            let type: String
            let shape: [Int]
            let scale: Float?
            let zeroPoint: Int32?
        }

        let path: String
        let sha256: String
        let bytes: Int
        let head: String?
        let labels: [String]
        let labelSource: String?
        let inputs: [Endpoint]
        let outputs: [Endpoint]
        let layers: Int
        let multiplyAccumulates: Int
        let arenaBytes: Int
        let packedBytes: Int
        let tier: String
    }

    func run() throws {
        let bare: PlannedModel
        do {
            bare = try PlannedModel(path: options.model, tier: try options.tier())
        } catch let error as ModelError {
            throw fail(error.description, .badInput)
        }
        // A model without a known head (a pose, a segmentation) can be looked at and run all the same.
        let loaded = Result { try LoadedModel(path: options.model, tier: try options.tier()) }
        let model = try? loaded.get()
        if json {
            Terminal.output.line(Text.json(facts(bare, model), isPretty: true))
            return
        }
        show(bare, model)
        if case .failure(let error) = loaded { Terminal.output.line(Terminal.output.styled("note: ", .yellow) + "\(error)") }
    }

    private func facts(_ bare: PlannedModel, _ model: LoadedModel?) -> Facts {
        func endpoint(_ facts: Plan.Endpoint) -> Facts.Endpoint {
            Facts.Endpoint(
                name: facts.name, type: facts.elementType.rawValue, shape: facts.shape.extents, scale: facts.quantization?.scale,
                zeroPoint: facts.quantization?.zeroPoint)
        }
        return Facts(
            path: options.model, sha256: bare.digest, bytes: bare.byteCount, head: model?.kind.rawValue, labels: model?.labels ?? [],
            labelSource: model?.labelSource, inputs: bare.plan.inputs.map(endpoint), outputs: bare.plan.outputs.map(endpoint),
            layers: bare.file.graph.layers.count, multiplyAccumulates: bare.plan.multiplyAccumulateCount,
            arenaBytes: bare.plan.arenaByteCount, packedBytes: bare.plan.packedByteCount, tier: bare.plan.tier.rawValue)
    }

    private func show(_ bare: PlannedModel, _ model: LoadedModel?) {
        let terminal = Terminal.output
        let plan = bare.plan
        func row(_ key: String, _ value: String) {
            terminal.line(terminal.styled(key + String(repeating: " ", count: 10 - key.count), .bold) + value)
        }
        row("model", "\(options.model) (\(Text.bytes(bare.byteCount)))")
        row("sha256", bare.digest)
        let metadata = bare.file.metadata()
        if let name = metadata.name { row("name", name) }
        if let summary = model?.sidecar.summary ?? metadata.summary { row("about", String(summary.prefix(300))) }
        if let license = model?.sidecar.license ?? metadata.license { row("license", String(license.prefix(120))) }
        if let model { row("head", model.kind.rawValue) }
        for (index, input) in plan.inputs.enumerated() { row("input \(index)", describe(input)) }
        for (index, output) in plan.outputs.enumerated() { row("output \(index)", describe(output)) }
        if let model, !model.labels.isEmpty {
            let shown = model.labels.prefix(12).joined(separator: ", ") + (model.labels.count > 12 ? ", ..." : "")
            row("labels", "\(model.labels.count) from \(model.labelSource): \(shown)")
        }
        row("layers", "\(bare.file.graph.layers.count)")
        row("work", "\(Text.number(Double(plan.multiplyAccumulateCount) / 1e6, decimals: 1)) million multiply-accumulates")
        let map = plan.memoryMap
        let isLeast = map.byteCount == map.leastByteCount
        let verdict = isLeast ? "no layout needs less" : "the least possible is \(Text.bytes(map.leastByteCount))"
        row("memory", "\(Text.bytes(plan.arenaByteCount)) working memory, \(Text.bytes(plan.packedByteCount)) packed weights")
        row("", "\(Text.bytes(map.byteCount)) of it activations: \(verdict)")
        row("kernels", plan.tier.rawValue)
        for note in metadata.notes { terminal.line(terminal.styled("note: ", .yellow) + note) }
        if layers {
            for (index, outline) in plan.layerOutlines.enumerated() {
                let work = outline.multiplyAccumulateCount
                terminal.line("  \(index)  \(outline.name)" + (work > 0 ? "  \(Text.number(Double(work) / 1e6, decimals: 2)) MMAC" : ""))
            }
        }
    }

    private func describe(_ facts: Plan.Endpoint) -> String {
        let quantization = facts.quantization.map { "  real = \($0.scale) * (stored - \($0.zeroPoint))" } ?? ""
        return "\(facts.elementType.rawValue) \(facts.shape)  \(facts.name)\(quantization)"
    }
}
