import Actions
import Capture
import Journal
import Settings

/// The configuration that the machine is compared with, or why there is none.
struct Site {
    let path: String
    /// The whole configuration, or everything that is wrong with it.
    let configuration: Result<Configuration, SettingsError>
    /// Also there when only other parts of the file are wrong.
    let outputs: [OutputSettings]

    init(path: String) {
        self.path = path
        do throws(SettingsError) {
            let configuration = try ConfigurationFile.load(path)
            self.configuration = .success(configuration)
            outputs = configuration.outputs.map(\.settings)
        } catch {
            configuration = .failure(error)
            outputs = (try? ConfigurationFile.outputs(path)) ?? []
        }
    }

    private var loaded: Configuration? { try? configuration.get() }

    var storage: StorageSettings? { loaded?.storage }
    /// A configuration that cannot be read needs what any needs.
    var needsCamera: Bool { loaded?.camera.device.isCamera ?? true }
    var needsLines: Bool { loaded == nil || outputs.contains { !$0.line.isSimulated } }
}
