import Appliance
import Foundation
import Frames
import Journal
import Logging
import Settings
import Synchronization
import Threads

/// The demo's clip and models, which are part of the repository.
enum Demo {
    static let folder = FileManager.default.currentDirectoryPath + "/firmware-config/demo"
    static let clip = folder + "/approach.mjpeg"

    /// The configurations that the repository offers, as paths in `firmware-config`.
    static let samples: [String] = {
        let files = FileManager.default
        let workflows = ((try? files.contentsOfDirectory(atPath: folder + "/../workflows")) ?? []).filter { $0.hasSuffix(".yaml") }
        let demo = files.fileExists(atPath: folder + "/demo.yaml") ? ["demo/demo.yaml"] : []
        return demo + workflows.sorted().map { "workflows/" + $0 }
    }()

    /// The JPEG images of the clip.
    static let images: [[UInt8]] = {
        let bytes = [UInt8](FileManager.default.contents(atPath: clip) ?? Data())
        let starts = bytes.indices.dropLast(2).filter { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xD8 && bytes[$0 + 2] == 0xFF }
        return zip(starts, starts.dropFirst() + [bytes.count]).map { Array(bytes[$0..<$1]) }
    }()

    /// Pads, their state, two lights and a log.
    /// - Parameters:
    ///   - device: a clip.
    ///   - camera: more lines of `camera:`, indented by two.
    ///   - output: more lines of the first output, indented by four.
    static func workflow(device: String = clip, fps: Int = 12, camera: String = "", output: String = "", end: String = "") -> String {
        """
        version: 1
        camera:
          device: file:\(device)
          fps: \(fps)
        \(camera)
        nodes:
          - {id: pads, type: visual-detector, inputs: [camera], model: \(folder)/pads.tflite, min_score: 0.3}
          - {id: sure, type: region-thresholder, inputs: [pads], concepts: {pad: ">= 0.50"}}
          - {id: crops, type: image-cropper, inputs: [sure], margin: 1.15, max_crops: 4}
          - {id: state, type: visual-classifier, inputs: [crops], model: \(folder)/pad-state.tflite}
          - id: decide
            type: router
            inputs: [state]
            routes:
              occupied: {occupied: ">= 0.60"}
              free: {clear: ">= 0.60"}
            otherwise: unsure
          - id: landing-light
            type: gpio-output
            inputs: [decide.free]
            line: {chip: simulated, offset: 17}
            on_after: 2 of 3
            hold: 300ms
            max_age: 60s
        \(output)
          - id: warning-lamp
            type: gpio-output
            inputs: [decide.occupied]
            line: {chip: simulated, offset: 27}
            hold: 500ms
            max_age: 60s
          - id: journal
            type: event-log
            inputs: [sure]
            start_after: 2 of 3
            end_after: 500ms
            snapshot: best
        storage: {path: journal, keep_free: 0%, max_size: 100MB}
        \(end)
        """
    }
}

/// A folder of its own with a configuration, which goes when the test ends.
final class Workplace: Sendable {
    let folder = NSTemporaryDirectory() + "picket-appliance-\(UUID().uuidString)"
    var file: String { folder + "/picket.yaml" }

    init(_ yaml: String? = nil) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if let yaml { try write("picket.yaml", Array(yaml.utf8)) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try Data(bytes).write(to: URL(filePath: folder + "/" + name))
        return folder + "/" + name
    }

    /// Frames of the demo as a clip of its own.
    func clip(_ frames: Range<Int>) throws -> String { try write("part.mjpeg", Demo.images[frames].flatMap(\.self)) }

    func load(source: String? = nil, tier: String? = nil) throws -> Configuration {
        try ConfigurationFile.load(file, source: source, tier: tier)
    }

    /// The issues of the configuration, one a line; empty when there are none.
    func issues(source: String? = nil, tier: String? = nil) -> String {
        do {
            _ = try load(source: source, tier: tier)
            return ""
        } catch {
            return "\(error)"
        }
    }
}

/// Keeps what is logged.
final class LogBook: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }

    var logger: Logger { Logger(label: "test", factory: { _ in Handler(book: self) }) }

    private struct Handler: LogHandler {
        let book: LogBook
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { book.lines.withLock { $0.append("\(event.level): \(event.message)") } }
    }
}

/// Runs something on a thread of its own, whose signal mask is nobody else's.
func onOwnThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) -> Result {
    let result = Mutex<Result?>(nil)
    let box = Box(result: result)
    let thread = NamedThread(name: "test", stackByteCount: 4 << 20) { box.run(body) }
    thread.join()
    return box.take()
}

private final class Box<Result: Sendable>: Sendable {
    private let result: Mutex<Result?>

    init(result: consuming Mutex<Result?>) { self.result = result }

    func run(_ body: () -> Result) {
        let value = body()
        result.withLock { $0 = value }
    }

    func take() -> Result {
        guard let value = result.withLock({ $0 }) else { preconditionFailure("the thread has ended") }
        return value
    }
}
