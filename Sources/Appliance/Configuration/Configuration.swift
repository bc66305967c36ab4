package import Actions
package import Capture
package import Journal
package import Workflow

/// Everything that one YAML file says, checked as a whole. Immutable.
package struct Configuration: Sendable {
    /// What happens when a reload finds a file that cannot be used.
    package enum OnBadConfiguration: String, Sendable, Hashable, CaseIterable {
        /// Go on with the last one that was good.
        case lastGood = "last-good"
        /// Make all outputs safe until the file is good again.
        case stop
    }

    /// The file's path as it was given.
    package let path: String
    /// SHA-256 of the file's text, in hexadecimal.
    package let digest: String
    package let camera: CameraSettings
    package let definition: Definition
    package let storage: StorageSettings
    package let onBadConfiguration: OnBadConfiguration
    package let library: ModelLibrary
    /// The sinks by the index of their node in `definition.nodes`.
    package let outputs: [(node: Int, settings: OutputSettings)]
    package let eventLogs: [(node: Int, settings: EventLogSettings)]
    package let sampleWriters: [(node: Int, settings: SampleWriterSettings)]

    /// Node and digest of each model, as `people=3f2a...`.
    package var modelDigests: String {
        definition.models.map { "\(definition.nodes[$0.node].id)=\($0.settings.facts.digest.prefix(12))" }.joined(separator: ",")
    }
}
