import Actions
import Appliance
import Capture
import FoundationEssentials
import Settings
import Testing

/// The doctor with a configuration in hand.
@Suite struct DoctorSiteTests {
    private static let good = "chip: pinctrl-bcm2711, offset: 17"

    @Test func aSiteThatFitsItsBoardPasses() throws {
        let machine = try FakeMachine()
        let report = try machine.report(configuration: FakeMachine.site(line: Self.good))
        #expect(report.findings.filter { $0.verdict != .pass } == [])
        let model = try #require(report.findings.first { $0.subject == "pads" })
        #expect(model.text.contains("[1,"))
        #expect(model.text.hasSuffix("40 ms a run"))
        #expect(model.details.count == 2)
        #expect(report.findings.contains { $0.subject == "siren" && $0.text.hasSuffix("is free; safe level: off") })
    }

    @Test func everyIssueOfTheFileIsAFailure() throws {
        let report = try FakeMachine().report(configuration: "version: 2\ncamera: {}\n")
        let failures = report.findings.filter { $0.verdict == .fail }
        #expect(failures.count >= 2)
        #expect(failures.allSatisfy { $0.subject == "file" && $0.cure != nil })
    }

    @Test(arguments: [
        ("chip: pinctrl-rp1, offset: 17", "", Finding.Verdict.fail, "there is no GPIO chip"),
        ("chip: pinctrl-bcm2711, offset: 58", "", .fail, "no such line"),
        ("chip: pinctrl-bcm2711, name: GPIO99", "", .fail, "no such line"),
        ("chip: pinctrl-bcm2711, offset: 22", "", .fail, "in use by 'heater'"),
        ("chip: pinctrl-bcm2711, offset: 23", "", .pass, "held by picket"),
        ("chip: pinctrl-bcm2711, offset: 5", "", .warn, "pulled up from power-on, so the load is on"),
        ("chip: pinctrl-bcm2711, offset: 5, active: low", "", .pass, "free"),
        ("chip: pinctrl-bcm2711, offset: 17, active: low", "", .warn, "pulled down from power-on, so the load is on"),
        ("chip: pinctrl-bcm2711, offset: 17", ", on_fault: active", .warn, "so the load is off until picket starts"),
        ("chip: pinctrl-bcm2711, offset: 14", "", .warn, "serial console"),
        ("chip: simulated, offset: 17", "", .pass, "simulated"),
    ])
    func outputsAreComparedWithTheBoard(line: String, extra: String, verdict: Finding.Verdict, text: String) throws {
        let machine = try FakeMachine()
        machine.system.gpio = { .success(FakeMachine.chips(policy: .returnsToInput, busy: [22: "heater", 23: "picket"])) }
        let finding = try #require(try machine.finding("siren", configuration: FakeMachine.site(line: line, extra: extra)))
        #expect(finding.verdict == verdict)
        #expect(finding.text.contains(text), "\(finding.text)")
    }

    @Test(arguments: [
        ("device: by-id/usb-Other*", Finding.Verdict.fail, "no camera fits"),
        ("device: /dev/video0", .warn, "by a number"),
        ("device: by-name/HD*, size: 800x600", .warn, "does not offer 800x600"),
        ("device: by-name/HD*, size: 640x480, fps: 60", .warn, "at most 30"),
        ("device: by-name/HD*, format: [YUYV]", .fail, "none of the formats YUYV"),
        ("device: test:pattern", .pass, "test:pattern"),
        ("device: file:gone.mjpeg", .fail, "is not there"),
    ])
    func theCameraIsComparedWithWhatIsThere(camera: String, verdict: Finding.Verdict, text: String) throws {
        let finding = try #require(
            try FakeMachine().finding("camera", configuration: FakeMachine.site(camera: camera, line: Self.good)))
        #expect(finding.verdict == verdict)
        #expect(finding.text.contains(text), "\(finding.text)")
    }

    @Test func modelsThatTakeLongerThanAFrameWarn() throws {
        let machine = try FakeMachine()
        machine.system.runTime = { _ in .milliseconds(201) }
        #expect(try machine.finding("frame budget", configuration: FakeMachine.site(line: Self.good))?.verdict == .warn)
    }

    @Test func aKernelThatKeepsLevelsNeedsOutputsOff() throws {
        let machine = try FakeMachine()
        machine.system.gpio = { .success(FakeMachine.chips(policy: .keepsLevel)) }
        let site = FakeMachine.site(line: Self.good)
        #expect(try machine.finding("after a crash", configuration: site)?.cure?.contains("dtparam=strict_gpiod") == true)
        #expect(try machine.finding("outputs-off", configuration: site) == nil)
        try machine.write("/usr/lib/systemd/system/picket.service", "[Service]\nWatchdogSec=10\n")
        #expect(try machine.finding("outputs-off", configuration: site)?.verdict == .fail)
    }

    @Test func whatTheSiteDoesNotNeedIsNotMissed() throws {
        let machine = try FakeMachine()
        machine.system.cameras = { [] }
        machine.system.gpio = { .success(GPIOInventory(chips: [], releasePolicy: .unknown, libgpiodVersion: 2)) }
        let report = try machine.report(
            configuration: FakeMachine.site(camera: "device: test:pattern", line: "chip: simulated, offset: 1"))
        #expect(report.findings.filter { $0.verdict != .pass } == [])
    }

    @Test(arguments: Board.known)
    func boardsAreThoseOfTheProfiles(board: Board) throws {
        let name = board.name.lowercased().split(separator: " ").joined(separator: "-")
        let path = FileManager.default.currentDirectoryPath + "/firmware-config/boards/\(name).yaml"
        let text = String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
        let profile = try SettingsDocument.parse(text, file: path)
        #expect(Self.text(profile["name"]) == board.name)
        #expect(Self.list(profile["detect"]).compactMap { Self.text($0) } == board.models)
        #expect(Self.text(profile["gpio"]?["chip"]) == board.chip)
        #expect(Self.list(profile["gpio"]?["relays"]).compactMap { Self.text($0) } == board.relays.map(String.init))
        for pin in Self.list(profile["gpio"]?["header"]) {
            let offset = try #require(Self.text(pin["offset"]).flatMap { Int($0) })
            #expect(Self.text(pin["pull"]) == board.pull(of: offset)?.rawValue, "line \(offset)")
        }
        #expect(board.models.allSatisfy { Board.of(model: $0 + " Rev 1.0") == board })
    }

    private static func text(_ node: SettingsNode?) -> String? {
        guard case .scalar(let text)? = node?.content else { return nil }
        return text
    }

    private static func list(_ node: SettingsNode?) -> [SettingsNode] {
        guard case .sequence(let nodes)? = node?.content else { return [] }
        return nodes
    }
}
