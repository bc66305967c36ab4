import Frames

/// Rectangles and lines of text on white, to be written as SVG or drawn on a canvas: the same picture twice.
///
/// Coordinates count in units from the upper left corner. A letter of `Lettering.plain` is 6 units wide and its line 10 high.
package struct Diagram: Sendable, Equatable {
    package struct Rectangle: Sendable, Equatable {
        package let left: Double
        package let top: Double
        package let width: Double
        package let height: Double
        package let colour: Colour
    }

    package enum Lettering: Sendable, Equatable {
        case plain, title

        /// The width of a letter.
        package var advance: Double { 6 * scale }
        /// Times the plain one.
        var scale: Double { self == .plain ? 1 : 1.5 }
    }

    package enum Anchor: Sendable, Equatable { case left, right, centre }

    package struct Line: Sendable, Equatable {
        package let text: String
        /// Of the end that the anchor names.
        package let x: Double
        /// Of the top of a capital letter; the base line is 7 units below (in plain letters).
        package let top: Double
        package let anchor: Anchor
        package let colour: Colour
        package let lettering: Lettering

        package var left: Double {
            switch anchor {
            case .left: x
            case .right: x - width
            case .centre: x - width / 2
            }
        }

        package var width: Double { Double(text.unicodeScalars.count) * lettering.advance }
    }

    package enum Element: Sendable, Equatable {
        case rectangle(Rectangle)
        case line(Line)
    }

    package let width: Double
    package let height: Double
    /// Later ones lie on top.
    package private(set) var elements: [Element] = []

    package init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    package mutating func fill(left: Double, top: Double, width: Double, height: Double, colour: Colour) {
        elements.append(.rectangle(Rectangle(left: left, top: top, width: width, height: height, colour: colour)))
    }

    package mutating func write(
        _ text: String, x: Double, top: Double, anchor: Anchor = .left, colour: Colour = .black, lettering: Lettering = .plain
    ) {
        elements.append(.line(Line(text: text, x: x, top: top, anchor: anchor, colour: colour, lettering: lettering)))
    }

    /// The diagram with two pixels a unit.
    package func picture() -> Picture {
        let scale = 2.0
        func pixels(_ units: Double) -> Int { Int((units * scale).rounded()) }
        var canvas = Canvas(Picture(size: Size(width: pixels(width), height: pixels(height)), layout: .rgb))
        canvas.fill(left: 0, top: 0, right: pixels(width), bottom: pixels(height), colour: .white)
        for element in elements {
            switch element {
            case .rectangle(let rectangle):
                let (left, top) = (pixels(rectangle.left), pixels(rectangle.top))
                // Nothing vanishes: a sliver is one pixel wide.
                canvas.fill(
                    left: left, top: top, right: max(pixels(rectangle.left + rectangle.width), left + 1),
                    bottom: max(pixels(rectangle.top + rectangle.height), top + 1), colour: rectangle.colour)
            case .line(let line):
                canvas.write(
                    line.text, left: pixels(line.left), top: pixels(line.top), colour: line.colour,
                    scale: Int(scale * line.lettering.scale))
            }
        }
        return canvas.picture
    }

    /// The diagram as an SVG document.
    package func svg() -> String {
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Self.number(width * 1.4))" height="\(Self.number(height * 1.4))" \
            viewBox="0 0 \(Self.number(width)) \(Self.number(height))" font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" \
            font-size="10" text-rendering="geometricPrecision">
            <rect width="100%" height="100%" fill="#ffffff"/>

            """
        for element in elements {
            switch element {
            case .rectangle(let rectangle):
                text += """
                    <rect x="\(Self.number(rectangle.left))" y="\(Self.number(rectangle.top))" \
                    width="\(Self.number(max(rectangle.width, 0.5)))" height="\(Self.number(max(rectangle.height, 0.5)))" \
                    fill="\(rectangle.colour.hexadecimal)"/>

                    """
            case .line(let line):
                // The width is given, so that every font fills the place that was kept.
                text += """
                    <text x="\(Self.number(line.left))" y="\(Self.number(line.top + 7 * line.lettering.scale))" \
                    textLength="\(Self.number(line.width))" fill="\(line.colour.hexadecimal)"\
                    \(line.lettering == .title ? " font-size=\"15\" font-weight=\"bold\"" : "") \
                    xml:space="preserve">\(Self.escaped(line.text))</text>

                    """
            }
        }
        return text + "</svg>\n"
    }

    /// At most two decimals.
    private static func number(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let (whole, rest) = (abs(hundredths) / 100, abs(hundredths) % 100)
        let decimals = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)"
        return (hundredths < 0 ? "-" : "") + "\(whole)" + decimals
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            // XML has no such characters, not even escaped ones.
            case _ where character.value < 32 || character.value & 0xFFFE == 0xFFFE: escaped += "?"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}

extension Colour {
    /// `#ff5a36`
    package var hexadecimal: String {
        "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
