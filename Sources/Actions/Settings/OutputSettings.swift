package import Settings

/// What a `gpio-output` node of a workflow asks for: a line and the rules of when it is on.
///
/// Pure facts, already validated; `OutputSettings+Reading.swift` makes them from YAML and explains what is wrong. `OutputTimer` obeys them.
package struct OutputSettings: Sendable, Hashable {
    /// Which line of which chip, and which level means on.
    package struct Line: Sendable, Hashable, CustomStringConvertible {
        package enum Place: Sendable, Hashable {
            case offset(Int)
            case name(String)
        }

        package enum Bias: String, Sendable, Hashable, CaseIterable {
            case disabled, up, down
        }

        /// The chip's label (`pinctrl-bcm2711`), its name or its path; `simulated` needs no hardware.
        package let chip: String
        package let place: Place
        /// True when a low level at the pin means on.
        package let isActiveLow: Bool
        /// Nil leaves the pull resistor as it is.
        package let bias: Bias?

        package init(chip: String, place: Place, isActiveLow: Bool = false, bias: Bias? = nil) {
            self.chip = chip
            self.place = place
            self.isActiveLow = isActiveLow
            self.bias = bias
        }

        package static let simulatedChip = "simulated"
        package var isSimulated: Bool { chip == Self.simulatedChip }

        package var description: String {
            switch place {
            case .offset(let offset): "line \(offset) of \(chip)"
            case .name(let name): "line '\(name)' of \(chip)"
            }
        }
    }

    /// `3 of 5`: how many of the last frames have to match before the line goes on.
    package struct Confirmation: Sendable, Hashable, CustomStringConvertible {
        /// The longest window, so that a timer's history is one word.
        package static let maximumWindow = 64

        package let required: Int
        package let window: Int

        /// Nil unless 1 <= required <= window <= 64.
        package init?(_ required: Int, of window: Int) {
            guard (1...Self.maximumWindow).contains(window), (1...window).contains(required) else { return nil }
            self.required = required
            self.window = window
        }

        private init(every count: Int) { (required, window) = (count, count) }

        /// One matching frame is enough.
        package static let one = Confirmation(every: 1)

        package var description: String { "\(required) of \(window)" }
    }

    /// How long the line stays on.
    package enum OnTime: Sendable, Hashable {
        /// Until `hold` after the last matching frame, and never longer than `atMost` in one go.
        case hold(Duration, atMost: Duration?)
        /// Exactly this long for each time that the match begins.
        case pulse(Duration)
    }

    /// The level while something is wrong, at start and after the end. `active` is for loads that are safe when on: a warning lamp, a
    /// valve that is closed by power.
    package enum SafeLevel: String, Sendable, Hashable, CaseIterable {
        case inactive, active
    }

    package static let defaultHold = Duration.seconds(1)
    package static let defaultMaxAge = Duration.seconds(1)

    /// The node's name.
    package let id: String
    package let line: Line
    package let onAfter: Confirmation
    package let onTime: OnTime
    /// The least time between going off and going on again; also counted from the start of the process.
    package let minOff: Duration
    package let onFault: SafeLevel
    /// A result about a frame that is older than this is refused.
    package let maxAge: Duration
    /// Where the line is named in the file; nil when the settings were not read from one.
    package let origin: SettingsNode?

    package init(
        id: String, line: Line, onAfter: Confirmation = .one, onTime: OnTime = .hold(defaultHold, atMost: nil), minOff: Duration = .zero,
        onFault: SafeLevel = .inactive, maxAge: Duration = defaultMaxAge, origin: SettingsNode? = nil
    ) {
        self.id = id
        self.line = line
        self.onAfter = onAfter
        self.onTime = onTime
        self.minOff = minOff
        self.onFault = onFault
        self.maxAge = maxAge
        self.origin = origin
    }

    package var isSafeWhenActive: Bool { onFault == .active }

    /// The same rules for the same line, wherever in a file they stand: what a running output is compared with after a reload.
    package var withoutOrigin: OutputSettings {
        OutputSettings(id: id, line: line, onAfter: onAfter, onTime: onTime, minOff: minOff, onFault: onFault, maxAge: maxAge)
    }
}
