import Capture
import Foundation
import Frames
import Testing
import Threads

/// A folder for one test, gone after it.
final class TemporaryFolder {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.path + "/capture-\(UUID().uuidString)"
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: [UInt8]) -> String {
        let file = "\(path)/\(name)"
        let folder = (file as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        _ = FileManager.default.createFile(atPath: file, contents: Data(bytes))
        return file
    }
}

@Suite struct PlaybackTests {
    let clock = FakeClock()
    let folder = TemporaryFolder()
    let images = (1...5).map { Samples.jpeg(width: 32 * $0, seed: UInt64($0)) }

    func play(_ path: String, rate: Int? = nil, loops: Bool = false, pace: Bool = false) -> FileSource {
        let clock = clock
        return FileSource(path: path, rate: rate.map { FrameRate(millihertz: $0 * 1000) }, loops: loops, pace: pace, clock: clock) {
            clock.advance($0)
        }
    }

    func frames(_ events: [SourceEvent]) -> [Frame] {
        events.compactMap { if case .frame(let frame) = $0 { frame } else { nil } }
    }

    // MARK: Files

    @Test func aClipGivesAllItsFramesAtItsNominalTimes() {
        let start = clock.now
        let source = play(folder.write("clip.mjpeg", images.flatMap { $0 }), rate: 10)
        let events = source.events(20)
        #expect(events.map(\.word).prefix(3) == ["open", "streaming", "frame 0"])
        #expect(events[7].word == "ended" && events[8].word == "ended")
        let frames = frames(events)
        #expect(frames.map(\.bytes) == images)
        #expect(frames.map { $0.timestamp.since(start) } == (0..<5).map { .milliseconds(100 * $0) })
        #expect(frames.map { $0.wallNanoseconds - $0.timestamp.nanoseconds } == Array(repeating: 1_700_000_000_000_000_000, count: 5))
        #expect(frames.map(\.size.width) == [32, 64, 96, 128, 160])
        #expect(!source.isLive)
    }

    @Test func withoutARateAClipHas25FramesASecond() {
        let frames = frames(play(folder.write("clip.mjpeg", images.flatMap { $0 })).events(5))
        #expect(frames[1].timestamp.since(frames[0].timestamp) == .milliseconds(40))
    }

    @Test func aDamagedImageCostsItsPlaceInTime() {
        let bytes = images[0] + images[1].dropLast(30) + images[2]
        let events = play(folder.write("clip.mjpeg", bytes), rate: 10).events(6)
        #expect(events.map(\.word) == ["open", "streaming", "frame 0", "corrupt", "frame 2", "ended"])
        let frames = frames(events)
        #expect(frames[1].timestamp.since(frames[0].timestamp) == .milliseconds(200))
    }

    @Test func aLoopGoesOnCounting() {
        let path = folder.write("clip.mjpeg", images[0] + images[1])
        let frames = frames(play(path, rate: 10, loops: true).events(8))
        #expect(frames.map(\.sequence) == [0, 1, 2, 3, 4, 5])
        #expect(frames.last.map { $0.timestamp.since(frames[0].timestamp) } == .milliseconds(500))
    }

    @Test func aLoopWithoutAFrameEnds() {
        let path = folder.write("clip.mjpeg", [1, 2, 3])
        #expect(play(path, loops: true).words(4) == ["open", "streaming", "corrupt", "ended"])
    }

    @Test func oneImageIsOneFrameWhateverFollowsIt() {
        let path = folder.write("photo.jpg", images[0] + images[1])
        #expect(play(path).words(4) == ["open", "streaming", "frame 0", "ended"])
        #expect(play(path, loops: true).words(5) == ["open", "streaming", "frame 0", "frame 1", "frame 2"])
    }

    @Test func aFolderIsPlayedInNaturalOrder() {
        for (index, name) in ["i1.jpg", "i2.jpeg", "i9.JPG", "i10.jpg"].enumerated() { _ = folder.write("in/\(name)", images[index]) }
        _ = folder.write("in/notes.txt", [1])
        _ = folder.write("in/i3.jpg", Array("not a picture".utf8))
        for path in ["\(folder.path)/in", "\(folder.path)/in/"] {
            let events = play(path).events(9)
            #expect(events.map(\.word) == ["open", "streaming", "frame 0", "frame 1", "corrupt", "frame 3", "frame 4", "ended", "ended"])
            #expect(events[4].reason.contains("i3.jpg"))
            #expect(frames(events).map(\.bytes) == Array(images.prefix(4)))
        }
    }

    @Test func whatIsMissingIsToldAndEnds() {
        let events = play("\(folder.path)/none.mjpeg").events(2)
        #expect(events.map(\.word) == ["lost", "ended"])
        #expect(events[0].reason.contains("there is no"))
    }

    @Test func pacedFramesComeWhenTheyAreDue() {
        let source = play(folder.write("clip.mjpeg", images.flatMap { $0 }), rate: 2, pace: true)
        let start = clock.now
        #expect(source.words(7).last == "frame 4")
        #expect(clock.now.since(start) == .seconds(2), "the fifth frame is due two seconds after the first")
        #expect(source.words(1) == ["ended"])
        #expect(clock.now.since(start) == .milliseconds(2500), "the last frame is seen as long as the others")
        var storage: [UInt8] = []
        let again = play(folder.write("b.mjpeg", images.flatMap { $0 }), rate: 1, pace: true)
        for _ in 0..<3 { _ = again.next(timeout: .milliseconds(100), storage: &storage) }
        let before = clock.now
        if case .idle = again.next(timeout: .milliseconds(100), storage: &storage) {} else { Issue.record("not idle") }
        #expect(clock.now.since(before) == .milliseconds(100))
    }

    @Test func clipsOfTheZooSplitCleanly() throws {
        let zoo = ProcessInfo.processInfo.environment["PICKET_ZOO"] ?? "../shared/zoo"
        let clips = ["street", "road"].map { "\(zoo)/clips/\($0).mjpeg" }.filter { FileManager.default.fileExists(atPath: $0) }
        if clips.isEmpty { print("skipped: no zoo at \(zoo)") }
        for clip in clips {
            let events = play(clip).events(100_000, limit: 100_000)
            let frames = frames(events)
            #expect(frames.count > 10, "\(clip)")
            #expect(!events.contains { $0.word == "corrupt" }, "\(clip)")
            #expect(Set(frames.map(\.size)).count == 1, "\(clip)")
            let total = frames.reduce(0) { $0 + $1.bytes.count }
            let size = try FileManager.default.attributesOfItem(atPath: clip)[.size] as? Int
            #expect(total == size, "every byte of \(clip) is in a frame")
        }
    }

    // MARK: Pipe

    @Test func aPipeGivesFramesAsTheyComeAndEnds() {
        let pipe = Pipe()
        let source = PipeSource(descriptor: pipe.fileHandleForReading.fileDescriptor, label: "pipe", clock: SystemClock())
        var storage: [UInt8] = []
        #expect(source.words(1) == ["open"])
        if case .idle = source.next(timeout: .milliseconds(10), storage: &storage) {} else { Issue.record("not idle") }
        pipe.fileHandleForWriting.write(Data([Array("junk".utf8), images[0], Array(images[1].prefix(100))].flatMap { $0 }))
        #expect(source.words(2) == ["streaming", "frame 0"])
        if case .idle = source.next(timeout: .milliseconds(10), storage: &storage) {} else { Issue.record("not idle") }
        pipe.fileHandleForWriting.write(Data(images[1].dropFirst(100) + images[2].dropLast()))
        #expect(source.words(1) == ["frame 1"])
        try? pipe.fileHandleForWriting.close()
        #expect(source.words(3) == ["corrupt", "ended", "ended"])
        #expect(source.skippedByteCount >= 4)
        #expect(source.isLive)
    }

    @Test func aDescriptorThatCannotBeReadIsToldAndEnds() {
        let source = PipeSource(descriptor: 9999, label: "standard input", clock: SystemClock())
        #expect(source.words(3) == ["open", "lost", "ended"])
    }

    // MARK: Test pattern

    func pattern(_ size: Size? = nil, rate: Int? = nil, pace: Bool) -> PatternSource {
        let clock = clock
        return PatternSource(size: size, rate: rate.map { FrameRate(millihertz: $0 * 1000) }, pace: pace, clock: clock) {
            clock.advance($0)
        }
    }

    @Test func thePatternIsTheSameEveryTimeAndMoves() {
        let (a, b) = (frames(pattern(pace: false).events(6)), frames(pattern(pace: false).events(6)))
        #expect(a.map(\.bytes) == b.map(\.bytes))
        #expect(a[0].bytes != a[1].bytes)
        #expect(a[0].size == Size(width: 640, height: 480) && a[0].bytesPerRow == 1920 && a[0].format == .rgb24)
        let pattern = TestPattern(size: Size(width: 640, height: 480))
        #expect(a.map { pattern.number(in: $0.bytes) } == [0, 1, 2, 3])
    }

    @Test(arguments: [(16, 16), (17, 33), (640, 16), (16, 640), (1, 1), (320, 240)])
    func thePatternFitsAnySize(_ width: Int, _ height: Int) {
        let pattern = TestPattern(size: Size(width: width, height: height))
        var bytes: [UInt8] = []
        for number in [UInt64(0), 1, 1000, 123_456, .max] {
            pattern.draw(number, into: &bytes)
            #expect(bytes.count == pattern.size.pixelCount * 3)
            if width >= 32 { #expect(pattern.number(in: bytes) == UInt32(truncatingIfNeeded: number)) }
        }
    }

    @Test func aPacedPatternLeavesOutWhatItCannotMake() {
        let source = pattern(rate: 10, pace: true)
        #expect(source.words(4) == ["open", "streaming", "frame 0", "frame 1"])
        clock.advance(.milliseconds(550))
        #expect(source.words(2) == ["dropped 4", "frame 6"])
        #expect(source.isLive)
        #expect(!pattern(pace: false).isLive)
    }

    @Test func settingsChooseTheSource() {
        func source(_ device: DeviceSelector) -> any FrameSource {
            CaptureSource.make(CameraSettings(device: device), clock: clock, kernel: FakeKernel(clock))
        }
        #expect(source(.node("/dev/video0")) is CameraSource)
        #expect(source(.file(path: "/x.jpg")) is FileSource)
        #expect(source(.standardInput) is PipeSource)
        #expect(source(.testPattern) is PatternSource)
    }
}
