/// Curves over a square of 0...1 on both axes as SVG that takes its colours from the page.
struct CurveChart {
    struct Curve {
        let name: String
        let points: [(x: Double, y: Double)]
        /// Orders the legend, and says which curves have colours where there are many: the lowest.
        let quality: Double
        /// For people, behind the name.
        let value: String
    }

    let title: String
    let horizontal: String
    let vertical: String
    let curves: [Curve]
    /// Draws the line of guessing.
    var hasDiagonal = false

    private static let colourCount = 8
    private static let side = 300.0
    private static let left = 46.0
    private static let top = 10.0
    private static let rowHeight = 17.0
    /// A longer name would leave the picture.
    private static let maximumNameLength = 36

    /// A figure of a page.
    func markup() -> String {
        let ranked = curves.enumerated().sorted { ($0.element.quality, $0.offset) < ($1.element.quality, $1.offset) }.map(\.element)
        // A curve of few has the colour of its place, so that it is the same in every chart of a page.
        let isFew = curves.count <= Self.colourCount
        let coloured = isFew ? curves : Array(ranked.prefix(Self.colourCount))
        let others = ranked.dropFirst(Self.colourCount)
        let bottom = Self.top + Self.side
        let legendTop = bottom + 52
        let rows = coloured.count + (others.isEmpty ? 0 : 1)
        let height = legendTop + Double(rows) * Self.rowHeight
        var svg = """
            <svg viewBox="0 0 \(Self.number(Self.left + Self.side + 14)) \(Self.number(height))" role="img" \
            aria-label="\(Markup.text(title))">

            """
        svg += grid(bottom)
        for curve in others { svg += Self.line(curve, "rest") }
        // The worst on top: those that are right everywhere all look alike.
        for (index, curve) in coloured.enumerated().sorted(by: { ($1.element.quality, $1.offset) < ($0.element.quality, $0.offset) }) {
            svg += Self.line(curve, "c\(index)")
        }
        for (index, curve) in coloured.enumerated() {
            let y = legendTop + Double(index) * Self.rowHeight
            let name = curve.name.count > Self.maximumNameLength ? curve.name.prefix(Self.maximumNameLength - 3) + "..." : curve.name[...]
            svg += """
                <rect class="d\(index)" x="\(Self.number(Self.left))" y="\(Self.number(y - 8))" width="14" height="4"/>\
                <text class="name" x="\(Self.number(Self.left + 20))" y="\(Self.number(y - 2))">\(Markup.text(String(name)))</text>\
                <text text-anchor="end" x="\(Self.number(Self.left + Self.side))" y="\(Self.number(y - 2))">\(Markup.text(curve.value))</text>

                """
        }
        if !others.isEmpty {
            let y = legendTop + Double(coloured.count) * Self.rowHeight
            svg +=
                "<text x=\"\(Self.number(Self.left + 20))\" y=\"\(Self.number(y - 2))\">"
                + "the lowest \(coloured.count) have colours, \(others.count) better ones are grey</text>\n"
        }
        return "<figure><figcaption>\(Markup.text(title))</figcaption>\n\(svg)</svg></figure>\n"
    }

    private func grid(_ bottom: Double) -> String {
        var text = ""
        for step in 0...5 {
            let share = Double(step) / 5
            let (x, y) = (Self.left + share * Self.side, bottom - share * Self.side)
            text += """
                <path class="grid" d="M\(Self.number(x)) \(Self.number(Self.top))V\(Self.number(bottom))\
                M\(Self.number(Self.left)) \(Self.number(y))H\(Self.number(Self.left + Self.side))"/>\
                <text text-anchor="middle" x="\(Self.number(x))" y="\(Self.number(bottom + 15))">\(Wording.number(share, decimals: 1))</text>\
                <text text-anchor="end" x="\(Self.number(Self.left - 6))" y="\(Self.number(y + 4))">\(Wording.number(share, decimals: 1))</text>

                """
        }
        text += """
            <path class="axis" d="M\(Self.number(Self.left)) \(Self.number(Self.top))V\(Self.number(bottom))\
            H\(Self.number(Self.left + Self.side))"/>\
            <text text-anchor="middle" x="\(Self.number(Self.left + Self.side / 2))" \
            y="\(Self.number(bottom + 29))">\(Markup.text(horizontal))</text>\
            <text text-anchor="middle" transform="translate(12 \(Self.number(bottom - Self.side / 2))) rotate(-90)">\
            \(Markup.text(vertical))</text>

            """
        if hasDiagonal {
            text +=
                "<path class=\"chance\" d=\"M\(Self.number(Self.left)) \(Self.number(bottom))"
                + "L\(Self.number(Self.left + Self.side)) \(Self.number(Self.top))\"/>\n"
        }
        return text
    }

    private static func line(_ curve: Curve, _ style: String) -> String {
        guard curve.points.count > 1 else { return "" }
        let points = curve.points.map { "\(number(left + clamp($0.x) * side)),\(number(top + side - clamp($0.y) * side))" }
        return "<polyline class=\"curve \(style)\" points=\"\(points.joined(separator: " "))\"/>\n"
    }

    private static func clamp(_ value: Double) -> Double { min(max(value, 0), 1) }

    private static func number(_ value: Double) -> String { Wording.number(value, decimals: 1) }
}
