/// Why the appliance could not do what was asked.
package enum ApplianceError: Error, Sendable, Equatable, CustomStringConvertible {
    case notAFile(device: String)
    case model(String)
    case thread(String)
    /// A file or pipe that cannot be read, or no longer.
    case source(device: String, reason: String)
    /// Another process holds the lock of this storage folder.
    case alreadyRunning(path: String)
    /// A picture of a benchmark that cannot be written.
    case chart(path: String, reason: String)

    package var description: String {
        switch self {
        case .notAFile(let device): "\(device) has no end; name a clip, for example --source file:clip.mjpeg"
        case .model(let text): text
        case .thread(let text): text
        case .source(let device, let reason): "\(device): \(reason)"
        case .alreadyRunning(let path): "another picket already uses \(path); stop it first, or give this one another storage.path"
        case .chart(let path, let reason): "\(path): \(reason)"
        }
    }
}
