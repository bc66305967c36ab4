/// Which source the settings mean by `device:`.
package enum DeviceSelector: Sendable, Hashable, CustomStringConvertible {
    /// A node by its path: `/dev/video0`.
    case node(String)
    /// Nodes whose name below `/dev/v4l/by-id` or `/dev/v4l/by-path` fits a pattern with `*` and `?`.
    case link(DeviceLink.Folder, pattern: String)
    /// Nodes whose device has a name that fits a pattern with `*` and `?`.
    case name(pattern: String)
    /// A clip, an image, or a folder of images.
    case file(path: String)
    /// Concatenated JPEGs on the standard input.
    case standardInput
    /// The built-in moving picture.
    case testPattern

    /// The forms, for messages.
    static let forms = "/dev/video0, by-id/PATTERN, by-path/PATTERN, by-name/PATTERN, file:PATH, stdin:mjpeg or test:pattern"

    package var isCamera: Bool {
        switch self {
        case .node, .link, .name: true
        case .file, .standardInput, .testPattern: false
        }
    }

    /// As it stands in the settings (paths made absolute).
    package var description: String {
        switch self {
        case .node(let path): path
        case .link(let folder, let pattern): "\(folder.rawValue)/\(pattern)"
        case .name(let pattern): "by-name/\(pattern)"
        case .file(let path): "file:\(path)"
        case .standardInput: "stdin:mjpeg"
        case .testPattern: "test:pattern"
        }
    }

    /// What is wrong with a `device:`, and what to write instead.
    struct Refusal: Error, Equatable {
        let message: String
        let suggestion: String
    }

    /// Reads a `device:`.
    /// - Parameter folder: relative paths of files start here.
    static func parse(_ text: String, relativeTo folder: String) throws(Refusal) -> DeviceSelector {
        func rest(_ prefix: String) -> String? { text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil }
        func pattern(_ text: String, _ example: String) throws(Refusal) -> String {
            guard !text.isEmpty, text.utf8.count <= 255, !text.utf8.contains(0) else {
                throw Refusal(message: "a name is missing after the '/'", suggestion: "write for example \(example)")
            }
            return text
        }
        if let name = rest("by-id/") { return .link(.byID, pattern: try pattern(name, "by-id/usb-Arducam*-video-index0")) }
        if let name = rest("by-path/") { return .link(.byPath, pattern: try pattern(name, "by-path/*usb-0:1.2:1.0-video-index0")) }
        if let name = rest("by-name/") ?? rest("name:") { return .name(pattern: try pattern(name, "by-name/HD Pro Webcam*")) }
        if let path = rest("file:") { return .file(path: try file(path, relativeTo: folder)) }
        if text == "stdin:mjpeg" { return .standardInput }
        if text == "test:pattern" { return .testPattern }
        if text.hasPrefix("/dev/"), text.utf8.count > 5, text.utf8.count <= 255 { return .node(text) }
        throw Refusal(message: "unknown device '\(text.prefix(80))'", suggestion: suggestion(for: text))
    }

    private static func file(_ path: String, relativeTo folder: String) throws(Refusal) -> String {
        guard !path.isEmpty, path.utf8.count <= 4000, !path.utf8.contains(0) else {
            throw Refusal(message: "a path is missing after 'file:'", suggestion: "write for example file:clip.mjpeg or file:images/")
        }
        let kind = FileKind(path)
        if kind == .other {
            throw Refusal(
                message: "'\(path)' is not a kind of file that can be played (.mjpeg, .mjpg, .jpg, .jpeg or a folder)",
                suggestion: "convert a video with 'ffmpeg -i INPUT -c:v mjpeg -q:v 3 -f mjpeg clip.mjpeg'")
        }
        return path.hasPrefix("/") || folder.isEmpty ? path : folder + (folder.hasSuffix("/") ? "" : "/") + path
    }

    private static func suggestion(for text: String) -> String {
        if text.hasPrefix("video"), text.dropFirst(5).allSatisfy(\.isNumber) { return "did you mean '/dev/\(text)'?" }
        if !text.isEmpty, text.allSatisfy(\.isNumber) { return "did you mean '/dev/video\(text)'?" }
        if text.contains("://") { return "pipe it in: ffmpeg -i URL -c:v mjpeg -f mjpeg - | picket run ..., with device: stdin:mjpeg" }
        if text == "stdin" || text == "-" || text.hasPrefix("stdin:") { return "did you mean 'stdin:mjpeg'?" }
        if text == "test" || text.hasPrefix("test:") { return "did you mean 'test:pattern'?" }
        if text.hasSuffix("/") || [.clip, .image].contains(FileKind(text)) { return "did you mean 'file:\(text)'?" }
        return "write \(forms)"
    }
}

/// What a file is, as its name says.
enum FileKind: Equatable {
    /// Concatenated JPEGs.
    case clip
    /// One JPEG.
    case image
    /// No ending: a folder, if it is there.
    case folder
    case other

    init(_ path: String) {
        let name = path.split(separator: "/", omittingEmptySubsequences: true).last ?? ""
        if path.hasSuffix("/") || !name.dropFirst().contains(".") {
            self = .folder
            return
        }
        switch name.split(separator: ".").last.map({ $0.lowercased() }) {
        case "mjpeg", "mjpg": self = .clip
        case "jpg", "jpeg": self = .image
        default: self = .other
        }
    }
}
