import Capture
import Frames
import Testing

@Suite struct CameraSourceTests {
    let clock = FakeClock()
    let kernel: FakeKernel

    init() { kernel = FakeKernel(clock) }

    func source(
        _ device: DeviceSelector = .node("/dev/video0"), _ formats: [PixelFormat] = CameraSettings.allFormats, size: Size? = nil
    )
        -> CameraSource
    {
        CameraSource(CameraSettings(device: device, size: size, formats: formats), kernel: kernel, clock: clock)
    }

    func frames(_ count: Int) -> [FakeKernel.Answer] { (0..<count).map { .frame(Samples.jpeg(seed: UInt64($0 + 1))) } }

    // MARK: Simple

    @Test func opensStreamsAndCountsFrames() {
        kernel.script = frames(3)
        let source = source()
        #expect(source.words(5) == ["open", "streaming", "frame 0", "frame 1", "frame 2"])
        #expect(source.label == "/dev/video0 (Fake Cam) 64x48 MJPG")
        #expect(source.isLive)
    }

    @Test func framesCarryTheBytesAndTheSizeOfTheirHeader() {
        kernel.script = [.frame(Samples.jpeg(width: 160, height: 120) + [0, 0, 0])]
        guard case .frame(let frame)? = source().events(3).last else {
            Issue.record("no frame")
            return
        }
        #expect(frame.bytes == Samples.jpeg(width: 160, height: 120), "the driver's padding is cut off")
        #expect(frame.size == Size(width: 160, height: 120))
        #expect(frame.format == .mjpeg && frame.bytesPerRow == 0)
    }

    @Test func thePreferredFormatIsTakenWhateverTheDriverNamesFirst() {
        _ = source(.node("/dev/video0"), [.mjpeg, .yuyv]).words(1)
        #expect(kernel.askedFormats == [FourCC("MJPG")])
        _ = source(.node("/dev/video0"), [.nv12, .yuyv, .mjpeg]).words(1)
        #expect(kernel.askedFormats.last == FourCC("YUYV"))
    }

    @Test func sizeAndStrideAreWhatTheDriverGrants() {
        kernel.grant = { code, _ in GrantedFormat(code: code, width: 32, height: 4, bytesPerLine: 80, imageByteCount: 320) }
        kernel.script = [.frame([UInt8](repeating: 7, count: 320))]
        guard case .frame(let frame)? = source(.node("/dev/video0"), [.yuyv], size: Size(width: 640, height: 480)).events(3).last else {
            Issue.record("no frame")
            return
        }
        #expect(frame.size == Size(width: 32, height: 4))
        #expect(frame.bytesPerRow == 80)
        #expect(frame.bytes.count == 320)
    }

    @Test func driverTimestampBecomesTheFramesTimeOnBothClocks() {
        let stamp = clock.now.advanced(by: .milliseconds(60))
        kernel.script = [.frame(Samples.jpeg(), stamp: stamp)]
        guard case .frame(let frame)? = source().events(3).last else {
            Issue.record("no frame")
            return
        }
        #expect(frame.timestamp == stamp)
        #expect(frame.wallNanoseconds == stamp.nanoseconds + 1_700_000_000_000_000_000)
    }

    // MARK: Looking up

    @Test func cameraIsFoundByIdWhereverItIs() {
        kernel.identities = ["/dev/video7": 3]
        kernel.linkTable[.byID] = [
            DeviceLink(name: "usb-Other-video-index0", target: "/dev/video1"),
            DeviceLink(name: "usb-Arducam_X-video-index0", target: "/dev/video7"),
        ]
        let source = source(.link(.byID, pattern: "usb-Arducam*-video-index0"))
        #expect(source.words(1) == ["open"])
        #expect(source.label.hasPrefix("/dev/video7"))
    }

    @Test func metadataNodeOfTheSameNameIsPassedOver() {
        kernel.nodes = [VideoNode(path: "/dev/video0", name: "HD Pro Webcam"), VideoNode(path: "/dev/video1", name: "HD Pro Webcam")]
        kernel.identities = ["/dev/video0": 1, "/dev/video1": 2]
        kernel.metadataNodes = ["/dev/video0"]
        let source = source(.name(pattern: "HD Pro*"))
        #expect(source.words(1) == ["open"])
        #expect(source.label.hasPrefix("/dev/video1"))
        #expect(kernel.closed == 1)
    }

    @Test func noCameraAtBootIsWaitedForAndFoundWithinASecond() {
        kernel.identities = [:]
        kernel.script = frames(1)
        let source = source(.link(.byID, pattern: "usb-*"))
        kernel.linkTable[.byID] = [DeviceLink(name: "usb-cam", target: "/dev/video0")]
        let waiting = source.events(6)
        #expect(waiting.allSatisfy { $0.word == "waiting" })
        #expect(waiting.first?.reason.contains("no camera fits 'by-id/usb-*'") == true)
        #expect(waiting.count == 6, "the same pause is not told twice")
        let appeared = clock.now
        kernel.identities = ["/dev/video0": 1]
        #expect(source.words(3) == ["open", "streaming", "frame 0"])
        #expect(clock.now.since(appeared) < .milliseconds(1100))
    }

    @Test func cameraThatComesBackUnderAnotherNumberIsFound() {
        kernel.linkTable[.byID] = [DeviceLink(name: "usb-cam", target: "/dev/video0"), DeviceLink(name: "usb-cam", target: "/dev/video2")]
        kernel.script = frames(1) + [.fault(.noDevice)]
        let source = source(.link(.byID, pattern: "usb-cam"))
        #expect(source.words(4) == ["open", "streaming", "frame 0", "lost"])
        kernel.identities = [:]
        #expect(source.words(1) == ["waiting"])
        kernel.identities = ["/dev/video2": 9]
        kernel.script = frames(1)
        #expect(source.words(3) == ["open", "streaming", "frame 1"])
        #expect(source.label.hasPrefix("/dev/video2"))
    }

    // MARK: Formats

    @Test func aDriverWithoutAFormatForUsSaysWhatItHas() {
        kernel.offered = [FourCC("H264"), FourCC("BA81")]
        let event = source().events(1).first
        #expect(event?.word == "waiting")
        #expect(event?.reason.contains("it has H264, BA81") == true)
        #expect(!kernel.isOpen)
    }

    @Test func aDriverThatGrantsAnotherFormatIsAskedForTheNext() {
        kernel.grant = { code, _ in
            GrantedFormat(
                code: code == FourCC("MJPG") ? FourCC("H264") : code, width: 64, height: 48, bytesPerLine: 0, imageByteCount: 0)
        }
        let source = source(.node("/dev/video0"), [.mjpeg, .yuyv])
        #expect(source.words(1) == ["open"])
        #expect(source.label.hasSuffix("YUYV"))
    }

    @Test func aDriverThatNamesNoFormatsIsAskedAnyway() {
        kernel.offered = []
        #expect(source().words(1) == ["open"])
    }

    @Test func withoutBandwidthTheNextFormatIsTried() {
        kernel.failures[.streamOn] = [.noSpace]
        kernel.script = frames(1)
        let source = source(.node("/dev/video0"), [.yuyv, .mjpeg], size: Size(width: 1280, height: 720))
        let events = source.events(4)
        #expect(events.map(\.word) == ["waiting", "open", "streaming", "frame 0"])
        #expect(events[0].reason.contains("no bandwidth left for 1280x720 YUYV"))
        #expect(kernel.askedFormats == [FourCC("YUYV"), FourCC("MJPG")])
        #expect(kernel.mapped == 4 && kernel.opened == 2 && kernel.closed == 1)
    }

    @Test func withoutBandwidthForAnyFormatAllAreTriedInTurn() {
        kernel.failures[.streamOn] = [.noSpace, .noSpace, .noSpace]
        let source = source(.node("/dev/video0"), [.yuyv, .mjpeg])
        #expect(source.words(4) == ["waiting", "waiting", "waiting", "open"])
        #expect(kernel.askedFormats.map(\.description) == ["YUYV", "MJPG", "YUYV", "MJPG"])
    }
}
