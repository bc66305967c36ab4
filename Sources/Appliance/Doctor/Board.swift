/// What the doctor knows about a board: the same facts as `firmware-config/boards`, which a test compares.
package struct Board: Sendable, Hashable {
    package enum Pull: String, Sendable, Hashable {
        case up, down
    }

    package let name: String
    /// How /proc/device-tree/model begins.
    package let models: [String]
    /// The label of the chip that drives the 40-pin header.
    package let chip: String

    /// Lines of the header that are pulled down from power-on and free of other uses.
    package var relays: [Int] { [16, 17] + Array(22...27) }

    /// The pull resistor that a line of the header has from power-on until somebody changes it; nil beside the header.
    package func pull(of offset: Int) -> Pull? {
        // The same on BCM2835 to BCM2712 with RP1.
        switch offset {
        case 0...8: .up
        case 9...27: .down
        default: nil
        }
    }

    /// Why a line had better not drive anything; nil when it may.
    package func reservation(of offset: Int) -> String? {
        switch offset {
        case 0, 1: "it identifies HATs and moves while booting"
        case 2, 3: "it has a fixed pull-up on the board"
        case 14, 15: "it is the serial console, which moves while booting"
        default: nil
        }
    }

    package static let known = [
        Board(
            name: "Raspberry Pi 3",
            models: [
                "Raspberry Pi 3 Model B Plus", "Raspberry Pi 3 Model B", "Raspberry Pi 3 Model A Plus", "Raspberry Pi Compute Module 3",
            ], chip: "pinctrl-bcm2835"),
        Board(
            name: "Raspberry Pi 4", models: ["Raspberry Pi 4 Model B", "Raspberry Pi 400", "Raspberry Pi Compute Module 4"],
            chip: "pinctrl-bcm2711"),
        Board(
            name: "Raspberry Pi 5", models: ["Raspberry Pi 5 Model B", "Raspberry Pi 500", "Raspberry Pi Compute Module 5"],
            chip: "pinctrl-rp1"),
        Board(name: "Raspberry Pi Zero 2 W", models: ["Raspberry Pi Zero 2 W", "Raspberry Pi Zero 2"], chip: "pinctrl-bcm2835"),
    ]

    /// - Parameter model: the text of /proc/device-tree/model.
    package static func of(model: String) -> Board? { known.first { $0.models.contains { model.hasPrefix($0) } } }
}
