/// Whether this user, and the service, may open cameras and GPIO chips.
enum PermissionCheck {
    private struct Kind {
        let prefix: String
        let group: String
        let words: String
    }

    private static let kinds = [
        Kind(prefix: "video", group: "video", words: "cameras"), Kind(prefix: "gpiochip", group: "gpio", words: "GPIO chips"),
    ]

    /// The kernel's default of `overflowgid`: stands for every group that has no name in a user name space.
    private static let overflowGroup: UInt32 = 65534

    static func findings(_ system: SystemReadings) -> [Finding] {
        let names = system.names("/dev")
        let findings = kinds.flatMap { kind -> [Finding] in
            let nodes = names.filter { $0.hasPrefix(kind.prefix) && $0.dropFirst(kind.prefix.count).allSatisfy(\.isNumber) }
                .filter { $0.count > kind.prefix.count }.map { "/dev/" + $0 }
            return nodes.isEmpty ? [] : [user(system, kind, nodes), service(system, kind, nodes)]
        }
        return findings.isEmpty ? [.pass("devices", "there is no camera and no GPIO chip to ask for")] : findings
    }

    private static func user(_ system: SystemReadings, _ kind: Kind, _ nodes: [String]) -> Finding {
        let name = userName(system)
        let closed = nodes.filter { !system.mayUse($0) }
        guard let first = closed.first else { return .pass(kind.words, "\(name) may use \(Wording.list(few(nodes)))") }
        let group = system.owner(first).flatMap { $0.isGroupWritable ? groupName(system, $0.group) : nil }
        let cure =
            if let group, group != "root" {
                "Join the group and log in again: sudo usermod -aG \(group) \(name)."
            } else {
                "Install firmware-config/udev/60-picket.rules, then: sudo usermod -aG \(kind.group) \(name), and log in again."
            }
        return .warn(kind.words, "\(name) may not use \(Wording.list(few(closed)))", cure: cure)
    }

    /// The unit asks for the groups video and gpio and has no other rights.
    private static func service(_ system: SystemReadings, _ kind: Kind, _ nodes: [String]) -> Finding {
        let subject = kind.group + " group"
        let closed = nodes.filter { node in
            guard let owner = system.owner(node) else { return false }
            // In the unit's own user name space (PrivateUsers=) every foreign owner reads as nobody; what counts there is the access.
            if owner.group == overflowGroup { return !system.mayUse(node) }
            return !owner.isGroupWritable || groupName(system, owner.group) != kind.group
        }
        guard !closed.isEmpty else { return .pass(subject, "the service may use \(Wording.list(few(nodes))) through it") }
        return .warn(
            subject, "the service may not use \(Wording.list(few(closed))): the group '\(kind.group)' has no right to it",
            cure: "Install firmware-config/udev/60-picket.rules and run: sudo systemctl restart systemd-udevd && sudo udevadm trigger.")
    }

    private static func few(_ nodes: [String]) -> [String] {
        nodes.count <= 4 ? nodes : Array(nodes.prefix(3)) + ["\(nodes.count - 3) more"]
    }

    private static func userName(_ system: SystemReadings) -> String {
        entry(system.lines("/etc/passwd"), id: system.user.id) ?? "user \(system.user.id)"
    }

    private static func groupName(_ system: SystemReadings, _ id: UInt32) -> String? { entry(system.lines("/etc/group"), id: id) }

    /// The name of a line `name:password:id:...`.
    private static func entry(_ lines: [Substring], id: UInt32) -> String? {
        for line in lines {
            let fields = line.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
            if fields.count > 2, UInt32(fields[2]) == id { return String(fields[0]) }
        }
        return nil
    }
}
