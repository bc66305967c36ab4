/// What the machine is: board, system, processor, memory.
enum BoardCheck {
    /// Picket's own memory limit is 300 MB (`MemoryMax=` of the unit).
    private static let neededMemory: Int64 = 300_000_000

    static func findings(_ system: SystemReadings, _ board: Board?) -> [Finding] {
        [model(system, board), operatingSystem(system), processor(system), memory(system)] + [memoryLimit(system)].compactMap(\.self)
    }

    /// The board's own words; nil when neither device tree nor firmware tell.
    static func model(_ system: SystemReadings) -> String? {
        if let model = system.text("/proc/device-tree/model"), !model.isEmpty { return model }
        let parts = ["sys_vendor", "product_name"].compactMap { system.text("/sys/class/dmi/id/" + $0) }.filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    private static func model(_ system: SystemReadings, _ board: Board?) -> Finding {
        guard let model = model(system) else { return .pass("board", "unknown; nothing is known about its pins") }
        guard let board else { return .pass("board", "\(model); there is no profile, so nothing is known about its pins") }
        return .pass("board", "\(model) (profile: \(board.name))")
    }

    private static func operatingSystem(_ system: SystemReadings) -> Finding {
        let name = system.lines("/etc/os-release").first { $0.hasPrefix("PRETTY_NAME=") }
            .map { $0.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" } }
        let kernel = system.text("/proc/sys/kernel/osrelease") ?? "unknown"
        return .pass("system", "\(name ?? "Linux"), kernel \(kernel), \(architecture)")
    }

    /// Of this program, which is what counts: a 64-bit kernel may run a 32-bit program.
    private static var architecture: String {
        #if arch(arm64)
            "arm64"
        #elseif arch(x86_64)
            "x86_64"
        #else
            "another architecture"
        #endif
    }

    private static func processor(_ system: SystemReadings) -> Finding {
        var count = 0
        var name: String?
        for line in system.lines("/proc/cpuinfo") {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmed }
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "processor": count += 1
            case "model name": name = name ?? parts[1]
            case "CPU part": name = name ?? cores[parts[1].lowercased()]
            default: break
            }
        }
        guard count > 0 else { return .pass("processor", "/proc/cpuinfo does not tell") }
        let text = "\(count) core\(count == 1 ? "" : "s")" + (name.map { ", \($0)" } ?? "")
        return count > 1
            ? .pass("processor", text)
            : .warn("processor", text, cure: "Camera, models and log share one core: expect few frames a second.")
    }

    /// The parts of Arm Limited, as its technical reference manuals number them (MIDR_EL1.PartNum).
    private static let cores = [
        "0xd03": "Cortex-A53", "0xd04": "Cortex-A35", "0xd05": "Cortex-A55", "0xd07": "Cortex-A57", "0xd08": "Cortex-A72",
        "0xd09": "Cortex-A73", "0xd0a": "Cortex-A75", "0xd0b": "Cortex-A76", "0xd41": "Cortex-A78", "0xd0c": "Neoverse N1",
    ]

    /// Bytes of a line of /proc/meminfo.
    static func memory(_ system: SystemReadings, _ key: String) -> Int64? {
        guard let line = system.lines("/proc/meminfo").first(where: { $0.hasPrefix(key + ":") }) else { return nil }
        // Bound: clamped to what a machine can have before it is multiplied.
        return line.split(separator: " ").dropFirst().first.flatMap { Int64($0) }.map { min(max($0, 0), 1 << 50) * 1024 }
    }

    private static func memory(_ system: SystemReadings) -> Finding {
        guard let total = memory(system, "MemTotal") else { return .pass("memory", "/proc/meminfo does not tell") }
        guard let available = memory(system, "MemAvailable") else { return .pass("memory", Wording.bytes(total)) }
        let text = "\(Wording.bytes(total)), \(Wording.bytes(available)) available"
        return available >= neededMemory
            ? .pass("memory", text)
            : .warn("memory", text, cure: "Stop other programs: Picket may take up to \(Wording.bytes(neededMemory)).")
    }

    /// Raspberry Pi's firmware switches the controller off by default, and `MemoryMax=` of the unit then does nothing.
    private static func memoryLimit(_ system: SystemReadings) -> Finding? {
        guard let controllers = system.text("/sys/fs/cgroup/cgroup.controllers") else { return nil }
        if controllers.split(separator: " ").contains("memory") { return nil }
        return .warn(
            "memory limit", "the kernel's memory controller is off, so the service's MemoryMax= does nothing",
            cure: "Add cgroup_enable=memory to /boot/firmware/cmdline.txt and reboot.")
    }
}

extension Substring {
    /// Without blanks and tabs around it.
    fileprivate var trimmed: String {
        var text = self
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }
}
