/// Everything that `picket doctor` found, in groups. Encodes to the one object of `--json`.
package struct DoctorReport: Sendable, Hashable, Encodable {
    package struct Group: Sendable, Hashable, Encodable {
        package let title: String
        package let findings: [Finding]

        package init(_ title: String, _ findings: [Finding]) {
            self.title = title
            self.findings = findings
        }
    }

    package let groups: [Group]

    package init(groups: [Group]) { self.groups = groups.filter { !$0.findings.isEmpty } }

    /// Looks at the machine: reads, opens devices for their descriptions, and writes one small file for a moment where the log lies.
    /// - Parameter configurationPath: the configuration to compare the machine with; nil looks at the machine alone.
    package init(examining system: SystemReadings, configurationPath: String? = nil) {
        let site = configurationPath.map { Site(path: $0) }
        let board = Board.of(model: BoardCheck.model(system) ?? "")
        let cameras = system.cameras()
        let gpio = system.gpio()
        var groups = [
            Group("Board", BoardCheck.findings(system, board)),
            Group("Kernels", TierCheck.findings(system)),
            Group("Cameras", CameraCheck.findings(cameras, isNeeded: site?.needsCamera ?? true)),
            Group("GPIO", GPIOCheck.findings(gpio, board, isNeeded: site?.needsLines ?? true)),
            Group("Storage", StorageCheck.findings(system, site?.storage)),
            Group("Clock", ClockCheck.findings(system)),
            Group("Heat and power", HeatCheck.findings(system)),
            Group("Service", ServiceCheck.findings(system, keepsLevel: gpio.keepsLevel && !(site?.outputs.isEmpty ?? true))),
            Group("Permissions", PermissionCheck.findings(system)),
        ]
        if let site { groups.append(Group("Configuration", SiteCheck(site, system, board, cameras, gpio).findings)) }
        self.init(groups: groups)
    }

    package var findings: [Finding] { groups.flatMap(\.findings) }

    /// The worst of all.
    package var verdict: Finding.Verdict { findings.map(\.verdict).max() ?? .pass }

    /// 0 when all is well, 1 with warnings, 2 with a failure.
    package var exitCode: Int32 {
        switch verdict {
        case .pass: 0
        case .warn: 1
        case .fail: 2
        }
    }

    package func count(of verdict: Finding.Verdict) -> Int { findings.count { $0.verdict == verdict } }

    private enum CodingKeys: String, CodingKey {
        case verdict
        case exitCode = "exit_code"
        case passed, warnings, failures, groups
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(verdict, forKey: .verdict)
        try container.encode(exitCode, forKey: .exitCode)
        try container.encode(count(of: .pass), forKey: .passed)
        try container.encode(count(of: .warn), forKey: .warnings)
        try container.encode(count(of: .fail), forKey: .failures)
        try container.encode(groups, forKey: .groups)
    }
}
