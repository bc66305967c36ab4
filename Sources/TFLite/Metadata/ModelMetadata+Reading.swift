import ModelGraph
import Tensors

/// The tables of the metadata schema ("M001"), by their field ids.
extension ModelMetadata {
    private static let maximumListCount = 1_024
    private static let maximumLabelFileCount = 16

    mutating func read(_ reader: Reader, graph: Graph, archive: Archive?) throws(ModelFileError) {
        let root = try reader.root(identifier: "M001")
        name = try root.string(0, "name")?.nonEmpty
        summary = try root.string(1, "description")?.nonEmpty
        version = try root.string(2, "version")?.nonEmpty
        author = try root.string(4, "author")?.nonEmpty
        license = try root.string(5, "license")?.nonEmpty
        guard let subgraph = try root.tables(3, "subgraph_metadata", maximumCount: Self.maximumListCount).first else { return }
        let inputTables = try subgraph.tables(2, "input_tensor_metadata", maximumCount: Self.maximumListCount)
        let outputTables = try subgraph.tables(3, "output_tensor_metadata", maximumCount: Self.maximumListCount)
        if fits(inputTables, graph.inputs, "inputs") {
            var inputs: [TensorMetadata] = []
            for (table, index) in zip(inputTables, graph.inputs) {
                var input = try describe(table)
                input.normalization = try normalization(table, shape: graph.tensors[index].shape)
                inputs.append(input)
            }
            self.inputs = inputs
        }
        if fits(outputTables, graph.outputs, "outputs") {
            var outputs: [TensorMetadata] = []
            var files: [String: [String]] = [:]
            for table in outputTables {
                var output = try describe(table)
                output.labels = try labels(table, archive, &files)
                outputs.append(output)
            }
            self.outputs = outputs
        }
    }

    private mutating func fits(_ tables: [Table], _ tensors: [Int], _ what: String) -> Bool {
        if tables.isEmpty { return false }
        if tables.count == tensors.count { return true }
        notes.append("describes \(tables.count) \(what), the model has \(tensors.count): left out")
        return false
    }

    private func describe(_ table: Table) throws(ModelFileError) -> TensorMetadata {
        var metadata = TensorMetadata()
        metadata.name = try table.string(0, "name")?.nonEmpty
        metadata.summary = try table.string(1, "description")?.nonEmpty
        return metadata
    }

    /// The first process unit that holds NormalizationOptions (type 1 of its union).
    private mutating func normalization(_ table: Table, shape: Shape) throws(ModelFileError) -> Normalization? {
        for unit in try table.tables(4, "process_units", maximumCount: Self.maximumListCount)
        where try unit.uint8(0, "options_type") == 1 {
            guard let options = try unit.table(1, "options") else { continue }
            let means = try options.float32s(0, "mean") ?? []
            let deviations = try options.float32s(1, "std") ?? []
            let channels = shape.extents.last ?? 1
            guard let normalization = Normalization(means: means, deviations: deviations, channels: channels) else {
                notes.append(
                    """
                    \(options.path): needs one mean and std, or \(channels), and every std above 0; it has \(means.prefix(8)) and \
                    \(deviations.prefix(8)): left out
                    """)
                continue
            }
            return normalization
        }
        return nil
    }

    /// The first file of labels; one without a locale goes before translations.
    /// - Parameter files: the names in the files that were read before, empty for those that failed: each is read once, and only so many.
    private mutating func labels(
        _ table: Table, _ archive: Archive?, _ files: inout [String: [String]]
    ) throws(ModelFileError) -> Labels? {
        var candidates: [(name: String, meaning: Labels.Meaning, isTranslation: Bool, path: String)] = []
        for file in try table.tables(6, "associated_files", maximumCount: Self.maximumListCount) {
            let meaning: Labels.Meaning
            switch try file.int8(2, "type") {
            case 2: meaning = .axis
            case 3: meaning = .value
            default: continue
            }
            guard let name = try file.string(0, "name") else { continue }
            candidates.append((name, meaning, try file.string(3, "locale")?.nonEmpty != nil, file.path))
        }
        guard let file = candidates.first(where: { !$0.isTranslation }) ?? candidates.first else { return nil }
        if let names = files[file.name] {
            return names.isEmpty ? nil : Labels(meaning: file.meaning, names: names, fileName: file.name)
        }
        guard files.count < Self.maximumLabelFileCount else {
            notes.append("\(file.path): more than \(Self.maximumLabelFileCount) label files: left out")
            return nil
        }
        guard let archive, archive.contains(file.name) else {
            notes.append("\(file.path): label file '\(file.name.prefix(64))' is not in the model: left out")
            return nil
        }
        files[file.name] = []
        do {
            let bytes = try archive.contents(of: file.name)
            let names = NameDictionary.looksLikeOne(bytes) ? NameDictionary.names(in: bytes) : LabelFile.names(in: bytes)
            guard let names else {
                notes.append("\(file.path): '\(file.name.prefix(64))' is not a list of labels: left out")
                return nil
            }
            files[file.name] = names
            return Labels(meaning: file.meaning, names: names, fileName: file.name)
        } catch {
            notes.append("\(file.path): \(error): left out")
            return nil
        }
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
