import Actions
import Appliance
import Capture
import FoundationEssentials
import Frames
import Inference

/// A tree of files below a temporary folder that looks like a board without a fault; tests break one thing each.
final class FakeMachine {
    let root: String
    var system: SystemReadings

    static let usbCamera = CameraReport(
        path: "/dev/video0", name: "HD Pro Webcam",
        capabilities: CameraCapabilities(driver: "uvcvideo", card: "HD Pro Webcam", bus: "usb-1", canCapture: true, canStream: true),
        links: ["by-id/usb-046d_HD_Pro_Webcam-video-index0"],
        formats: [
            CameraReport.Format(
                code: FourCC("MJPG"), name: "Motion-JPEG",
                sizes: [
                    .init(
                        size: .exactly(Size(width: 1280, height: 720)),
                        rates: [FrameRate(perSecond: 30), FrameRate(perSecond: 15)]),
                    .init(size: .exactly(Size(width: 640, height: 480)), rates: [FrameRate(perSecond: 30)]),
                ]),
            CameraReport.Format(code: FourCC("H264"), name: "H.264", sizes: []),
        ], problem: nil)

    init() throws {
        root = FileManager.default.temporaryDirectory.path + "/picket-doctor-" + UUID().uuidString
        system = .live(root: root)
        for (path, text) in Self.healthy { try write(path, text) }
        system.cameras = { [Self.usbCamera] }
        system.gpio = { .success(Self.chips(policy: .returnsToInput)) }
        system.user = SystemReadings.User(id: 1000, groups: [44, 997])
        system.owner = { SystemReadings.Owner(group: $0.contains("gpio") ? 997 : 44, isGroupWritable: true) }
        system.mayUse = { _ in true }
        system.space = { _ in SystemReadings.Space(free: 20_000_000_000, total: 32_000_000_000) }
        system.writeProbe = { _ in .durable(slowest: .milliseconds(12)) }
        system.wallSeconds = 1_795_000_000
        system.availableTiers = [.reference, .baseline]
        system.tier = .baseline
        system.requestedTier = nil
        system.runTime = { _ in .milliseconds(40) }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    func write(_ path: String, _ text: String) throws {
        let folder = root + path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: root + path))
    }

    func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: root + path) }

    func report(configuration: String? = nil) throws -> DoctorReport {
        guard let configuration else { return DoctorReport(examining: system) }
        try write("/site.yaml", configuration)
        return DoctorReport(examining: system, configurationPath: root + "/site.yaml")
    }

    /// The one finding about a subject.
    func finding(_ subject: String, configuration: String? = nil) throws -> Finding? {
        try report(configuration: configuration).findings.first { $0.subject == subject }
    }

    static func chips(policy: GPIOInventory.ReleasePolicy, busy: [Int: String] = [:]) -> GPIOInventory {
        let lines = (0..<58).map { offset in
            GPIOInventory.Line(
                offset: offset, name: "GPIO\(offset)", consumer: busy[offset] ?? "", isUsed: busy[offset] != nil, isOutput: true,
                isActiveLow: false)
        }
        let chip = GPIOInventory.Chip(
            path: "/dev/gpiochip0", name: "gpiochip0", label: "pinctrl-bcm2711", lineCount: 58, lines: lines, error: nil)
        return GPIOInventory(chips: [chip], releasePolicy: policy, libgpiodVersion: 2)
    }

    /// A workflow with the project's own model and one output.
    static func site(camera: String = "device: by-id/usb-046d*, size: 640x480, fps: 5", line: String, extra: String = "") -> String {
        let model = FileManager.default.currentDirectoryPath + "/firmware-config/demo/pads.tflite"
        return """
            version: 1
            camera: {\(camera)}
            nodes:
              - {id: pads, type: visual-detector, inputs: [camera], model: \(model)}
              - {id: siren, type: gpio-output, inputs: [pads], line: {\(line)}\(extra)}
            storage: {path: /var/lib/picket}
            """
    }

    private static let healthy = [
        "/proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0",
        "/proc/sys/kernel/osrelease": "6.12.25+rpt-rpi-v8\n",
        "/proc/cpuinfo": (0..<4).map { "processor\t: \($0)\nCPU part\t: 0xd08\n" }.joined(separator: "\n"),
        "/proc/meminfo": "MemTotal:        3884376 kB\nMemFree:  100 kB\nMemAvailable:    3084376 kB\n",
        "/proc/mounts": "/dev/mmcblk0p2 / ext4 rw,noatime 0 0\nproc /proc proc rw 0 0\n",
        "/etc/os-release": "NAME=x\nPRETTY_NAME=\"Debian GNU/Linux 13 (trixie)\"\n",
        "/etc/passwd": "root:x:0:0::/root:/bin/sh\npi:x:1000:1000::/var/pi:/bin/sh\n",
        "/etc/group": "root:x:0:\nvideo:x:44:pi\ngpio:x:997:pi\n",
        "/sys/fs/cgroup/cgroup.controllers": "cpu io memory pids\n",
        "/sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
        "/sys/class/thermal/thermal_zone0/temp": "48212\n",
        "/sys/devices/platform/soc/soc:firmware/get_throttled": "0\n",
        "/sys/class/rtc/rtc0/name": "rtc-ds1307\n",
        "/run/systemd/timesync/synchronized": "",
        "/run/systemd/system/.keep": "",
        "/usr/lib/systemd/system/picket.service":
            "[Service]\nExecStart=/usr/bin/picket run\nExecStopPost=/usr/bin/picket outputs-off\nWatchdogSec=10\n",
        "/etc/systemd/system/multi-user.target.wants/picket.service": "",
        "/etc/systemd/system.conf.d/10-picket-watchdog.conf": "[Manager]\nRuntimeWatchdogSec=10s\n",
        "/sys/fs/cgroup/system.slice/picket.service/cgroup.procs": "812\n",
        "/sys/class/watchdog/watchdog0/identity": "Broadcom BCM2835 Watchdog timer\n",
        "/sys/class/watchdog/watchdog0/state": "active\n",
        "/dev/watchdog0": "", "/dev/video0": "", "/dev/gpiochip0": "",
        "/var/lib/picket/journal.sqlite": "",
    ]
}
