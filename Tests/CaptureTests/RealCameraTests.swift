import Capture
import Foundation
import Frames
import Testing
import Threads

private let realCamera = ProcessInfo.processInfo.environment["PICKET_CAMERA"]

/// Runs against the camera that the environment variable `PICKET_CAMERA` names (as `device:` does, such as `/dev/video0`), and only then.
/// `PICKET_CAMERA_UNPLUG` and `PICKET_CAMERA_PLUG` may name commands that take the camera away and bring it back.
@Suite(.serialized, .enabled(if: realCamera != nil)) struct RealCameraTests {
    let clock = SystemClock()

    func start(_ formats: [PixelFormat], _ size: Size?, _ recorder: Recorder) throws -> CaptureLoop {
        let device = try #require(realCamera)
        let selector: DeviceSelector = device.hasPrefix("/") ? .node(device) : .name(pattern: device)
        let settings = CameraSettings(device: selector, size: size, formats: formats, rate: FrameRate(millihertz: 10_000))
        return try CaptureLoop(makeSource: { CaptureSource.make(settings) }, onEvent: { recorder.add($0) })
    }

    func receive(_ loop: CaptureLoop, _ count: Int, within seconds: Int) -> [Frame] {
        let deadline = clock.now.advanced(by: .seconds(seconds))
        var frames: [Frame] = []
        while frames.count < count, clock.now < deadline {
            if case .frame(let frame) = loop.mailbox.receive(timeout: .milliseconds(100)) { frames.append(frame) }
        }
        return frames
    }

    /// How many descriptors of this process are video nodes, also ones that are gone.
    func openVideoNodes() -> Int {
        let folder = "/proc/self/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let targets = names.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)") }
        return targets.count { $0.hasPrefix("/dev/video") }
    }

    /// Runs a shell command and waits for it.
    func run(_ variable: String) throws -> Bool {
        guard let command = ProcessInfo.processInfo.environment[variable] else { return false }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        try process.run()
        process.waitUntilExit()
        return true
    }

    @Test func theInventoryListsItWithItsFormats() {
        let cameras = CameraInventory.list().filter(\.isCamera)
        #expect(!cameras.isEmpty)
        for camera in cameras {
            print(camera.path, camera.name, camera.capabilities?.driver ?? "", camera.links)
            for format in camera.formats.filter(\.isUsable) {
                print(" ", format.code, format.name, format.sizes.map { "\($0.size) \($0.rates)" }.prefix(3))
            }
            #expect(camera.formats.contains { $0.isUsable })
        }
    }

    @Test(arguments: CameraSettings.allFormats)
    func framesOfEveryOfferedFormatAreWholeAndInOrder(_ format: PixelFormat) throws {
        let offered = CameraInventory.list().flatMap { $0.formats.compactMap(\.code.pixelFormat) }
        guard offered.contains(format) else { return }
        let recorder = Recorder()
        let loop = try start([format], Size(width: 320, height: 180), recorder)
        let frames = receive(loop, 8, within: 30)
        #expect(loop.stop(within: .seconds(5)))
        #expect(frames.count == 8, "\(recorder.events)")
        for (earlier, later) in zip(frames, frames.dropFirst()) {
            #expect(later.sequence > earlier.sequence)
            #expect(later.timestamp > earlier.timestamp)
        }
        for frame in frames {
            #expect(frame.format == format)
            let rows = format == .nv12 ? frame.size.height * 3 / 2 : frame.size.height
            #expect(frame.bytesPerRow * rows == (format == .mjpeg ? 0 : frame.bytes.count))
            #expect(clock.now.since(frame.timestamp) < .seconds(40))
            #expect(Set(frame.bytes.prefix(100_000)).count > 1, "a picture")
        }
        let counts = loop.counters.frames
        #expect(counts.captured == counts.delivered + counts.dropped)
        print(format, frames.first?.size ?? "none", frames.first?.bytesPerRow ?? 0, loop.counters)
    }

    @Test func unpluggedAndPluggedInAgainItComesBack() throws {
        let recorder = Recorder()
        let loop = try start(CameraSettings.allFormats, nil, recorder)
        defer { loop.stop(within: .seconds(5)) }
        #expect(receive(loop, 3, within: 30).count == 3)
        #expect(openVideoNodes() == 1)
        for cycle in 0..<3 {
            let start = clock.now
            guard try run("PICKET_CAMERA_UNPLUG") else { return }
            func isLost() -> Bool { recorder.events.contains { if case .state(.lost) = $0 { true } else { false } } }
            while !isLost(), clock.now.since(start) < .seconds(10) { _ = loop.mailbox.receive(timeout: .milliseconds(50)) }
            #expect(isLost())
            print("cycle", cycle, "lost after", clock.now.since(start), recorder.events.suffix(3))
            guard try run("PICKET_CAMERA_PLUG") else { return }
            let back = clock.now
            #expect(receive(loop, 2, within: 20).count == 2, "\(recorder.events.suffix(4))")
            print("cycle", cycle, "back after", clock.now.since(back), recorder.events.suffix(3))
            recorder.clear()
        }
        #expect(openVideoNodes() == 1, "the lost ones are closed")
    }
}
