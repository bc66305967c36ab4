/// The service and the watchdogs: what starts again when something hangs.
enum ServiceCheck {
    private static let unitFolders = ["/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"]
    private static let name = "picket.service"

    /// - Parameter keepsLevel: lines are used whose level outlives the process.
    static func findings(_ system: SystemReadings, keepsLevel: Bool) -> [Finding] {
        guard system.exists("/run/systemd/system") else {
            return [
                .warn(
                    "systemd", "is not in charge here: nothing starts picket again",
                    cure: "Run picket under systemd (systemd/picket.service), or under another supervisor that restarts it."),
                hardware(system, period: nil),
            ]
        }
        return unit(system, keepsLevel) + [hardware(system, period: setting("RuntimeWatchdogSec", managerFiles(system), system))]
    }

    // MARK: The unit

    private static func unit(_ system: SystemReadings, _ keepsLevel: Bool) -> [Finding] {
        guard let path = unitFolders.map({ $0 + "/" + name }).first(where: system.exists) else {
            return [
                .warn(
                    "service", "\(name) is not installed: picket does not start by itself",
                    cure: "Install systemd/picket.service and enable it: sudo systemctl enable --now picket.")
            ]
        }
        let files = [path] + dropIns(unitFolders.reversed().map { "\($0)/\(name).d" }, system)
        let isRunning = system.text("/sys/fs/cgroup/system.slice/\(name)/cgroup.procs").map { !$0.isEmpty } ?? false
        let isEnabled = system.names("/etc/systemd/system/multi-user.target.wants").contains(name)
        let text = "\(path), \(isEnabled ? "enabled" : "not enabled"), \(isRunning ? "running" : "not running")"
        var findings = [
            isEnabled
                ? Finding.pass("service", text)
                : .warn("service", text, cure: "Let it start with the board: sudo systemctl enable --now picket.")
        ]
        if let period = setting("WatchdogSec", files, system), isOn(period) {
            findings.append(.pass("service watchdog", "a service that hangs is started again after \(spelled(period))"))
        } else {
            findings.append(.warn("service watchdog", "a service that hangs is not noticed", cure: "Add WatchdogSec=10 to the unit."))
        }
        if keepsLevel, setting("ExecStopPost", files, system)?.contains("outputs-off") != true {
            findings.append(
                .fail(
                    "outputs-off", "nothing makes the lines safe when picket dies, and this kernel keeps their level",
                    cure: "Add ExecStopPost=/usr/bin/picket outputs-off --config /etc/picket/picket.yaml to the unit."))
        }
        return findings
    }

    // MARK: The board's watchdog

    private static func hardware(_ system: SystemReadings, period: String?) -> Finding {
        guard system.exists("/dev/watchdog0") || system.exists("/sys/class/watchdog/watchdog0") else {
            return .warn(
                "board watchdog", "there is none: a kernel that hangs stays so",
                cure: "On a Raspberry Pi, write dtparam=watchdog=on into /boot/firmware/config.txt and reboot.")
        }
        let folder = "/sys/class/watchdog/watchdog0"
        let kind = system.text(folder + "/identity") ?? "/dev/watchdog0"
        let isActive = system.text(folder + "/state").map { $0 == "active" }
        let isSet = period.map(isOn) ?? false
        switch (isActive, isSet) {
        case (true, _), (nil, true):
            return .pass("board watchdog", "\(kind), in use\(period.map { ", RuntimeWatchdogSec=\($0)" } ?? "")")
        case (false, true):
            return .warn(
                "board watchdog", "\(kind) is not in use, though RuntimeWatchdogSec= is set",
                cure: "Reboot, or run systemctl daemon-reexec; then look into the log for what refused it.")
        default:
            return .warn(
                "board watchdog", "\(kind) is there and nobody uses it: a kernel that hangs stays so",
                cure: "Install systemd/10-picket-watchdog.conf as /etc/systemd/system.conf.d/10-picket-watchdog.conf and reboot.")
        }
    }

    // MARK: Files of systemd

    private static func managerFiles(_ system: SystemReadings) -> [String] {
        ["/etc/systemd/system.conf"]
            + dropIns(["/lib", "/usr/lib", "/run", "/etc"].map { $0 + "/systemd/system.conf.d" }, system)
    }

    /// The drop-ins of several folders, the most important folder last; systemd sorts them by name across folders, and so does this.
    private static func dropIns(_ folders: [String], _ system: SystemReadings) -> [String] {
        var files: [String: String] = [:]
        for folder in folders {
            for name in system.names(folder) where name.hasSuffix(".conf") { files[name] = folder + "/" + name }
        }
        return files.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The last value that the files give; nil when none does.
    private static func setting(_ key: String, _ files: [String], _ system: SystemReadings) -> String? {
        let lines = files.flatMap { system.lines($0) }.filter { $0.hasPrefix(key + "=") }
        return lines.last.map { String($0.dropFirst(key.count + 1)) }
    }

    /// A bare number is seconds.
    private static func spelled(_ period: String) -> String { period.allSatisfy(\.isNumber) ? period + " s" : period }

    private static func isOn(_ period: String) -> Bool { !["", "0", "0s", "off", "infinity"].contains(period) }
}
