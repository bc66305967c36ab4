import Frames

/// Finds the nodes that a selector means, as they are now: numbers change whenever a camera is plugged in again.
enum DeviceLookup {
    /// A camera has a few nodes; a pattern that fits more is cut.
    static let maximumCandidateCount = 16

    /// Paths of the nodes to try, in this order, none twice. Empty for anything that is no camera.
    static func candidates(_ device: DeviceSelector, _ kernel: any CameraKernel) -> [String] {
        var paths: [String] = []
        switch device {
        case .node(let path): paths = [path]
        case .link(let folder, let pattern):
            paths = kernel.links(folder).filter { Pattern.matches(pattern, $0.name) }.map(\.target)
        case .name(let pattern):
            paths = kernel.videoNodes().filter { Pattern.matches(pattern, $0.name) }.map(\.path)
        case .file, .standardInput, .testPattern: break
        }
        var unique: [String] = []
        for path in paths where !unique.contains(path) && unique.count < maximumCandidateCount { unique.append(path) }
        return unique
    }

    /// A picture of the candidates that changes when one of them comes, goes, or is made anew.
    static func snapshot(_ device: DeviceSelector, _ kernel: any CameraKernel) -> [String: UInt64] {
        candidates(device, kernel).reduce(into: [:]) { picture, path in picture[path] = kernel.identity(of: path) }
    }
}
