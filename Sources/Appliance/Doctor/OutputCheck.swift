import Actions

/// One output line of the configuration against the chips of the machine.
struct OutputCheck {
    let chips: [GPIOInventory.Chip]
    let board: Board?

    func finding(_ output: OutputSettings) -> Finding {
        let subject = output.id
        let wanted = output.line
        let safe = "safe level: \(output.isSafeWhenActive ? "on" : "off")"
        if wanted.isSimulated { return .pass(subject, "simulated, drives nothing; \(safe)") }
        guard let chip = chips.first(where: { $0.answers(to: wanted.chip) }) else {
            let labels = chips.filter { $0.error == nil }.map(\.label)
            return .fail(
                subject, "there is no GPIO chip '\(wanted.chip)'",
                cure: labels.isEmpty
                    ? "Run this on the board, or write chip: simulated." : "Write chip: \(labels.joined(separator: " or ")).")
        }
        if let error = chip.error { return .fail(subject, "\(wanted)", cure: CameraCheck.sentence(error.description)) }
        let line =
            switch wanted.place {
            case .offset(let offset): chip.lines.first { $0.offset == offset }
            case .name(let name): chip.lines.first { $0.name == name }
            }
        guard let line else {
            return .fail(
                subject, "\(wanted): there is no such line",
                cure: "The chip has \(chip.lineCount) lines, 0 to \(max(0, chip.lineCount - 1)).")
        }
        if line.isUsed, line.consumer != BoardLines.consumer {
            let holder = line.consumer.isEmpty ? "the kernel" : "'\(line.consumer)'"
            return .fail(subject, "\(wanted) is in use by \(holder)", cure: "Stop that program or driver, or choose another line.")
        }
        if let warning = wiring(output, line, chip) { return warning }
        return .pass(subject, "\(wanted) is \(line.isUsed ? "held by picket" : "free"); \(safe)")
    }

    /// What happens to the load between power-on and picket's start, and other uses of the pin.
    private func wiring(_ output: OutputSettings, _ line: GPIOInventory.Line, _ chip: GPIOInventory.Chip) -> Finding? {
        guard let board, board.chip == chip.label else { return nil }
        let relays = board.relays.map(String.init).joined(separator: ", ")
        if let reservation = board.reservation(of: line.offset) {
            return .warn(output.id, "\(output.line): \(reservation)", cure: "Take one of the lines \(relays).")
        }
        guard let pull = board.pull(of: line.offset) else { return nil }
        let isOnFromPowerOn = (pull == .up) != output.line.isActiveLow
        guard isOnFromPowerOn != output.isSafeWhenActive else { return nil }
        let level = isOnFromPowerOn ? "on" : "off"
        let cure =
            if output.isSafeWhenActive {
                "Wire the load to a normally-closed contact, so that it is on without picket."
            } else if output.line.isActiveLow {
                "Use a relay that switches on with a high level, on one of the lines \(relays)."
            } else {
                "Take one of the lines \(relays)."
            }
        return .warn(
            output.id, "\(output.line) is pulled \(pull.rawValue) from power-on, so the load is \(level) until picket starts",
            cure: cure)
    }
}
