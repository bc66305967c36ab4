package import Frames
package import Settings

/// The `camera:` of a settings file, checked.
package struct CameraSettings: Sendable, Hashable {
    package static let allFormats: [PixelFormat] = [.mjpeg, .yuyv, .nv12, .rgb24, .grey]

    package var device: DeviceSelector
    /// Nil leaves the choice to the driver; the test pattern takes 640x480 then.
    package var size: Size?
    /// In order of preference, never empty, none twice.
    package var formats: [PixelFormat]
    /// Nil leaves the choice to the driver; files and the test pattern take 25 then.
    package var rate: FrameRate?
    /// A camera that gave no frame for so long is lost; nil takes three times the time after which a stream is restarted.
    package var lostAfter: Duration?
    /// Whether a file starts again at its end.
    package var loops: Bool
    package var masks: [Mask]

    package init(
        device: DeviceSelector, size: Size? = nil, formats: [PixelFormat] = allFormats, rate: FrameRate? = nil, lostAfter: Duration? = nil,
        loops: Bool = false, masks: [Mask] = []
    ) {
        self.device = device
        self.size = size
        self.formats = formats.isEmpty ? Self.allFormats : formats
        self.rate = rate
        self.lostAfter = lostAfter
        self.loops = loops
        self.masks = masks
    }

    /// Reads the mapping and finishes the section; nil when something is wrong, with an issue for each thing in the section's collector.
    /// - Parameter folder: the settings file's folder, where relative paths start.
    package init?(_ section: Section, relativeTo folder: String) {
        let before = section.issues.issues.count
        let device = Self.device(section, folder)
        let size = Self.size(section)
        let formats = Self.formats(section)
        let rate = section.number("fps", in: 0.01...1000).map { FrameRate(perSecond: $0) }
        let lostAfter = section.duration("lost_after")
        let loops = section.boolean("loop")
        let masks = Self.masks(section)
        if let lostAfter {
            let shortest = max(.milliseconds(200), (rate?.period ?? .zero) * 2)
            if lostAfter < shortest || lostAfter > .seconds(3600) {
                section.complain(
                    "lost_after", "must be at least two frames and 200ms, and at most 1h",
                    suggestion: "write for example lost_after: 3s, or leave it out")
            }
        }
        if loops != nil, let device, device.isCamera || device == .standardInput || device == .testPattern {
            section.complain("loop", "only files can start again", suggestion: "leave it out, or write device: file:PATH")
        }
        section.finish()
        guard let device, section.issues.issues.count == before else { return nil }
        self.init(
            device: device, size: size, formats: formats ?? Self.allFormats, rate: rate, lostAfter: lostAfter, loops: loops ?? false,
            masks: masks)
    }

    private static func device(_ section: Section, _ folder: String) -> DeviceSelector? {
        guard let text = section.requiredString("device", example: "/dev/video0") else { return nil }
        do throws(DeviceSelector.Refusal) {
            return try DeviceSelector.parse(text, relativeTo: folder)
        } catch {
            section.complain("device", error.message, suggestion: error.suggestion)
            return nil
        }
    }

    private static func size(_ section: Section) -> Size? {
        guard let text = section.string("size") else { return nil }
        let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let width = parts[0], let height = parts[1], (16...8192).contains(width), (16...8192).contains(height)
        else {
            section.complain(
                "size", "'\(text.prefix(40))' is not a size", suggestion: "write width x height in pixels (16 to 8192 each): 640x480")
            return nil
        }
        return Size(width: width, height: height)
    }

    private static func formats(_ section: Section) -> [PixelFormat]? {
        guard let words = section.strings("format") else { return nil }
        var formats: [PixelFormat] = []
        for word in words {
            guard let format = PixelFormat(rawValue: word) ?? (word == "RGB24" ? .rgb24 : nil) else {
                let other = ["MJPEG": "MJPG", "JPEG": "MJPG", "JPG": "MJPG", "YUY2": "YUYV", "YUV": "YUYV", "GRAY": "GREY", "Y800": "GREY"]
                let known = other[word.uppercased()].map { "did you mean '\($0)'?" }
                section.complain(
                    "format", "unknown format '\(word.prefix(40))'",
                    suggestion: known ?? Suggestion.text(for: word, among: allFormats.map(\.rawValue)))
                continue
            }
            if formats.contains(format) {
                section.complain("format", "'\(word)' is given twice", suggestion: "write each format once, the preferred one first")
            } else {
                formats.append(format)
            }
        }
        if words.isEmpty { section.complain("format", "the list is empty", suggestion: "write for example [MJPG, YUYV], or leave it out") }
        return formats
    }

    private static func masks(_ section: Section) -> [Mask] {
        guard let nodes = section.list("masks") else { return [] }
        guard nodes.count <= Mask.maximumCount else {
            section.complain("masks", "\(nodes.count) masks are too many", suggestion: "use at most \(Mask.maximumCount)")
            return []
        }
        return nodes.reduce(into: []) { masks, node in
            if let mask = Mask(Section(node, section.issues), others: masks) { masks.append(mask) }
        }
    }
}
