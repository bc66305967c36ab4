package import Actions
import Capture
import FoundationEssentials
import Inference
package import Journal
import Models
package import Settings
import Workflow

/// Reads and checks a configuration file; the same code for `picket check`, `run` and a reload.
package enum ConfigurationFile {
    /// - Parameters:
    ///   - path: of the YAML file; relative paths in it start at its folder.
    ///   - camera: takes the place of `camera.device`, as `--source` asks.
    ///   - storage: takes the place of `storage.path`.
    ///   - tier: which kernels the models are prepared for.
    /// - Throws: `SettingsError` with everything that is wrong.
    package static func load(
        _ path: String, source camera: String? = nil, storage folderOverride: String? = nil, tier: String? = nil
    ) throws(SettingsError) -> Configuration {
        let text = try read(path)
        let root = try SettingsDocument.parse(text, file: path)
        let issues = IssueCollector(file: path)
        let commandLine = IssueCollector(file: "command line")
        let section = Section(root, issues)
        checkVersion(section)

        let folder = Self.folder(of: path)
        let cameraSettings = Self.camera(section, folder: folder, override: camera, commandLine)
        let threadCount = section.integer("threads", in: 1...ThreadCount.maximum) ?? 1
        var storage = storage(section, folder: folder)
        if let folderOverride { storage.path = folderOverride }
        let library = ModelLibrary(
            folder: folder, tier: Self.tier(tier, commandLine), threadCount: threadCount,
            heads: HeadLibrary(folder: learning(section, folder: folder) ?? storage.path + "/learning"))
        let sinks = sinkTypes()
        _ = section.value("nodes")
        let definition = Definition.parse(root: root, catalog: library, sinks: sinks, issues: issues)
        let eventLogs = eventLogs(definition, library, issues)
        let onBad = section.choice("on_bad_config", as: Configuration.OnBadConfiguration.self)
        section.finish()

        // Those of the definition are none while any node is wrong.
        OutputSettings.complainAboutSharedLines(Self.outputs(in: root), issues)
        guard issues.isEmpty, commandLine.isEmpty, let cameraSettings, let definition else {
            throw SettingsError(issues: commandLine.issues + issues.issues)
        }
        return Configuration(
            path: path, digest: digest(text), camera: cameraSettings, definition: definition, storage: storage,
            onBadConfiguration: onBad ?? .lastGood, library: library,
            outputs: values(definition, OutputSettings.self),
            eventLogs: eventLogs, sampleWriters: values(definition, SampleWriterSettings.self))
    }

    /// Only the output lines, for making them safe when nothing else of the file may be trusted: models that are gone and nodes that are
    /// wrong do not keep a pin from being driven to its safe level.
    package static func outputs(_ path: String) throws(SettingsError) -> [OutputSettings] {
        outputs(in: try SettingsDocument.parse(try read(path), file: path))
    }

    private static func outputs(in root: SettingsNode) -> [OutputSettings] {
        let issues = IssueCollector(file: "")
        guard case .sequence(let nodes)? = root["nodes"]?.content else { return [] }
        return nodes.compactMap { node in
            guard case .scalar("gpio-output")? = node["type"]?.content else { return nil }
            let id = if case .scalar(let id)? = node["id"]?.content { id } else { "output" }
            return OutputSettings.read(Section(node, issues), id: id)
        }
    }

    /// Only where the journal lies, for reading it beside a configuration that may have other troubles.
    package static func storage(_ path: String) throws(SettingsError) -> StorageSettings {
        let root = try SettingsDocument.parse(try read(path), file: path)
        return storage(Section(root, IssueCollector(file: path)), folder: folder(of: path))
    }

    private static func storage(_ root: Section, folder: String) -> StorageSettings {
        var storage = root.section("storage").map { StorageSettings($0) } ?? StorageSettings()
        if !storage.path.hasPrefix("/") { storage.path = folder + "/" + storage.path }
        return storage
    }

    /// Where samples and heads lie, when the file says so.
    private static func learning(_ root: Section, folder: String) -> String? {
        guard let section = root.section("learning") else { return nil }
        defer { section.finish() }
        return section.requiredString("library", example: "/var/lib/picket/learning").map { $0.hasPrefix("/") ? $0 : folder + "/" + $0 }
    }

    private static func sinkTypes() -> [SinkType] {
        [
            SinkType(name: "gpio-output") { section, id in OutputSettings.read(section, id: id) },
            SinkType(name: "event-log") { section, _ in EventLogSettings(section) },
            SinkType(name: "sample-writer") { section, _ in SampleWriterSettings(section) },
        ]
    }

    private static func values<Value>(_ definition: Definition?, _ type: Value.Type) -> [(node: Int, settings: Value)] {
        (definition?.sinks ?? []).compactMap { sink in (sink.value as? Value).map { (sink.node, $0) } }
    }

    /// The event logs, each with the embedder whose vectors it keeps.
    private static func eventLogs(
        _ definition: Definition?, _ library: ModelLibrary, _ issues: IssueCollector
    ) -> [(node: Int, settings: EventLogSettings)] {
        values(definition, EventLogSettings.self).map { log in
            var settings = log.settings
            if settings.embeds, let definition { settings.embedder = embedder(of: log.node, definition, library, issues) }
            return (log.node, settings)
        }
    }

    private static func embedder(
        of node: Int, _ definition: Definition, _ library: ModelLibrary, _ issues: IssueCollector
    ) -> EventLogSettings.Embedder? {
        let node = definition.nodes[node]
        let models = definition.models.map(\.settings).filter { node.embedders.contains($0.facts.digest) }
        guard node.embedders.count == 1, let model = models.first else {
            let names = node.embedders.sorted().map { digest in
                "\(models.first { $0.facts.digest == digest }?.path ?? "a model") (\(digest.prefix(12)))"
            }
            issues.add(
                at: node.position, path: node.path + ".embed",
                names.isEmpty
                    ? "no embedding reaches this event-log"
                    : "embeddings of several embedders reach this event-log: \(names.joined(separator: ", "))",
                suggestion: names.isEmpty
                    ? "put an image-cropper and a visual-embedder before it, or an embedding-classifier behind one"
                    : "they cannot be compared; give each its own event-log")
            return nil
        }
        return EventLogSettings.Embedder(
            digest: model.facts.digest, path: PictureEmbedder.absolute(library.model(path: model.path)?.path ?? model.path))
    }

    private static func checkVersion(_ section: Section) {
        guard let text = section.requiredString("version", example: "1") else { return }
        if text != "1" { section.complain("version", "this is version '\(text)', and only 1 is known", suggestion: "write version: 1") }
    }

    private static func tier(_ name: String?, _ issues: IssueCollector) -> Tier {
        guard let name else { return .best }
        if let tier = Tier(rawValue: name) { return tier }
        issues.add(
            at: Position(line: 1, column: 1), path: "", "unknown kernels '\(name)'",
            suggestion: Suggestion.text(for: name, among: Tier.allCases.map(\.rawValue)))
        return .best
    }

    private static func camera(
        _ section: Section, folder: String, override device: String?, _ commandLine: IssueCollector
    ) -> CameraSettings? {
        guard let camera = section.section("camera") else {
            guard let device else {
                section.complain("camera", "'camera' is missing", suggestion: "write for example camera: {device: /dev/video0}")
                return nil
            }
            return substitute(device, commandLine)
        }
        let settings = CameraSettings(camera, relativeTo: folder)
        guard let device else { return settings }
        guard var settings, let other = substitute(device, commandLine) else { return nil }
        settings.device = other.device
        settings.loops = false
        return settings
    }

    /// A device from the command line, whose paths start at the working folder.
    private static func substitute(_ device: String, _ issues: IssueCollector) -> CameraSettings? {
        do {
            let node = try SettingsDocument.parse("device: '\(device.split(separator: "'").joined(separator: "''"))'", file: "--source")
            return CameraSettings(Section(node, issues), relativeTo: FileManager.default.currentDirectoryPath)
        } catch {
            for issue in error.issues { issues.add(at: issue.position, path: "source", issue.message) }
            return nil
        }
    }

    private static func read(_ path: String) throws(SettingsError) -> String {
        func fail(_ message: String, _ suggestion: String?) -> SettingsError {
            SettingsError(
                issues: [Issue(file: path, position: Position(line: 1, column: 1), path: "", message: message, suggestion: suggestion)])
        }
        let bytes: [UInt8]
        do {
            bytes = try RegularFile.bytes(path, limit: SettingsDocument.maximumByteCount)
        } catch {
            let suggestion: String? =
                switch error {
                case .missing: "give the path of a configuration; samples are in firmware-config/workflows"
                case .unreadable: "check who owns it"
                case .notAFile, .tooLarge: nil
                }
            throw fail(error.description, suggestion)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw fail("is not UTF-8 text", "save it as UTF-8") }
        return text
    }

    /// The folder of a path, `.` for a bare name.
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func digest(_ text: String) -> String { ContentDigest.sha256(Array(text.utf8)) }
}
