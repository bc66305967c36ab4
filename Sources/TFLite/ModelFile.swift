package import ModelGraph

/// A model read from a file: the proven graph, and what the file says about its inputs and outputs.
package struct ModelFile: Sendable {
    package let graph: Graph
    /// The converter's own remark, for example "MLIR Converted.".
    package let converter: String
    private let bytes: [UInt8]
    /// Where "TFLITE_METADATA" lies; nil when there is none.
    private let metadataEntry: MetadataEntry?

    init(graph: Graph, model: ModelTable, bytes: [UInt8]) {
        self.graph = graph
        converter = model.description
        self.bytes = bytes
        metadataEntry = model.metadataEntry
    }

    /// What the TFLite Metadata in the file says; all empty when there is none.
    ///
    /// Reads it each time, with all labels, which can take as long as a small model: keep it.
    package func metadata() -> ModelMetadata { ModelMetadata(bytes, entry: metadataEntry, graph: graph) }
}

/// Reads TensorFlow Lite files (schema version 3).
package enum ModelFileReader {
    /// Verifies, translates and proves a model. The constants of the graph are views of `bytes`.
    ///
    /// Work and memory are bounded by the file's length and `limits`; every mistake in the file is an error, never a trap. Takes
    /// milliseconds for a file of some megabytes. No I/O, any thread.
    /// - Parameters:
    ///   - bytes: the whole file, so that labels appended to the model are found.
    ///   - name: of the model, for messages.
    /// - Throws: `ModelFileError`, which names the place in the file.
    package static func read(_ bytes: [UInt8], name: String, limits: ModelLimits = .default) throws(ModelFileError) -> ModelFile {
        guard bytes.count <= limits.byteCount else {
            throw .overLimit(path: "", what: "bytes", value: bytes.count, limit: limits.byteCount)
        }
        let reader = Reader(bytes, range: 0..<bytes.count)
        let model = try ModelTable(reader, limits: limits)
        let graph = try Translator(model: model, reader: reader).graph(name: name)
        guard graph.activationByteCount <= limits.activationByteCount else {
            throw .overLimit(
                path: "subgraphs[0]", what: "bytes of activations", value: graph.activationByteCount, limit: limits.activationByteCount)
        }
        guard graph.constantOperandByteCount <= limits.constantByteCount else {
            throw .overLimit(
                path: "subgraphs[0]", what: "bytes of constant operands", value: graph.constantOperandByteCount,
                limit: limits.constantByteCount)
        }
        guard graph.workCount <= limits.workCount else {
            throw .overLimit(path: "subgraphs[0]", what: "multiply-accumulates a run", value: graph.workCount, limit: limits.workCount)
        }
        return ModelFile(graph: graph, model: model, bytes: bytes)
    }
}
