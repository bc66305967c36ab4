/// Why the appliance could not do what was asked.
package enum ApplianceError: Error, Sendable, Equatable, CustomStringConvertible {
    case notAFile(device: String)
    case model(String)
    case thread(String)
    /// Another process holds the lock of this storage folder.
    case alreadyRunning(path: String)

    package var description: String {
        switch self {
        case .notAFile(let device): "\(device) has no end; name a clip, for example --source file:clip.mjpeg"
        case .model(let text): text
        case .thread(let text): text
        case .alreadyRunning(let path): "another picket already uses \(path); stop it first, or give this one another storage.path"
        }
    }
}
