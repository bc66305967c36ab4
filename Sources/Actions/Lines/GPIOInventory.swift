/// The chips and lines of this machine, for `doctor` and for finding a line. Reading it requests nothing and changes nothing.
package struct GPIOInventory: Sendable, Hashable {
    package struct Line: Sendable, Hashable {
        package let offset: Int
        /// Empty when the board gives it none.
        package let name: String
        /// Who holds the line; empty when nobody does or nobody says.
        package let consumer: String
        package let isUsed: Bool
        package let isOutput: Bool
        package let isActiveLow: Bool

        package init(offset: Int, name: String, consumer: String, isUsed: Bool, isOutput: Bool, isActiveLow: Bool) {
            self.offset = offset
            self.name = name
            self.consumer = consumer
            self.isUsed = isUsed
            self.isOutput = isOutput
            self.isActiveLow = isActiveLow
        }
    }

    package struct Chip: Sendable, Hashable {
        /// `/dev/gpiochip0`; the number may be another after the next boot.
        package let path: String
        /// `gpiochip0`
        package let name: String
        /// `pinctrl-bcm2711`: what a workflow should name.
        package let label: String
        package let lineCount: Int
        /// Empty when the chip cannot be read.
        package let lines: [Line]
        /// Why it cannot be read.
        package let error: ActionsError?

        package init(path: String, name: String, label: String, lineCount: Int, lines: [Line], error: ActionsError?) {
            self.path = path
            self.name = name
            self.label = label
            self.lineCount = lineCount
            self.lines = lines
            self.error = error
        }

        /// Whether a workflow that writes `chip` means this one.
        package func answers(to chip: String) -> Bool { label == chip || name == chip || path == chip }
    }

    /// What happens to an output pin when the process that holds it ends.
    package enum ReleasePolicy: String, Sendable, Hashable {
        /// The pin becomes an input, so its pull resistor decides: `dtparam=strict_gpiod`, and kernels other than Raspberry Pi's.
        case returnsToInput
        /// The pin keeps its last level: Raspberry Pi's kernels by default.
        case keepsLevel
        /// The kernel does not say.
        case unknown
    }

    /// In the order of their numbers.
    package let chips: [Chip]
    package let releasePolicy: ReleasePolicy
    /// The major version of libgpiod's interface in use.
    package let libgpiodVersion: Int

    package init(chips: [Chip], releasePolicy: ReleasePolicy, libgpiodVersion: Int) {
        self.chips = chips
        self.releasePolicy = releasePolicy
        self.libgpiodVersion = libgpiodVersion
    }

    /// Reads everything there is. A machine without chips gives an empty list.
    /// - Parameter parameters: where the kernel shows its modules' parameters; a test gives another folder.
    /// - Throws: `ActionsError.system` when the list of devices cannot be read.
    package static func read(devices: String = "/dev", parameters: String = "/sys/module") throws(ActionsError) -> GPIOInventory {
        let chips = try Libgpiod.chips(in: devices, withLines: true)
        return GPIOInventory(chips: chips, releasePolicy: releasePolicy(parameters), libgpiodVersion: Libgpiod.apiVersion)
    }

    static func releasePolicy(_ parameters: String) -> ReleasePolicy {
        // Raspberry Pi's two drivers; mainline's pinctrl-bcm2835 has the parameter since Linux 6.10.
        for driver in ["pinctrl_rp1", "pinctrl_bcm2835"] {
            switch Syscalls.contents(of: "\(parameters)/\(driver)/parameters/persist_gpio_outputs", limit: 8)?.first {
            case UInt8(ascii: "N"), UInt8(ascii: "0"): return .returnsToInput
            case UInt8(ascii: "Y"), UInt8(ascii: "1"): return .keepsLevel
            default: continue
            }
        }
        return .unknown
    }
}
