package import Settings

extension OutputSettings {
    /// Reads the keys of a `gpio-output` node; the caller reads the keys that all nodes have and calls `finish()`.
    ///
    /// Every issue is collected, and values that contradict each other are explained.
    /// - Returns: nil when anything was wrong.
    package static func read(_ section: Section, id: String) -> OutputSettings? {
        let issueCount = section.issues.issues.count
        let line = readLine(section)
        let onAfter = readConfirmation(section)
        let onTime = readOnTime(section)
        let minOff = section.duration("min_off") ?? .zero
        let onFault = section.choice("on_fault", as: SafeLevel.self) ?? .inactive
        let maxAge = positive(section, "max_age", example: "1s") ?? defaultMaxAge
        if onFault == .active { explainActiveFault(section) }
        guard let line, let onAfter, let onTime, section.issues.issues.count == issueCount else { return nil }
        return OutputSettings(
            id: id, line: line, onAfter: onAfter, onTime: onTime, minOff: minOff, onFault: onFault, maxAge: maxAge,
            origin: section.value("line"))
    }

    /// Adds an issue for every line that an earlier output of the file drives already.
    ///
    /// Lines are compared as they are written. One line that is written in two ways (by offset and by name) is refused by the kernel when
    /// the second one is requested.
    package static func complainAboutSharedLines(_ outputs: [OutputSettings], _ issues: IssueCollector) {
        var owners: [Line: String] = [:]
        for output in outputs {
            // Polarity and bias do not make it another line.
            let key = Line(chip: output.line.chip, place: output.line.place)
            if let owner = owners[key] {
                let position = output.origin?.position ?? Position(line: 1, column: 1)
                issues.add(
                    at: position, path: output.origin?.path ?? output.id, "\(output.line) is already driven by '\(owner)'",
                    suggestion: "list both inputs in one gpio-output, or choose another line")
            } else {
                owners[key] = output.id
            }
        }
    }

    private static func readLine(_ section: Section) -> Line? {
        let example = "line: {chip: pinctrl-bcm2711, offset: 17, active: high}"
        guard let inner = section.section("line") else {
            if !section.has("line") { section.complain("line", "'line' is missing", suggestion: "write for example \(example)") }
            return nil
        }
        guard case .mapping = inner.node.content else { return nil }
        let chip = inner.requiredString("chip", example: "pinctrl-bcm2711")
        let place = readPlace(inner)
        let active = inner.choice("active", ["high", "low"])
        let bias = inner.choice("bias", as: Line.Bias.self)
        inner.finish()
        if let chip, chip.isEmpty || chip.utf8.count > 63 {
            inner.complain("chip", "'\(chip)' is no chip's name", suggestion: "write a label of `picket doctor`, such as pinctrl-bcm2711")
            return nil
        }
        guard let chip, let place else { return nil }
        return Line(chip: chip, place: place, isActiveLow: active == "low", bias: bias)
    }

    private static func readPlace(_ line: Section) -> Line.Place? {
        // Both are asked for, so that neither is called unknown.
        let hasOffset = line.has("offset")
        let hasName = line.has("name")
        switch (hasOffset, hasName) {
        case (true, true):
            line.complain("name", "'offset' and 'name' both say which line it is", suggestion: "keep one of them")
            return nil
        case (false, false):
            line.complain("line", "which line of the chip is missing", suggestion: "write offset: 17, or name: GPIO17")
            return nil
        case (true, false):
            return line.integer("offset", in: 0...65_535).map(Line.Place.offset)
        case (false, true):
            guard let name = line.string("name") else { return nil }
            guard !name.isEmpty, name.utf8.count <= 31 else {
                line.complain("name", "'\(name)' is no line's name", suggestion: "write a name of `picket doctor`, such as GPIO17")
                return nil
            }
            return .name(name)
        }
    }

    private static func readConfirmation(_ section: Section) -> Confirmation? {
        guard section.has("on_after") else { return .one }
        guard let text = section.string("on_after") else { return nil }
        let words = text.split(separator: " ")
        let example = "write the frames that must match, such as 3 of 5, or 3 for three in a row; at most \(Confirmation.maximumWindow)"
        func number(_ word: Substring) -> Int? {
            // Digits only: `+3` and `0x3` are not what people write here. Nine digits cannot overflow.
            !word.isEmpty && word.utf8.count <= 9 && word.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
                ? Int(word) : nil
        }
        let required: Int
        let window: Int
        if words.count == 1, let count = number(words[0]) {
            (required, window) = (count, count)
        } else if words.count == 3, words[1] == "of", let first = number(words[0]), let second = number(words[2]) {
            (required, window) = (first, second)
        } else {
            section.complain("on_after", "'\(text)' is not valid here", suggestion: example)
            return nil
        }
        if required > window {
            section.complain(
                "on_after", "\(required) of \(window) frames can never match", suggestion: "did you mean \(window) of \(required)?")
            return nil
        }
        guard let confirmation = Confirmation(required, of: window) else {
            section.complain("on_after", "'\(text)' is out of range", suggestion: example)
            return nil
        }
        return confirmation
    }

    private static func readOnTime(_ section: Section) -> OnTime? {
        let hold = positive(section, "hold", example: "5s")
        let maxOn = positive(section, "max_on", example: "60s")
        let pulse = positive(section, "pulse", example: "200ms")
        if section.has("pulse") {
            for key in ["hold", "max_on"] where section.has(key) {
                section.complain(
                    key, "contradicts 'pulse': a pulse has one length, whatever is seen meanwhile",
                    suggestion: "remove '\(key)' for single pulses, or 'pulse' for a line that follows what is seen")
            }
            return pulse.map(OnTime.pulse)
        }
        let effectiveHold = hold ?? defaultHold
        if let maxOn, effectiveHold > maxOn {
            let what = hold == nil ? "the hold (1 s unless you write another)" : "the hold of \(effectiveHold.spokenText)"
            section.complain(
                section.has("hold") ? "hold" : "max_on", "\(what) is longer than max_on (\(maxOn.spokenText)), so it could never end",
                suggestion: "make hold at most max_on, or write pulse: \(maxOn.writtenText) for a fixed time")
            return nil
        }
        return .hold(effectiveHold, atMost: maxOn)
    }

    private static func explainActiveFault(_ section: Section) {
        for key in ["max_on", "pulse"] where section.has(key) {
            section.complain(
                key, "contradicts 'on_fault: active', which keeps the line on for as long as a fault lasts",
                suggestion: "remove '\(key)', or write on_fault: inactive")
        }
    }

    private static func positive(_ section: Section, _ key: String, example: String) -> Duration? {
        guard let duration = section.duration(key) else { return nil }
        guard duration > .zero else {
            section.complain(key, "must be longer than nothing", suggestion: "write for example \(key): \(example)")
            return nil
        }
        return duration
    }
}
