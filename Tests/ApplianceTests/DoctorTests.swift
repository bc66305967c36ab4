import Actions
import Appliance
import Capture
import FoundationEssentials
import Frames
import Inference
import Testing

@Suite struct DoctorTests {
    @Test func aBoardWithoutAFaultPassesEverything() throws {
        let report = try FakeMachine().report()
        #expect(report.findings.filter { $0.verdict != .pass } == [])
        #expect(report.exitCode == 0)
        #expect(report.findings.first?.text == "Raspberry Pi 4 Model B Rev 1.4 (profile: Raspberry Pi 4)")
        #expect(report.findings.contains { $0.text == "4 cores, Cortex-A72" })
    }

    @Test func camerasAreToldWithTheirStableNameAndWhatCanBeRead() throws {
        let camera = try #require(try FakeMachine().finding("/dev/video0"))
        #expect(
            camera.details == [
                "device: by-id/usb-046d_HD_Pro_Webcam-video-index0", "MJPG 1280x720 at 30 15, 640x480 at 30",
            ])
    }

    @Test func linesForRelaysAreThoseThatAreFree() throws {
        let machine = try FakeMachine()
        machine.system.gpio = { .success(FakeMachine.chips(policy: .returnsToInput, busy: [17: "other"])) }
        let chip = try #require(try machine.finding("/dev/gpiochip0"))
        #expect(chip.details.first == "pulled down from power-on and free, good for relays: 16 22 23 24 25 26 27")
        #expect(chip.details.last == "line 17 GPIO17: output of other")
    }

    // MARK: One thing wrong each

    @Test(arguments: [
        ("0", Finding.Verdict.pass, "power"), ("0x50000", .warn, "power"), ("50005", .fail, "power"), ("80000", .warn, "throttling"),
    ])
    func theFirmwareTellsAboutItsSupply(bits: String, verdict: Finding.Verdict, subject: String) throws {
        let machine = try FakeMachine()
        try machine.write("/sys/devices/platform/soc/soc:firmware/get_throttled", bits + "\n")
        #expect(try machine.finding(subject)?.verdict == verdict)
    }

    @Test(arguments: [("74999", Finding.Verdict.pass), ("75000", .warn), ("90000", .fail)])
    func heatWarnsBeforeItStops(temperature: String, verdict: Finding.Verdict) throws {
        let machine = try FakeMachine()
        try machine.write("/sys/class/thermal/thermal_zone0/temp", temperature)
        #expect(try machine.finding("cpu-thermal")?.verdict == verdict)
    }

    @Test func sensorsThatAnswerNonsenseAreLeftOut() throws {
        let machine = try FakeMachine()
        for nonsense in ["", "hot", "-274000", "99999999999999999999"] {
            try machine.write("/sys/class/thermal/thermal_zone0/temp", nonsense)
            #expect(try machine.finding("cpu-thermal") == nil)
        }
    }

    @Test(arguments: [
        ("/dev/mmcblk0p2 / ext4 ro 0 0", Finding.Verdict.fail), ("/dev/mmcblk0p2 / ext4 rw 0 0\ntmpfs /var tmpfs rw 0 0", .warn),
        ("/dev/mmcblk0p2 / ext4 rw,barrier=0 0 0", .warn), ("tmpfs / tmpfs rw 0 0\n/dev/sda1 /var/lib ext4 rw 0 0", .pass),
        ("/dev/sda1 /var/lib/pick ext4 ro 0 0\n/dev/sda2 / f2fs rw 0 0", .pass), ("/dev/sda1 / vfat rw 0 0", .warn),
    ])
    func theDiskUnderTheLogDecides(mounts: String, verdict: Finding.Verdict) throws {
        let machine = try FakeMachine()
        try machine.write("/proc/mounts", mounts + "\n")
        #expect(try machine.finding("file system")?.verdict == verdict)
    }

    @Test func slowAndRefusedWritesAreTold() throws {
        let machine = try FakeMachine()
        machine.system.writeProbe = { _ in .durable(slowest: .milliseconds(201)) }
        #expect(try machine.finding("durable write")?.verdict == .warn)
        machine.system.writeProbe = { _ in .refused(reason: "No space left on device") }
        #expect(try machine.finding("durable write")?.verdict == .fail)
    }

    @Test func aFolderThatIsClosedToThisUserIsNoFailure() throws {
        let machine = try FakeMachine()
        machine.system.mayUse = { $0 != "/var/lib/picket" }
        let report = try machine.report()
        #expect(report.findings.first { $0.subject == "folder" }?.cure?.contains("sudo -u picket") == true)
        #expect(report.verdict == .warn)
        #expect(!report.findings.contains { $0.subject == "durable write" })
    }

    @Test func theProbeOfARealFolderLeavesNothingBehind() throws {
        let machine = try FakeMachine()
        machine.system.writeProbe = SystemReadings.live(root: machine.root).writeProbe
        #expect(try machine.finding("durable write")?.text.hasSuffix("until a page is on the disk") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: machine.root + "/var/lib/picket") == ["journal.sqlite"])
    }

    @Test(arguments: [(Int64(3_300), Finding.Verdict.pass), (3_100, .warn), (40, .fail)])
    func spaceIsComparedWithWhatStaysFree(megabytes: Int64, verdict: Finding.Verdict) throws {
        let machine = try FakeMachine()
        machine.system.space = { _ in SystemReadings.Space(free: megabytes * 1_000_000, total: 32_000_000_000) }
        #expect(try machine.finding("space")?.verdict == verdict)
    }

    @Test(arguments: [("0x01 0x02", Finding.Verdict.pass), ("0x01 0x0a", .warn), ("0x0b 0x01", .fail)])
    func aWornDiskIsTold(life: String, verdict: Finding.Verdict) throws {
        let machine = try FakeMachine()
        try machine.write("/sys/block/mmcblk0/device/life_time", life + "\n")
        #expect(try machine.finding("wear")?.verdict == verdict)
    }

    @Test func aClockFromThePastFails() throws {
        let machine = try FakeMachine()
        machine.system.wallSeconds = 12
        let date = try #require(try machine.finding("date"))
        #expect(date.verdict == .fail)
        #expect(date.text.hasPrefix("1970-01-01 "))
        machine.system.wallSeconds = 1_709_164_800 + 86_400 * 365
        #expect(try machine.finding("date")?.text.hasPrefix("2025-02-28, ") == true)
    }

    @Test func aClockThatNobodySetWarns() throws {
        let machine = try FakeMachine()
        try machine.remove("/run/systemd/timesync/synchronized")
        #expect(try machine.finding("date")?.verdict == .pass)
        try machine.remove("/sys/class/rtc/rtc0")
        #expect(try machine.finding("date")?.verdict == .warn)
    }

    @Test func watchdogsThatAreOffWarn() throws {
        let machine = try FakeMachine()
        try machine.write("/etc/systemd/system/picket.service.d/local.conf", "[Service]\nWatchdogSec=0\n")
        #expect(try machine.finding("service watchdog")?.verdict == .warn)
        try machine.write("/sys/class/watchdog/watchdog0/state", "inactive\n")
        #expect(try machine.finding("board watchdog")?.text.contains("though RuntimeWatchdogSec= is set") == true)
        try machine.remove("/etc/systemd/system.conf.d")
        #expect(try machine.finding("board watchdog")?.verdict == .warn)
        try machine.remove("/run/systemd")
        #expect(try machine.finding("systemd")?.verdict == .warn)
    }

    @Test func aSlowerKernelThanTheBestWarns() throws {
        let machine = try FakeMachine()
        machine.system.tier = .reference
        #expect(try machine.finding("kernels")?.verdict == .warn)
        machine.system.tier = .baseline
        machine.system.requestedTier = "neon9"
        #expect(try machine.finding("kernels")?.text.contains("'neon9'") == true)
    }

    @Test func aMemoryLimitThatTheKernelIgnoresWarns() throws {
        let machine = try FakeMachine()
        try machine.write("/sys/fs/cgroup/cgroup.controllers", "cpu io pids\n")
        #expect(try machine.finding("memory limit")?.cure?.contains("cgroup_enable=memory") == true)
    }

    @Test func devicesThatThisUserMayNotOpenNameTheGroup() throws {
        let machine = try FakeMachine()
        machine.system.mayUse = { !$0.hasPrefix("/dev/video") }
        #expect(try machine.finding("cameras")?.cure == "Join the group and log in again: sudo usermod -aG video pi.")
        machine.system.owner = { _ in SystemReadings.Owner(group: 0, isGroupWritable: false) }
        #expect(try machine.finding("gpio group")?.cure?.contains("60-picket.rules") == true)
    }

    /// Regression: under `PrivateUsers=yes` the groups video and gpio have no numbers, and doctor denied the service what it had.
    @Test func inTheUnitsUserNameSpaceTheAccessItselfCounts() throws {
        let machine = try FakeMachine()
        machine.system.owner = { _ in SystemReadings.Owner(group: 65534, isGroupWritable: true) }
        #expect(try machine.finding("gpio group")?.verdict == .pass)
        machine.system.mayUse = { !$0.hasPrefix("/dev/gpiochip") }
        #expect(try machine.finding("gpio group")?.verdict == .warn)
    }

    @Test func aMachineWithoutAnythingIsToldWithoutAFailure() throws {
        let machine = try FakeMachine()
        try FileManager.default.removeItem(atPath: machine.root)
        machine.system.cameras = { [] }
        machine.system.gpio = { .success(GPIOInventory(chips: [], releasePolicy: .unknown, libgpiodVersion: 1)) }
        let report = try machine.report()
        #expect(report.verdict == .warn)
        #expect(report.exitCode == 1)
    }

    // MARK: The report

    @Test func linesFitTheTerminalAndArePlainWhenPiped() throws {
        let report = try FakeMachine().report(configuration: "version: 1\nnodes: nonsense\n")
        #expect(report.lines(width: 60).allSatisfy { $0.count <= 60 || !$0.dropFirst(30).contains(" ") })
        #expect(report.lines().contains("  PASS  kernels           baseline in use, of reference, baseline"))
        #expect(report.lines().last?.hasSuffix("failures") == true)
        let painted = report.lines(width: nil) { text, ink in ink == .fail ? "<\(text)>" : text }
        #expect(painted.contains { $0.hasPrefix("  <FAIL>  file ") })
    }

    @Test func namesOfDevicesCannotDrawOnTheTerminal() throws {
        let machine = try FakeMachine()
        try machine.write("/proc/device-tree/model", "Evil\u{1B}[2J\u{202E}Board\0")
        #expect(try machine.finding("board")?.text.hasPrefix("Evil [2JBoard; ") == true)
    }

    @Test func jsonIsOneObjectWithTheExitCode() throws {
        struct Line: Decodable {
            let verdict: String
            let subject: String
        }
        struct Group: Decodable {
            let title: String
            let findings: [Line]
        }
        struct Object: Decodable {
            let verdict: String
            let exitCode: Int
            let passed: Int
            let warnings: Int
            let failures: Int
            let groups: [Group]
        }
        let report = try FakeMachine().report(configuration: "nonsense")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let object = try decoder.decode(Object.self, from: JSONEncoder().encode(report))
        #expect(object.verdict == "fail" && object.exitCode == 2 && object.failures > 0)
        #expect(object.passed + object.warnings + object.failures == object.groups.flatMap(\.findings).count)
        #expect(object.groups.last?.title == "Configuration")
    }
}
