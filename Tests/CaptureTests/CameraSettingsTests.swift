import Capture
import Frames
import Settings
import Testing

@Suite struct CameraSettingsTests {
    func read(_ yaml: String) throws -> (settings: CameraSettings?, issues: [String]) {
        let node = try SettingsDocument.parse(yaml, file: "site.yaml")
        let collector = IssueCollector(file: "site.yaml")
        let camera = try #require(node["camera"])
        let settings = CameraSettings(Section(camera, collector), relativeTo: "/etc/picket")
        return (settings, collector.issues.map(\.description))
    }

    func device(_ text: String) throws -> DeviceSelector? { try read("camera: {device: '\(text)'}").settings?.device }

    func complaint(_ text: String) throws -> String {
        let result = try read("camera: {device: '\(text)'}")
        #expect(result.settings == nil)
        return result.issues.joined(separator: "\n")
    }

    // MARK: Simple

    @Test func everyKeyIsRead() throws {
        let result = try read(
            """
            camera:
              device: by-id/usb-Arducam*-video-index0
              size: 640x480
              format: [MJPG, YUYV, RGB24]
              fps: 12.5
              lost_after: 3s
              masks: [{name: neighbour, polygon: [0.0,0.0, 0.5,0.0, 1.0,0.25]}]
            """)
        #expect(result.issues.isEmpty)
        let settings = try #require(result.settings)
        #expect(settings.device == .link(.byID, pattern: "usb-Arducam*-video-index0"))
        #expect(settings.size == Size(width: 640, height: 480))
        #expect(settings.formats == [.mjpeg, .yuyv, .rgb24])
        #expect(settings.rate == FrameRate(millihertz: 12_500))
        #expect(settings.lostAfter == .seconds(3))
        #expect(!settings.loops)
        let points = [(0, 0), (32_768, 0), (65_536, 16_384)].map { Mask.Point(x: $0.0, y: $0.1) }
        #expect(settings.masks == [Mask(name: "neighbour", points: points)])
    }

    @Test func aDeviceAloneIsEnough() throws {
        let settings = try #require(try read("camera: {device: /dev/video0}").settings)
        #expect(settings == CameraSettings(device: .node("/dev/video0")))
        #expect(settings.formats == [.mjpeg, .yuyv, .nv12, .rgb24, .grey])
    }

    @Test func allFormsOfDevicesAreKnown() throws {
        #expect(try device("/dev/video12") == .node("/dev/video12"))
        #expect(try device("by-path/*usb*") == .link(.byPath, pattern: "*usb*"))
        #expect(try device("by-name/HD Pro Webcam*") == .name(pattern: "HD Pro Webcam*"))
        #expect(try device("name:HD Pro") == .name(pattern: "HD Pro"))
        #expect(try device("file:clip.mjpeg") == .file(path: "/etc/picket/clip.mjpeg"))
        #expect(try device("file:/data/a.JPG") == .file(path: "/data/a.JPG"))
        #expect(try device("file:../images/") == .file(path: "/etc/picket/../images/"))
        #expect(try device("file:images") == .file(path: "/etc/picket/images"))
        #expect(try device("stdin:mjpeg") == .standardInput)
        #expect(try device("test:pattern") == .testPattern)
        #expect(try read("camera: {device: 'file:a.mjpg', loop: true}").settings?.loops == true)
    }

    // MARK: Error

    @Test func wrongDevicesAreToldWhatToWrite() throws {
        #expect(try complaint("video0").contains("did you mean '/dev/video0'?"))
        #expect(try complaint("0").contains("did you mean '/dev/video0'?"))
        #expect(try complaint("clip.mjpeg").contains("did you mean 'file:clip.mjpeg'?"))
        #expect(try complaint("images/").contains("did you mean 'file:images/'?"))
        #expect(try complaint("rtsp://10.0.0.2/live").contains("ffmpeg -i URL"))
        #expect(try complaint("file:clip.mp4").contains("ffmpeg -i INPUT"))
        #expect(try complaint("stdin").contains("did you mean 'stdin:mjpeg'?"))
        #expect(try complaint("test:bars").contains("did you mean 'test:pattern'?"))
        #expect(try complaint("webcam").contains("by-id/PATTERN"))
        #expect(try complaint("by-id/").contains("a name is missing"))
        #expect(try complaint("file:").contains("a path is missing"))
        #expect(try complaint("/dev/").contains("unknown device"))
    }

    @Test func allThatIsWrongIsToldAtOnce() throws {
        let result = try read(
            """
            camera:
              device: videoo
              size: 640*480
              format: [MJPEG, YUYV, YUYV, H265]
              fps: fast
              lost_after: 3
              lop: true
              masks:
                - {name: a, polygon: [0, 0, 1]}
                - {polygon: [0, 0, 1, 0, 1, 2]}
                - {name: b}
            """)
        #expect(result.settings == nil)
        let all = result.issues.joined(separator: "\n")
        #expect(result.issues.count == 12, "\(all)")
        for part in [
            "site.yaml:2:11: camera.device: unknown device 'videoo'", "camera.size: '640*480' is not a size; write width x height",
            "unknown format 'MJPEG'; did you mean 'MJPG'?", "'YUYV' is given twice", "unknown format 'H265'", "camera.fps: 'fast'",
            "camera.lost_after: '3' is not valid here", "unknown key 'lop'; did you mean 'loop'?", "3 numbers are not 3 to 64 corners",
            "'2' is not a place in the frame; write a number in 0...1", "'name' is missing", "'polygon' is missing",
        ] { #expect(all.contains(part), "\(part) in\n\(all)") }
    }

    @Test func twoMasksOfOneNameAreAnError() throws {
        let triangle = "[0, 0, 1, 0, 1, 1]"
        let yaml = "camera: {device: 'test:pattern', masks: [{name: a, polygon: \(triangle)}, {name: a, polygon: \(triangle)}]}"
        #expect(try read(yaml).issues.joined().contains("there are two masks 'a'"))
    }

    @Test(arguments: ["100ms", "2h"])
    func lostAfterHasLimits(_ text: String) throws {
        #expect(try read("camera: {device: /dev/video0, lost_after: \(text)}").issues.count == 1)
    }

    @Test func lostAfterShorterThanTwoFramesIsAnError() throws {
        #expect(try read("camera: {device: /dev/video0, fps: 1, lost_after: 1500ms}").issues.count == 1)
        #expect(try read("camera: {device: /dev/video0, fps: 1, lost_after: 2s}").issues.isEmpty)
    }

    @Test func onlyFilesMayLoop() throws {
        #expect(try read("camera: {device: /dev/video0, loop: true}").issues.joined().contains("only files can start again"))
    }

    @Test func noDeviceIsAnError() throws {
        #expect(try read("camera: {fps: 5}").issues.joined().contains("'device' is missing; write for example device: /dev/video0"))
    }

    // MARK: Patterns, order, rates

    @Test func patternsMatchAsShellsDo() {
        #expect(Pattern.matches("usb-*-index0", "usb-Arducam_1-video-index0"))
        #expect(Pattern.matches("*", "") && Pattern.matches("", "") && Pattern.matches("a?c", "abc"))
        #expect(!Pattern.matches("usb-*-index0", "usb-Arducam-index01"))
        #expect(!Pattern.matches("a", "ab") && !Pattern.matches("ab", "a") && !Pattern.matches("?", ""))
        #expect(Pattern.matches("*a*b*", "xxaxxbxx") && !Pattern.matches("*a*b*", "xxbxxaxx"))
        let long = String(repeating: "a", count: 200)
        #expect(!Pattern.matches(String(repeating: "*a", count: 60) + "b", long), "many stars do not take for ever")
    }

    @Test func namesAreOrderedAsPeopleCount() {
        let names = ["b1", "a10.jpg", "a2.jpg", "a02.jpg", "a1.jpg", "a1b.jpg", "", "a1"]
        #expect(names.sorted(by: NaturalOrder.precedes) == ["", "a1", "a1.jpg", "a1b.jpg", "a02.jpg", "a2.jpg", "a10.jpg", "b1"])
        #expect(NaturalOrder.precedes("f99999999999999999999998", "f99999999999999999999999"))
    }

    @Test func frameTimesNeverDrift() {
        let rate = FrameRate(perSecond: 29.97)
        #expect(rate.description == "29.97")
        #expect(rate.time(ofFrame: 2997) == .seconds(100))
        #expect(rate.time(ofFrame: 2_997_000_000) == .seconds(100_000_000))
        #expect(rate.time(ofFrame: .max) > .zero)
        #expect(FrameRate(FrameInterval(numerator: 1001, denominator: 30_000))?.millihertz == 29_970)
        #expect(FrameRate(FrameInterval(numerator: 0, denominator: 1)) == nil)
        #expect(FrameRate(perSecond: .nan).millihertz == 1)
        #expect(FrameRate(perSecond: 10).period == .milliseconds(100))
    }
}
