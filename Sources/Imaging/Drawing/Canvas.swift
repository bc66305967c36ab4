package import Frames

/// Draws boxes and labels on a picture, for people to look at.
///
/// Everything that lies outside of the picture is cut off. Not for the hot path: it allocates nothing but is not vectorised.
package struct Canvas: Sendable {
    /// What was drawn so far; always in the layout `rgb`.
    package private(set) var picture: Picture

    /// Starts on a copy of a picture; grey ones become colour.
    package init(_ picture: Picture) {
        guard picture.layout == .grey else {
            self.picture = picture
            return
        }
        self.picture = Picture(size: picture.size, layout: .rgb)
        var target = self.picture.pixels.mutableSpan
        ColourConversion.grey(picture.pixels.span, width: picture.size.pixelCount, into: &target, at: 0)
    }

    /// Pixels per dot of a letter that suit the picture's size: 1...3.
    package var textScale: Int {
        switch min(picture.size.width, picture.size.height) {
        case ..<400: 1
        case ..<900: 2
        default: 3
        }
    }

    /// Width of a box's line that suits the picture's size, in pixels: 2...6.
    package var lineWidth: Int { min(max(min(picture.size.width, picture.size.height) / 180, 2), 6) }

    /// Draws a box with its label: an outline with a thin dark rim, and the text on a filled tab above it, or within it where the picture
    /// ends.
    /// - Parameter label: No tab is drawn for an empty one.
    package mutating func annotate(_ box: Box, label: String, colour: Colour) {
        let (left, top, right, bottom) = pixels(of: box)
        outline(left: left - 1, top: top - 1, right: right + 1, bottom: bottom + 1, width: lineWidth + 2, colour: colour.darker)
        outline(left: left, top: top, right: right, bottom: bottom, width: lineWidth, colour: colour)
        guard !label.isEmpty else { return }
        let scale = textScale
        let tabWidth = Self.width(of: label, scale: scale) + 3 * scale
        let tabHeight = (Font.cellHeight + 2) * scale
        let tabLeft = max(min(left, picture.size.width - tabWidth), 0)
        let tabTop = top >= tabHeight ? top - tabHeight + lineWidth : max(top, 0)
        fill(left: tabLeft, top: tabTop, right: tabLeft + tabWidth, bottom: tabTop + tabHeight, colour: colour)
        write(label, left: tabLeft + 2 * scale, top: tabTop + 2 * scale, colour: colour.contrasting, scale: scale)
    }

    /// Draws the inner edge of a rectangle, `width` pixels wide.
    package mutating func outline(_ box: Box, width: Int, colour: Colour) {
        let (left, top, right, bottom) = pixels(of: box)
        outline(left: left, top: top, right: right, bottom: bottom, width: width, colour: colour)
    }

    /// Fills a rectangle.
    package mutating func fill(_ box: Box, colour: Colour) {
        let (left, top, right, bottom) = pixels(of: box)
        fill(left: left, top: top, right: right, bottom: bottom, colour: colour)
    }

    /// Writes one line of text, `scale` pixels a dot; characters outside of ASCII become question marks.
    /// - Parameters: `left` and `top` in pixels, the upper left corner of the first cell of 6x10 dots.
    package mutating func write(_ text: String, left: Int, top: Int, colour: Colour, scale: Int) {
        guard (1...64).contains(scale) else { return }
        var cell = left
        for character in text.unicodeScalars {
            guard cell < picture.size.width else { return }
            let code = character.isASCII ? UInt8(truncatingIfNeeded: character.value) : UInt8(ascii: "?")
            for row in 0..<Font.inkHeight {
                let ink = Font.row(row, of: code)
                for column in 0..<Font.inkWidth where ink >> UInt8(Font.inkWidth - 1 - column) & 1 == 1 {
                    let x = cell + column * scale
                    let y = top + row * scale
                    fill(left: x, top: y, right: x + scale, bottom: y + scale, colour: colour)
                }
            }
            cell += Font.cellWidth * scale
        }
    }

    /// The width of a line of text in pixels.
    package static func width(of text: String, scale: Int) -> Int { text.unicodeScalars.count * Font.cellWidth * scale }

    /// The pixels that a box touches; may reach beyond the picture.
    private func pixels(of box: Box) -> (left: Int, top: Int, right: Int, bottom: Int) {
        let unit = Int(Box.unit)
        // Arithmetic shifts floor; adding unit - 1 before makes them ceilings.
        func floor(_ units: Int32, _ extent: Int) -> Int { (Int(units) * extent) >> 16 }
        func ceiling(_ units: Int32, _ extent: Int) -> Int { (Int(units) * extent + unit - 1) >> 16 }
        let size = picture.size
        return (floor(box.left, size.width), floor(box.top, size.height), ceiling(box.right, size.width), ceiling(box.bottom, size.height))
    }

    private mutating func outline(left: Int, top: Int, right: Int, bottom: Int, width: Int, colour: Colour) {
        let width = max(min(width, (right - left + 1) / 2, (bottom - top + 1) / 2), 0)
        fill(left: left, top: top, right: right, bottom: top + width, colour: colour)
        fill(left: left, top: bottom - width, right: right, bottom: bottom, colour: colour)
        fill(left: left, top: top, right: left + width, bottom: bottom, colour: colour)
        fill(left: right - width, top: top, right: right, bottom: bottom, colour: colour)
    }

    /// Fills the pixels of these columns and rows, `right` and `bottom` not among them.
    package mutating func fill(left: Int, top: Int, right: Int, bottom: Int, colour: Colour) {
        let columns = max(left, 0)..<max(min(right, picture.size.width), max(left, 0))
        let rows = max(top, 0)..<max(min(bottom, picture.size.height), max(top, 0))
        let bytesPerRow = picture.bytesPerRow
        var pixels = picture.pixels.mutableSpan
        for row in rows {
            var index = row * bytesPerRow + columns.lowerBound * 3
            for _ in columns {
                pixels[index] = colour.red
                pixels[index + 1] = colour.green
                pixels[index + 2] = colour.blue
                index += 3
            }
        }
    }
}
