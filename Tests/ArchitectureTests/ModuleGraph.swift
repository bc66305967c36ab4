/// Who may import whom: the rule that keeps workers apart and lets data flow one way (README, "Architecture").
///
/// Rows stand in the order of the levels: a row names only rows above it. A change here is a change of the architecture.
enum ModuleGraph {
    enum Kind {
        /// C code behind one Swift file.
        case shim
        /// Values: no I/O, no threads.
        case data
        /// Turns one kind of data into the next; sees no other worker.
        case worker
        /// One of the few that see several workers.
        case composer
    }

    struct Row {
        let target: String
        let kind: Kind
        /// Modules of the project.
        let modules: Set<String>
        /// Modules of other packages, and FoundationEssentials.
        let external: Set<String>

        init(_ target: String, _ kind: Kind, _ modules: Set<String> = [], external: Set<String> = []) {
            self.target = target
            self.kind = kind
            self.modules = modules
            self.external = external
        }
    }

    /// Modules that come with the compiler and cost nothing. The C library has a list of files of its own: `Habit.cLibrary`.
    static let everywhere: Set<String> = ["Swift", "Synchronization"]
    static let cLibraries: Set<String> = ["Glibc", "Musl", "Darwin"]

    private static let values: Set<String> = ["FixedPoint", "Frames", "Settings", "Tensors", "Predictions", "ModelGraph"]

    static let rows: [Row] = [
        // Level 0
        Row("CKernels", .shim),
        Row("CV4L2", .shim),
        Row("CJPEG", .shim),
        Row("CGPIO", .shim),
        Row("FixedPoint", .data),
        Row("Frames", .data),
        Row("Settings", .data, external: ["Yams"]),
        // Level 1
        Row("Threads", .data, ["Frames"]),
        Row("Tensors", .data, ["FixedPoint"]),
        Row("Predictions", .data, ["Frames"]),
        Row("Capture", .worker, ["Frames", "Settings", "Threads", "CV4L2"]),
        Row("Storage", .data, external: ["Crypto", "GRDB"]),
        // Level 2
        Row("Imaging", .worker, ["Frames", "Tensors", "CJPEG"]),
        Row("ModelGraph", .data, ["FixedPoint", "Tensors"]),
        Row("Learning", .worker, ["FixedPoint", "Frames", "Predictions", "CKernels"]),
        Row("Operators", .worker, ["FixedPoint", "Frames", "Predictions", "Settings"]),
        Row("Actions", .worker, ["Frames", "Predictions", "Settings", "Threads", "CGPIO"]),
        Row("Samples", .worker, ["Frames", "Predictions", "Storage"], external: ["GRDB", "FoundationEssentials"]),
        Row("Journal", .worker, ["Frames", "Predictions", "Settings", "Storage", "Threads"], external: ["GRDB", "FoundationEssentials"]),
        // Level 3
        Row("TFLite", .worker, ["FixedPoint", "Tensors", "ModelGraph"]),
        Row("Inference", .worker, ["FixedPoint", "Threads", "Tensors", "ModelGraph", "CKernels"]),
        // Level 4
        Row("Models", .composer, values.union(["Imaging", "TFLite", "Inference"]), external: ["Crypto", "FoundationEssentials"]),
        // Level 5
        Row("Workflow", .composer, values.union(["Models", "Learning", "Operators"])),
        // Level 6
        Row(
            "Appliance", .composer,
            values.union([
                "Threads", "Capture", "Imaging", "Inference", "Models", "Operators", "Workflow", "Actions", "Journal", "Learning",
                "Samples", "Storage",
            ]),
            external: ["Logging", "FoundationEssentials"]),
        // Level 7: a command may show any part by itself.
        Row(
            "picket", .composer,
            values.union([
                "Threads", "Capture", "Imaging", "TFLite", "Inference", "Models", "Workflow", "Actions", "Journal", "Learning", "Samples",
                "Storage", "Appliance",
            ]),
            external: ["ArgumentParser", "Logging", "FoundationEssentials"]),
    ]

    static let targets = Set(rows.map(\.target))

    static func row(_ target: String) -> Row? { rows.first { $0.target == target } }

    /// Why a target must not import a module; nil when it may.
    static func objection(to module: String, in target: String) -> String? {
        guard let row = row(target) else { return "\(target) has no row in ModuleGraph.swift" }
        if everywhere.contains(module) || cLibraries.contains(module) { return nil }
        if row.modules.contains(module) || row.external.contains(module) { return nil }
        let allowed = row.modules.union(row.external).sorted().joined(separator: ", ")
        return "\(target) must not import \(module); it may import \(allowed.isEmpty ? "nothing" : allowed)"
    }
}

extension SwiftSource {
    /// The modules that the file imports, with any access level, attribute, or kind (`import struct X.Y`), and the lines.
    var imports: [(module: String, line: Int)] {
        let kinds: Set = ["struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor"]
        return tokens.indices.compactMap { index in
            guard tokens[index].kind == .word, tokens[index].text == "import", token(index - 1)?.text != "." else { return nil }
            let first = token(index + 1)
            let name = first.map { kinds.contains($0.text) } == true ? token(index + 2) : first
            guard let name, name.kind == .word else { return nil }
            return (name.text, tokens[index].line)
        }
    }
}
