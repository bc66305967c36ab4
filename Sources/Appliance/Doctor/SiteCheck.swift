import Actions
import Capture
import Frames
import Inference
import Models
import Settings
import Workflow

/// The configuration against the machine: models, camera, lines.
struct SiteCheck {
    private let site: Site
    private let system: SystemReadings
    private let cameras: [CameraReport]
    private let lines: OutputCheck

    init(
        _ site: Site, _ system: SystemReadings, _ board: Board?, _ cameras: [CameraReport], _ gpio: Result<GPIOInventory, ActionsError>
    ) {
        self.site = site
        self.system = system
        self.cameras = cameras
        lines = OutputCheck(chips: gpio.chips, board: board)
    }

    var findings: [Finding] {
        let outputs = site.outputs.map(lines.finding)
        switch site.configuration {
        case .failure(let error): return error.issues.map(issue) + outputs
        case .success(let configuration):
            let definition = configuration.definition
            let summary = [
                Wording.count(definition.nodes.count, "node"), Wording.count(definition.models.count, "model"),
                Wording.count(site.outputs.count, "output"),
            ].joined(separator: ", ")
            return [.pass("file", "\(site.path): \(summary)")] + definition.notes.map(note) + [camera(configuration.camera)]
                + models(configuration) + outputs
        }
    }

    private func issue(_ issue: Issue) -> Finding {
        let place = "\(issue.file):\(issue.position.line):\(issue.position.column)"
        let path = issue.path.isEmpty ? "" : issue.path + ": "
        return .fail(
            "file", "\(place): \(path)\(issue.message)",
            cure: issue.suggestion.map(CameraCheck.sentence) ?? "Correct it and run picket check.")
    }

    private func note(_ note: Issue) -> Finding {
        let path = note.path.isEmpty ? "" : note.path + ": "
        return .warn(
            "file", "\(note.file):\(note.position.line): \(path)\(note.message)",
            cure: note.suggestion.map(CameraCheck.sentence) ?? "Change it unless it is meant.")
    }

    // MARK: Camera

    private func camera(_ settings: CameraSettings) -> Finding {
        let device = settings.device
        switch device {
        case .testPattern, .standardInput: return .pass("camera", "\(device)")
        case .file(let path):
            return Folder.isFolder(path) != nil
                ? .pass("camera", "\(device)") : .fail("camera", "\(device) is not there", cure: "Correct camera.device.")
        case .node, .link, .name: break
        }
        let fitting = cameras.filter { Self.fits(device, $0) }
        guard let report = fitting.first(where: { $0.isCamera && !$0.formats.isEmpty }) ?? fitting.first else {
            return .fail("camera", "no camera fits '\(device)'", cure: "Plug it in, or write the device of a camera that is listed above.")
        }
        if let problem = report.problem { return .fail("camera", "\(device)", cure: CameraCheck.sentence(problem)) }
        guard report.isCamera else {
            return .fail(
                "camera", "\(report.path) captures no video", cure: "A camera has several nodes; choose the one that ends in index0.")
        }
        return offer(settings, report)
    }

    private static func fits(_ device: DeviceSelector, _ report: CameraReport) -> Bool {
        switch device {
        case .node(let path): report.path == path || report.path == Folder.resolved(path)
        case .link(let folder, let pattern):
            report.links.contains {
                $0.hasPrefix(folder.rawValue + "/") && Pattern.matches(pattern, String($0.dropFirst(folder.rawValue.count + 1)))
            }
        case .name(let pattern): Pattern.matches(pattern, report.name)
        default: false
        }
    }

    private func offer(_ settings: CameraSettings, _ report: CameraReport) -> Finding {
        let formats = report.formats.filter { format in format.code.pixelFormat.map(settings.formats.contains) ?? false }
        let wanted = settings.formats.map(\.rawValue).joined(separator: ", ")
        guard !formats.isEmpty else {
            let offered = report.formats.map(\.code.description).joined(separator: ", ")
            return .fail(
                "camera", "\(report.path) has none of the formats \(wanted)", cure: "Write one of these as camera.format: \(offered).")
        }
        let text = "\(report.path), \(report.name)"
        if let size = settings.size {
            let offers = formats.flatMap(\.sizes).filter { $0.size.holds(size) }
            guard formats.contains(where: \.sizes.isEmpty) || !offers.isEmpty else {
                return .warn(
                    "camera", "\(text), does not offer \(size) as \(wanted), so its driver chooses another size",
                    cure: "Write one of the sizes that are listed above as camera.size.")
            }
            let fastest = offers.flatMap(\.rates).max { $0.millihertz < $1.millihertz }
            if let rate = settings.rate, let fastest, rate.millihertz > fastest.millihertz {
                return .warn(
                    "camera", "\(text), gives at most \(fastest) frames a second at \(size), and camera.fps is \(rate)",
                    cure: "Lower camera.fps to \(fastest), or take a smaller camera.size.")
            }
        }
        guard !report.links.isEmpty, case .node = settings.device else { return .pass("camera", text) }
        return .warn(
            "camera", "\(text), by a number that another camera may get after a restart",
            cure: "Write camera.device: \(report.recommendedDevice).")
    }

    // MARK: Models

    /// Of the unit's 300 MB; the rest is for frames, log and program.
    private static let modelMemory = 200_000_000

    private func models(_ configuration: Configuration) -> [Finding] {
        var findings: [Finding] = []
        var memory = 0
        var time = Duration.zero
        for (index, settings) in configuration.definition.models {
            guard let model = configuration.library.model(path: settings.path) else { continue }
            let plan = model.plan
            let duration = system.runTime(plan)
            time += duration / settings.every
            memory += plan.arenaByteCount + plan.packedByteCount
            let input = plan.inputs.first.map { " \($0.shape)" } ?? ""
            let size = Wording.bytes(Int64(model.byteCount))
            let arena = Wording.bytes(Int64(plan.arenaByteCount))
            let packed = Wording.bytes(Int64(plan.packedByteCount))
            let work = Wording.millions(plan.multiplyAccumulateCount)
            findings.append(
                .pass(
                    configuration.definition.nodes[index].id,
                    "\(settings.path), \(model.kind.rawValue)\(input), \(Wording.milliseconds(duration)) a run",
                    details: [
                        "\(size), \(work) multiply-accumulates, arena \(arena), packed \(packed)", "sha256 \(model.digest)",
                    ]))
        }
        guard !findings.isEmpty else { return [] }
        if memory > Self.modelMemory {
            findings.append(
                .warn(
                    "model memory", "\(Wording.bytes(Int64(memory))), of the service's limit of 300 MB",
                    cure: "Take smaller models, or raise MemoryMax= in a drop-in of the unit."))
        }
        if let rate = configuration.camera.rate { findings.append(budget(time, rate)) }
        return findings
    }

    /// Models behind a detector may run several times a frame, so this is the least that a frame costs.
    private func budget(_ time: Duration, _ rate: FrameRate) -> Finding {
        let text = "\(Wording.milliseconds(time)) of models in the \(Wording.milliseconds(rate.period)) between frames (\(rate) a second)"
        return time <= rate.period
            ? .pass("frame budget", text)
            : .warn("frame budget", text + ": frames will be left out", cure: "Lower camera.fps, write every: 2, or take a smaller model.")
    }
}

extension OfferedSize {
    fileprivate func holds(_ size: Size) -> Bool {
        switch self {
        case .exactly(let exact): exact == size
        case .range(let smallest, let largest):
            (smallest.width...max(smallest.width, largest.width)).contains(size.width)
                && (smallest.height...max(smallest.height, largest.height)).contains(size.height)
        }
    }
}
