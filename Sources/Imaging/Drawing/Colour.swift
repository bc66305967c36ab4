/// A colour of 8 bits a channel.
package struct Colour: Sendable, Hashable {
    package let red: UInt8
    package let green: UInt8
    package let blue: UInt8

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// From 0xRRGGBB.
    package init(hexadecimal value: UInt32) {
        self.init(UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value))
    }

    package static let black = Colour(0, 0, 0)
    package static let white = Colour(255, 255, 255)

    /// Colours that are told apart easily and stand out from photographs.
    package static let palette: [Colour] = [
        0xFF_5A36, 0x2E_C27E, 0x3A_86FF, 0xFF_C61A, 0xB1_5DFF, 0x18_C8D8, 0xFF_4FA3, 0x9B_D62F, 0xFF_9340, 0x7C_8CFF, 0x00_B894, 0xE0_D15A,
    ].map(Colour.init(hexadecimal:))

    /// The colour of a concept: the same one for the same name on every machine and in every run.
    package static func of(concept: String) -> Colour {
        // FNV-1a, its upper half folded into the lower one; multiplication wraps by definition.
        let hash = concept.utf8.reduce(0x811C_9DC5 as UInt32) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        return palette[Int((hash ^ hash >> 16) % UInt32(palette.count))]
    }

    /// Black or white, whichever reads better on this colour.
    package var contrasting: Colour { Luma.of(red, green, blue) >= 128 ? .black : .white }

    /// Halfway to black.
    package var darker: Colour { Colour(red / 2, green / 2, blue / 2) }
}
