package import Imaging
package import Inference
import Settings
import TFLite
import Tensors

/// A model file that was read, proven, planned and understood. Immutable; shared by all threads that run it.
package final class LoadedModel: Sendable {
    private let planned: PlannedModel
    package let sidecar: Sidecar
    package let kind: HeadKind
    /// One name for each class; `class_7` where nobody gave a name.
    package let labels: [String]
    /// Where the labels come from: `sidecar`, `metadata`, `workflow` or `none`.
    package let labelSource: String
    package let normalization: Imaging.Normalization
    let head: Head
    let states: [RecurrentState]

    package var path: String { planned.path }
    /// SHA-256 of the file, in hexadecimal.
    package let digest: String
    /// Of the file.
    package var byteCount: Int { planned.byteCount }
    package var plan: Plan { planned.plan }

    /// The form of an embedder's vectors: how many elements, and value = scale * element. Nil for other models.
    package var embeddingForm: (dimension: Int, scale: Float)? {
        guard case .embedding(let output, let scale) = head else { return nil }
        return (output.elementCount, scale)
    }

    /// Each class has a name in memory; a damaged file must not ask for millions.
    package static let maximumLabelCount = 65_536

    /// Reads a model.
    /// - Parameters:
    ///   - path: a `.tflite` file; its sidecar `<name>.yaml` is read when it is there.
    ///   - labels: names given in the workflow, used when neither sidecar nor metadata has any.
    ///   - tier: which kernels to prepare.
    ///   - threadCount: how many threads run the model at a time; cut at what the CPUs allow.
    package init(path: String, labels: [String]? = nil, tier: Tier = .best, threadCount: Int = 1) throws(ModelError) {
        let planned = try PlannedModel(path: path, tier: tier, threadCount: threadCount)
        self.planned = planned
        digest = planned.digest
        sidecar = try Self.readSidecar(path.sidecarPath)
        let (file, plan) = (planned.file, planned.plan)
        let metadata = file.metadata()
        guard let input = plan.inputs.first else { throw .input(path: path, reason: "the model has no input") }
        let named: ([String], String)? =
            if let names = sidecar.labels {
                (names, "sidecar")
            } else if let names = metadata.labels?.names {
                (names, "metadata")
            } else {
                labels.map { ($0, "workflow") }
            }
        let isImage = input.shape.rank == 4 && input.shape[0] == 1 && [1, 3].contains(input.shape[3])
        let recognizer = HeadRecognizer(graph: file.graph, plan: plan, sidecar: sidecar, hasLabels: named != nil)
        guard isImage else {
            throw .input(path: path, reason: "input 0 is \(input.elementType.rawValue) \(input.shape), not an image [1,H,W,1 or 3]")
        }
        states = try RecurrentState.pairs(plan, path: path)
        guard let (kind, head) = recognizer.recognize() else {
            let outputs = plan.outputs.map { "\($0.elementType.rawValue) \($0.shape)" }.joined(separator: ", ")
            throw sidecar.head.map { .wrongHead(path: path, head: $0, outputs: outputs) } ?? .unknownHead(path: path, outputs: outputs)
        }
        guard head.labelCount <= Self.maximumLabelCount else {
            throw .invalid(path: path, reason: "has \(head.labelCount) classes, the limit is \(Self.maximumLabelCount)")
        }
        self.kind = kind
        self.head = head
        if let named {
            // Converters write a name for the background too, in front. Any other name too many is an error: guessing which one it is would
            // shift all names by one.
            let hasBackground = named.0.count == head.labelCount + 1 && kind.isDetector && Self.isBackground(named.0[0])
            let names = hasBackground ? Array(named.0.dropFirst()) : named.0
            guard names.count == head.labelCount || kind == .embedder else {
                throw .labels(path: path, found: named.0.count, needed: head.labelCount)
            }
            self.labels = names
            labelSource = named.1
        } else {
            self.labels = (0..<head.labelCount).map { "class_\($0)" }
            labelSource = "none"
        }
        normalization = sidecar.normalization ?? Self.normalization(metadata, input: input)
        do {
            _ = try InputTransform(
                shape: input.shape, elementType: input.elementType, quantization: input.quantization, normalization: normalization)
        } catch {
            throw .input(path: path, reason: error.description)
        }
    }

    private static func isBackground(_ name: String) -> Bool {
        ["background", "__background__", "_background_", "bg", "???", "unlabeled", "none"].contains(name.lowercased())
    }

    /// What the metadata says, or what models of that input type expect when they say nothing.
    private static func normalization(_ metadata: ModelMetadata, input: Plan.Endpoint) -> Imaging.Normalization {
        if let stated = metadata.normalization, input.elementType == .float32 {
            return .affine(mean: stated.means.map(Double.init), std: stated.deviations.map(Double.init))
        }
        // Integer models carry the normalisation in their quantisation already: levels go in as they are.
        return input.elementType == .float32 ? .signedUnit : .raw
    }

    /// No file is an empty sidecar; one that is there has to be good.
    private static func readSidecar(_ path: String) throws(ModelError) -> Sidecar {
        func refusal(_ reason: String) -> ModelError { .sidecar(path: path, issues: "\(path): \(reason)") }
        let bytes: [UInt8]
        do {
            bytes = try RegularFile.bytes(path, limit: SettingsDocument.maximumByteCount)
        } catch {
            if error == .missing { return Sidecar() }
            throw refusal(error.description)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw refusal("is not UTF-8 text; save it as UTF-8") }
        do {
            return try Sidecar(text: text, file: path)
        } catch {
            throw .sidecar(path: path, issues: error.description)
        }
    }
}
