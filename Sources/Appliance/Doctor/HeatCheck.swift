/// Temperature, and what Raspberry Pi's firmware says about its power supply.
enum HeatCheck {
    /// Thousandths of a degree: where boards begin to slow down, and where they are about to switch off.
    private static let (warm, hot) = (75_000, 90_000)

    static func findings(_ system: SystemReadings) -> [Finding] {
        let zones = system.names("/sys/class/thermal").filter { $0.hasPrefix("thermal_zone") }
        let temperatures: [Finding] = zones.compactMap { zone in
            let folder = "/sys/class/thermal/" + zone
            // Sensors that are switched off answer with nonsense or not at all.
            guard let value = system.number(folder + "/temp"), (-40_000...150_000).contains(value) else { return nil }
            let name = system.text(folder + "/type") ?? zone
            let text = Wording.degrees(value)
            if value >= hot { return .fail(name, "\(text): about to switch itself off", cure: "Cool the board now.") }
            if value >= warm {
                return .warn(
                    name, "\(text): boards slow down from about 80 \u{B0}C", cure: "Fit a heat sink or a fan, or lower camera.fps.")
            }
            return .pass(name, text)
        }
        let all = temperatures + throttling(system)
        return all.isEmpty ? [.pass("temperature", "this machine does not tell")] : all
    }

    private static func throttling(_ system: SystemReadings) -> [Finding] {
        guard let flags = flags(system) else { return [] }
        var findings: [Finding] = []
        func isSet(_ bit: Int) -> Bool { flags & (1 << bit) != 0 }
        let supply = "Use the board's own power supply and a short thick cable; give cameras a powered hub."
        if isSet(0) {
            findings.append(.fail("power", "the supply voltage is too low now", cure: supply))
        } else if isSet(16) {
            findings.append(.warn("power", "the supply voltage was too low since the start", cure: supply))
        }
        let cooling = "Fit a heat sink or a fan, or lower camera.fps."
        if isSet(1) || isSet(2) || isSet(3) {
            findings.append(.warn("throttling", "the firmware slows the processor down now", cure: cooling))
        } else if isSet(17) || isSet(18) || isSet(19) {
            findings.append(.warn("throttling", "the firmware slowed the processor down since the start", cure: cooling))
        }
        return findings.isEmpty ? [.pass("power", "no low voltage and no throttling since the start")] : findings
    }

    /// The bits of `vcgencmd get_throttled`, hexadecimal with or without 0x. The name of the firmware's node differs between boards.
    private static func flags(_ system: SystemReadings) -> UInt32? {
        for soc in system.names("/sys/devices/platform") where soc.hasPrefix("soc") {
            let folder = "/sys/devices/platform/" + soc
            for node in system.names(folder) where node.hasSuffix("firmware") {
                guard let text = system.text("\(folder)/\(node)/get_throttled") else { continue }
                if let flags = UInt32(text.hasPrefix("0x") ? text.dropFirst(2) : text[...], radix: 16) { return flags }
            }
        }
        return nil
    }
}
