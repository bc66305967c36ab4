import Capture
import Frames

/// The cameras of the machine and what they offer.
enum CameraCheck {
    /// Nodes of these drivers capture nothing by themselves: they convert and decode.
    private static let converters = ["bcm2835-codec", "bcm2835-isp", "pispbe", "rpivid", "rpi-hevc-dec"]

    static func isConverter(_ report: CameraReport) -> Bool {
        report.capabilities.map { capabilities in converters.contains { capabilities.driver.hasPrefix($0) } } ?? false
    }

    static func findings(_ reports: [CameraReport], isNeeded: Bool) -> [Finding] {
        let sources = reports.filter { $0.problem != nil || ($0.isCamera && !isConverter($0)) }
        let isAnyUsable = sources.contains { $0.problem == nil && $0.formats.contains(where: \.isUsable) }
        var findings = sources.map { finding($0, isAnyUsable: isAnyUsable) }
        if sources.isEmpty { findings = [none(isNeeded)] }
        let others = reports.count - sources.count
        if others > 0 {
            findings.append(.pass("other nodes", "\(others) video node\(others == 1 ? " is" : "s are") no camera (codecs, metadata)"))
        }
        return findings
    }

    private static func none(_ isNeeded: Bool) -> Finding {
        guard isNeeded else { return .pass("cameras", "none, and the configuration needs none") }
        return .warn(
            "cameras", "there is none",
            cure: "Plug in a USB camera and look at the kernel's log (dmesg); without one, file:, stdin:mjpeg and test:pattern work.")
    }

    private static func finding(_ report: CameraReport, isAnyUsable: Bool) -> Finding {
        if let problem = report.problem {
            return .fail(report.path, report.name, cure: sentence(problem))
        }
        let usable = report.formats.filter(\.isUsable)
        guard !usable.isEmpty else {
            let offered = report.formats.map(\.code.description).joined(separator: ", ")
            let text = "\(report.name): none of its formats can be read" + (offered.isEmpty ? "" : " (\(offered))")
            let cure =
                "A camera on the ribbon cable speaks through libcamera: pipe rpicam-vid --codec mjpeg into picket run, device: stdin:mjpeg."
            return isAnyUsable ? .pass(report.path, text, cure: cure) : .warn(report.path, text, cure: cure)
        }
        return .pass(report.path, report.name, details: ["device: \(report.recommendedDevice)"] + usable.map(line))
    }

    /// `MJPG 1280x720 at 30 15, 640x480 at 60 30`
    private static func line(_ format: CameraReport.Format) -> String {
        let sizes = format.sizes.map { offer in
            let rates = offer.rates.map(\.description).joined(separator: " ")
            return text(offer.size) + (rates.isEmpty ? "" : " at \(rates)")
        }
        return "\(format.code) " + (sizes.isEmpty ? "in sizes that the driver does not tell" : sizes.joined(separator: ", "))
    }

    private static func text(_ size: OfferedSize) -> String {
        switch size {
        case .exactly(let size): size.description
        case .range(let smallest, let largest): "\(smallest) to \(largest)"
        }
    }

    /// Begins with a capital and ends with a full stop.
    static func sentence(_ text: String) -> String {
        let text = text.prefix(1).uppercased() + text.dropFirst()
        return text.hasSuffix(".") || text.hasSuffix("?") ? text : text + "."
    }
}
