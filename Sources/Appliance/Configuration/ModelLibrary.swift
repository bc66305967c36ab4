package import Inference
package import Models
package import Settings
import Synchronization
package import Workflow

/// Loads each model file of a configuration once, for its check and for the run after it.
package final class ModelLibrary: ModelCatalog, Sendable {
    private let folder: String
    private let tier: Tier
    private let threadCount: Int
    private let models = Mutex<[String: LoadedModel]>([:])
    /// The heads that nodes use.
    package let heads: HeadLibrary

    /// - Parameters:
    ///   - folder: where relative paths start: the configuration file's.
    ///   - threadCount: how many threads run each of the models.
    ///   - heads: those that were learned on the device.
    package init(folder: String, tier: Tier = .best, threadCount: Int = 1, heads: HeadLibrary) {
        self.folder = folder
        self.heads = heads
        self.tier = tier
        self.threadCount = threadCount
    }

    /// The model of a path as the configuration writes it; nil before `describe` found it sound.
    package func model(path: String) -> LoadedModel? { models.withLock { $0[path] } }

    package func describe(path: String, labels: [String]?, node: SettingsNode, issues: IssueCollector) -> ModelFacts? {
        do throws(ModelError) {
            let model = try load(path, labels: labels)
            if let labels, model.labelSource == "workflow", model.labels != labels {
                issues.add(
                    at: node, "another node gives this model other labels", suggestion: "write the same labels: in all nodes of one model")
            }
            let kind: ModelKind =
                switch model.kind {
                case .classifier: .classifier
                case .embedder: .embedder
                default: .detector
                }
            return ModelFacts(kind: kind, labels: model.labels, digest: model.digest)
        } catch {
            issues.add(at: node, error.description, suggestion: Self.suggestion(error))
            return nil
        }
    }

    package func head(named name: String, neighbours: Int?, node: SettingsNode, issues: IssueCollector) -> HeadSlot? {
        heads.slot(name, neighbours: neighbours, node: node, issues: issues)
    }

    private func load(_ path: String, labels: [String]?) throws(ModelError) -> LoadedModel {
        if let known = model(path: path) { return known }
        let loaded = try LoadedModel(
            path: path.hasPrefix("/") ? path : folder + "/" + path, labels: labels, tier: tier, threadCount: threadCount)
        models.withLock { $0[path] = loaded }
        return loaded
    }

    private static func suggestion(_ error: ModelError) -> String? {
        if case .unreadable = error { return "paths start at the configuration file's folder" }
        return nil
    }
}
