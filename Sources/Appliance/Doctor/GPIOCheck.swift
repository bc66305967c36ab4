import Actions

/// The GPIO chips, who uses which line, and what becomes of a line whose process died.
enum GPIOCheck {
    static func findings(_ inventory: Result<GPIOInventory, ActionsError>, _ board: Board?, isNeeded: Bool) -> [Finding] {
        switch inventory {
        case .failure(let error): return [.fail("GPIO", "the chips cannot be listed", cure: CameraCheck.sentence(error.description))]
        case .success(let inventory):
            guard !inventory.chips.isEmpty else { return [none(isNeeded)] }
            return inventory.chips.map { finding($0, board) } + [policy(inventory.releasePolicy, board)]
        }
    }

    private static func none(_ isNeeded: Bool) -> Finding {
        guard isNeeded else { return .pass("chips", "none, and the configuration needs none") }
        return .warn(
            "chips", "this machine has no GPIO chip",
            cure: "Outputs can only be tried with chip: simulated here; on a board, look for /dev/gpiochip0.")
    }

    private static func finding(_ chip: GPIOInventory.Chip, _ board: Board?) -> Finding {
        if let error = chip.error {
            return .fail(chip.path, "cannot be read", cure: CameraCheck.sentence(error.description))
        }
        let used = chip.lines.filter(\.isUsed)
        var details = used.map { line in
            let holder = line.consumer.isEmpty ? "the kernel" : line.consumer
            return "\(name(line)): \(line.isOutput ? "output" : "input") of \(holder)"
        }
        if let board, board.chip == chip.label {
            let free = board.relays.filter { offset in !used.contains { $0.offset == offset } }
            details.insert("pulled down from power-on and free, good for relays: \(free.map(String.init).joined(separator: " "))", at: 0)
        }
        return .pass(chip.path, "\(chip.label), \(chip.lineCount) lines, \(used.count) in use", details: details)
    }

    private static func name(_ line: GPIOInventory.Line) -> String {
        line.name.isEmpty ? "line \(line.offset)" : "line \(line.offset) \(line.name)"
    }

    private static func policy(_ policy: GPIOInventory.ReleasePolicy, _ board: Board?) -> Finding {
        switch policy {
        case .returnsToInput:
            return .pass("after a crash", "a line becomes an input again, so its pull resistor decides")
        case .keepsLevel:
            return .warn(
                "after a crash", "a line keeps its last level when the process that drives it dies (persist_gpio_outputs)",
                cure: "Write dtparam=strict_gpiod into /boot/firmware/config.txt and reboot; then the pull resistor turns the load off.")
        case .unknown where board != nil:
            return .warn(
                "after a crash", "this kernel does not say what becomes of a line when the process that drives it dies",
                cure: "Try it with a lamp: start picket, switch the line on, kill -9 it, and see whether the lamp goes out.")
        case .unknown:
            return .pass("after a crash", "the kernel does not say what becomes of a line; by default it becomes an input again")
        }
    }
}

extension Result where Success == GPIOInventory, Failure == ActionsError {
    var keepsLevel: Bool { (try? get())?.releasePolicy == .keepsLevel }
    var chips: [GPIOInventory.Chip] { (try? get())?.chips ?? [] }
}
