package import ModelGraph

/// A model read from a file: the proven graph, and what the file says about its inputs and outputs.
package struct ModelFile: Sendable {
    package let graph: Graph
    /// What the TFLite Metadata in the file says; all empty when there is none.
    package let metadata: ModelMetadata
    /// The converter's own remark, for example "MLIR Converted.".
    package let converter: String

    /// The labels of the first output that has some.
    package var labels: Labels? { metadata.outputs.lazy.compactMap(\.labels).first }

    /// The normalisation of the first input, when the file says one.
    package var normalization: Normalization? { metadata.inputs.first?.normalization }
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
        return ModelFile(graph: graph, metadata: ModelMetadata(model, reader, graph: graph), converter: model.description)
    }
}
