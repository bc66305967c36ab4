import ModelGraph

/// What a file says about its model beside the graph: TFLite Metadata (a FlatBuffer in the file, and label files in a ZIP part behind it).
///
/// All of it is optional, and none of it can keep a model from loading: what is damaged or does not fit the graph is left out, and `notes`
/// says so. The labels of Ultralytics exports, which write a dictionary where the format wants a list, are read too.
package struct ModelMetadata: Sendable, Hashable {
    package var name: String?
    package var summary: String?
    package var version: String?
    package var author: String?
    package var license: String?
    /// One for each input of the graph, or none at all.
    package var inputs: [TensorMetadata] = []
    /// One for each output of the graph, or none at all.
    package var outputs: [TensorMetadata] = []
    /// What was left out and why, for `picket model inspect`.
    package var notes: [String] = []

    package init() {}

    /// The labels of the first output that has some.
    package var labels: Labels? { outputs.lazy.compactMap(\.labels).first }

    /// The normalisation of the first input, when the file says one.
    package var normalization: Normalization? { inputs.first?.normalization }
}

/// What a file says about one input or output.
package struct TensorMetadata: Sendable, Hashable {
    package var name: String?
    package var summary: String?
    package var normalization: Normalization?
    package var labels: Labels?

    package init() {}
}

/// How 8-bit image values become the real values of an input: real = (value - mean) / deviation.
package struct Normalization: Sendable, Hashable {
    /// One, or one for each channel; finite.
    package let means: [Float]
    /// As many as means; finite and above 0.
    package let deviations: [Float]

    /// Nil unless there is one mean and deviation for all channels or one each, all finite, and no deviation is 0 or below.
    package init?(means: [Float], deviations: [Float], channels: Int) {
        guard !means.isEmpty, !deviations.isEmpty, means.count == 1 || means.count == channels,
            deviations.count == 1 || deviations.count == channels, means.allSatisfy(\.isFinite),
            deviations.allSatisfy({ $0.isFinite && $0 > 0 })
        else { return nil }
        let count = max(means.count, deviations.count)
        self.means = means.count == count ? means : Array(repeating: means[0], count: count)
        self.deviations = deviations.count == count ? deviations : Array(repeating: deviations[0], count: count)
    }
}

/// The names of the classes of an output.
package struct Labels: Sendable, Hashable {
    package enum Meaning: String, Sendable, Hashable {
        /// Element i along the last axis belongs to name i, as in scores of a classifier.
        case axis
        /// An element's value is the index of its name, as in the classes of a detector.
        case value
    }

    package let meaning: Meaning
    /// In the order of the classes; may hold "???" for the background or unused classes.
    package let names: [String]
    /// The file that they come from.
    package let fileName: String

    package init(meaning: Meaning, names: [String], fileName: String) {
        self.meaning = meaning
        self.names = names
        self.fileName = fileName
    }
}

extension ModelMetadata {
    /// Reads what there is; never fails.
    ///
    /// - Parameter bytes: the whole file.
    init(_ bytes: [UInt8], entry: MetadataEntry?, graph: Graph) {
        self.init()
        let archive = readArchive(bytes)
        switch entry {
        case nil: break
        case .empty: notes.append("TFLITE_METADATA is empty")
        case .bytes(let range):
            do {
                try read(Reader(bytes, range: range), graph: graph, archive: archive)
            } catch {
                notes.append("TFLITE_METADATA is damaged: \(error)")
            }
        }
        addLooseLabels(archive, graph: graph)
    }

    private mutating func readArchive(_ bytes: [UInt8]) -> Archive? {
        do {
            return try Archive(bytes)
        } catch {
            notes.append("the ZIP part behind the model is damaged: \(error)")
            return nil
        }
    }

    /// Newer Ultralytics exports append their dictionary without any metadata that points to it.
    private mutating func addLooseLabels(_ archive: Archive?, graph: Graph) {
        guard let archive, outputs.allSatisfy({ $0.labels == nil }), let first = graph.outputs.indices.first else { return }
        for fileName in ["metadata.json", "temp_meta.txt"] where archive.contains(fileName) {
            guard let bytes = try? archive.contents(of: fileName), let names = NameDictionary.names(in: bytes) else { continue }
            if outputs.count != graph.outputs.count { outputs = Array(repeating: TensorMetadata(), count: graph.outputs.count) }
            outputs[first].labels = Labels(meaning: .axis, names: names, fileName: fileName)
            return
        }
    }
}
