internal import CGPIO

/// The only file that talks to libgpiod. Everything here may block for as long as the chip's bus does.
enum Libgpiod {
    /// More chips or lines than this are not looked at; real boards have a handful of chips.
    static let maximumChipCount = 64
    static let maximumLineCount = 4096

    static var apiVersion: Int { Int(pk_gpio_api_version()) }

    /// The chips of a folder of devices in the order of their numbers.
    static func chips(in devices: String, withLines: Bool) throws(ActionsError) -> [GPIOInventory.Chip] {
        var infos = [pk_gpio_chip_info](repeating: pk_gpio_chip_info(), count: maximumChipCount)
        let count = unsafe infos.withUnsafeMutableBufferPointer { buffer in
            // SAFETY: base and capacity are the buffer's own; the C function writes at most `capacity` entries and keeps nothing.
            unsafe pk_gpio_list_chips(devices, buffer.baseAddress, UInt32(buffer.count))
        }
        guard count >= 0 else { throw .system(operation: "list chips", subject: devices, errno: -count) }
        let chips = infos.prefix(Int(count)).map { info in
            let path = text(info.path)
            var failure = info.error == 0 ? nil : error(-info.error, path: path)
            var lines: [GPIOInventory.Line] = []
            if withLines, failure == nil {
                switch self.lines(path: path, count: Int(info.line_count)) {
                case .success(let list): lines = list
                case .failure(let cause): failure = cause
                }
            }
            return GPIOInventory.Chip(
                path: path, name: text(info.name), label: text(info.label), lineCount: Int(info.line_count), lines: lines, error: failure)
        }
        // gpiochip10 comes after gpiochip9.
        return chips.sorted { ($0.path.utf8.count, $0.path) < ($1.path.utf8.count, $1.path) }
    }

    static func lines(path: String, count: Int) -> Result<[GPIOInventory.Line], ActionsError> {
        var infos = [pk_gpio_line_info](repeating: pk_gpio_line_info(), count: min(count, maximumLineCount))
        let filled = unsafe infos.withUnsafeMutableBufferPointer { buffer in
            // SAFETY: as in `chips`.
            unsafe pk_gpio_read_lines(path, buffer.baseAddress, UInt32(buffer.count))
        }
        guard filled >= 0 else { return .failure(error(-filled, path: path)) }
        return .success(
            infos.prefix(Int(filled)).map { info in
                GPIOInventory.Line(
                    offset: Int(info.offset), name: text(info.name), consumer: text(info.consumer), isUsed: info.is_used != 0,
                    isOutput: info.is_output != 0, isActiveLow: info.is_active_low != 0)
            })
    }

    static func error(_ errno: Int32, path: String) -> ActionsError {
        // EPERM and EACCES
        errno == 1 || errno == 13 ? .denied(path: path) : .system(operation: "open", subject: path, errno: errno)
    }

    /// The text of a C array of characters, which Swift sees as a tuple.
    private static func text<Characters>(_ characters: Characters) -> String {
        unsafe withUnsafeBytes(of: characters) { bytes in
            // SAFETY: the bytes are the copy's own and live for this closure; the text ends at the first zero or with the array.
            let used = unsafe bytes.prefix { $0 != 0 }
            return unsafe String(decoding: used, as: UTF8.self)
        }
    }
}

/// A line of a real chip.
@safe final class GPIOLine: OutputLine {
    private let line: OutputSettings.Line
    /// Nil once released. Belongs to this object alone; every use is on the object's thread, since the class is not Sendable.
    private var handle: OpaquePointer?

    /// Finds the chip and the line and requests it with its level in one call.
    init(_ line: OutputSettings.Line, isActive: Bool, consumer: String) throws(ActionsError) {
        self.line = line
        let chip = try Self.find(line.chip)
        let offset = try Self.offset(of: line, on: chip)
        var output: OpaquePointer?
        // SAFETY: the strings outlive the call, which copies them; `output` is written before the call returns.
        let status = unsafe pk_gpio_request_output(
            chip.path, chip.label, UInt32(offset), consumer, line.isActiveLow ? 1 : 0, Self.bias(line.bias), isActive ? 1 : 0, &output)
        guard status == 0 else { throw Self.refusal(-status, line, chip, offset) }
        unsafe handle = output
    }

    deinit { release() }

    func set(_ isActive: Bool) throws(ActionsError) {
        guard let handle = unsafe handle else { throw failure("set", 9) }
        // SAFETY: a handle that is not nil is live until `release`.
        let status = unsafe pk_gpio_set(handle, isActive ? 1 : 0)
        if status < 0 { throw failure("set", -status) }
    }

    func read() throws(ActionsError) -> Bool {
        guard let handle = unsafe handle else { throw failure("read", 9) }
        // SAFETY: a handle that is not nil is live until `release`.
        let value = unsafe pk_gpio_get(handle)
        if value < 0 { throw failure("read", -value) }
        return value == 1
    }

    func release() {
        // SAFETY: the handle is forgotten in the same breath, so it is released once.
        unsafe pk_gpio_release(handle)
        unsafe handle = nil
    }

    private func failure(_ operation: String, _ errno: Int32) -> ActionsError {
        .system(operation: operation, subject: line.description, errno: errno)
    }

    // MARK: Finding

    private static func find(_ name: String) throws(ActionsError) -> GPIOInventory.Chip {
        let chips = try Libgpiod.chips(in: "/dev", withLines: false)
        if let chip = chips.first(where: { $0.answers(to: name) }) {
            if let error = chip.error { throw error }
            return chip
        }
        // A chip that may not be opened does not tell its label: it may be the one.
        if let denied = chips.first(where: { $0.error != nil }), let error = denied.error { throw error }
        throw .noSuchChip(name, present: chips.map(\.label))
    }

    private static func offset(of line: OutputSettings.Line, on chip: GPIOInventory.Chip) throws(ActionsError) -> Int {
        switch line.place {
        case .offset(let offset):
            guard offset < chip.lineCount else { throw .noSuchLine(line, lineCount: chip.lineCount) }
            return offset
        case .name(let name):
            let lines: [GPIOInventory.Line]
            switch Libgpiod.lines(path: chip.path, count: chip.lineCount) {
            case .success(let list): lines = list
            case .failure(let error): throw error
            }
            guard let found = lines.first(where: { $0.name == name }) else { throw .noSuchLine(line, lineCount: chip.lineCount) }
            return found.offset
        }
    }

    private static func refusal(_ errno: Int32, _ line: OutputSettings.Line, _ chip: GPIOInventory.Chip, _ offset: Int) -> ActionsError {
        switch errno {
        case 1, 13: return .denied(path: chip.path)
        case 2: return .noSuchLine(line, lineCount: chip.lineCount)
        case 16:
            guard case .success(let lines) = Libgpiod.lines(path: chip.path, count: chip.lineCount),
                let found = lines.first(where: { $0.offset == offset }), !found.consumer.isEmpty
            else { return .busy(line, consumer: "somebody without a name") }
            return .busy(line, consumer: found.consumer)
        default: return .system(operation: "request", subject: line.description, errno: errno)
        }
    }

    private static func bias(_ bias: OutputSettings.Line.Bias?) -> pk_gpio_bias {
        switch bias {
        case nil: PK_GPIO_BIAS_AS_IS
        case .disabled: PK_GPIO_BIAS_DISABLED
        case .up: PK_GPIO_BIAS_PULL_UP
        case .down: PK_GPIO_BIAS_PULL_DOWN
        }
    }
}
