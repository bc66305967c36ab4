import Imaging
import Inference

/// A picture of where the time of a model goes: a bar for each layer, coloured by what it is.
struct TimeChart {
    private let result: BenchmarkResult
    private let rows: [Row]
    /// Those that take long enough to have a colour and a field of the legend; the others would only hide them.
    private let families: [LayerFamily]
    private let otherFamilyCount: Int

    private struct Row {
        let label: String
        let shapes: String
        let milliseconds: Double
        let annotation: String
        let colour: Colour
    }

    /// More would make a picture that nobody can look at: the shortest of the others are summed up in one row.
    static let maximumRowCount = 100
    private static let rowHeight = 13.0
    private static let barHeight = 9.0
    private static let barsWidth = 400.0
    private static let margin = 16.0

    private static let ink = Colour(hexadecimal: 0x1F_2933)
    private static let faintInk = Colour(hexadecimal: 0x6B_7785)
    private static let gridColour = Colour(hexadecimal: 0xE3_E7EC)
    private static let others = Colour(hexadecimal: 0x9A_A5B1)

    /// The colours of families, those that matter most everywhere first; any other family takes the next one that is free.
    private static let fixedColours = ["convolution 1x1": 0x2F_6FDE, "convolution": 0x7A_3FD1, "depthwise": 0xF0_8A24].mapValues(
        Colour.init(hexadecimal:))
    private static let freeColours = [0x16_9C8F, 0xD6_3384, 0x5B_8C2A, 0xB0_7D2B, 0xC0_3A2B, 0x3B_A3D0, 0x8D_6E63].map(
        Colour.init(hexadecimal:))

    init(_ result: BenchmarkResult) {
        self.result = result
        let all = LayerFamily.families(of: result.layers)
        families = all.filter { result.share($0.milliseconds) >= 0.5 }
        otherFamilyCount = all.count - families.count
        let colours = Self.colours(families)
        let shown = Self.shown(result.layers)
        let digits = String(result.layers.count - 1).count
        var rows = result.layers.filter { shown.contains($0.index) }.map { layer in
            Row(
                label: Self.label(layer, digits: digits), shapes: layer.shapes, milliseconds: layer.milliseconds,
                annotation: Self.annotation(layer.milliseconds, layer.rate, result.percentOfPeak(layer.rate)),
                colour: colours[layer.family] ?? Self.others)
        }
        let hidden = result.layers.filter { !shown.contains($0.index) }
        if !hidden.isEmpty {
            let sum = hidden.reduce(0) { $0 + $1.milliseconds }
            rows.append(
                Row(
                    label: "\(hidden.count) short layers together", shapes: "", milliseconds: sum,
                    annotation: Self.annotation(sum, nil, nil), colour: Self.others))
        }
        self.rows = rows
    }

    /// `17  depthwise 3x3/2`, the index to the right.
    private static func label(_ layer: LayerTime, digits: Int) -> String {
        let index = String(layer.index)
        return String(repeating: " ", count: digits - index.count) + index + "  " + layer.label
    }

    private static func shown(_ layers: [LayerTime]) -> Set<Int> {
        guard layers.count > maximumRowCount else { return Set(layers.map(\.index)) }
        return Set(layers.sorted { $0.milliseconds > $1.milliseconds }.prefix(maximumRowCount - 1).map(\.index))
    }

    private static func colours(_ families: [LayerFamily]) -> [String: Colour] {
        var free = freeColours[...]
        var colours: [String: Colour] = [:]
        for family in families { colours[family.name] = fixedColours[family.name] ?? free.popFirst() ?? others }
        return colours
    }

    /// `0.213 ms  50.8 GMAC/s  21 %`
    private static func annotation(_ milliseconds: Double, _ rate: Double?, _ percent: Double?) -> String {
        var text = Wording.number(milliseconds, decimals: 3) + " ms"
        if let rate { text += "  " + Wording.number(rate, decimals: rate < 9.95 ? 1 : 0) + " GMAC/s" }
        if let percent { text += "  " + Wording.number(percent, decimals: 0) + " %" }
        return text
    }

    // MARK: Drawing

    func diagram() -> Diagram {
        let letter = Diagram.Lettering.plain.advance
        func width(_ texts: [String]) -> Double { Double(texts.map { $0.unicodeScalars.count }.max() ?? 0) * letter }
        let labels = width(rows.map(\.label))
        let shapes = width(rows.map(\.shapes))
        let bars = Self.margin + labels + 2 * letter + shapes + 2 * letter
        let longest = max(rows.map(\.milliseconds).max() ?? 0, 1e-6)
        let ticks = Self.ticks(upTo: longest)
        // As wide as the annotation that reaches farthest needs it; those of short bars take no place behind the axis.
        let reach = rows.map { Self.barsWidth * $0.milliseconds / longest + Double($0.annotation.count + 2) * letter }.max() ?? 0
        let totalWidth = max(bars + max(reach, Self.barsWidth + 3 * letter) + Self.margin, 640)
        let legend = legendPlaces(width: totalWidth)
        let legendTop = 54.0
        let top = legendTop + Double((legend.last?.line ?? 0) + 1) * 14 + 26
        let bottom = top + Double(rows.count) * Self.rowHeight
        var diagram = Diagram(width: totalWidth, height: bottom + 18 + Self.margin)
        drawHead(on: &diagram)
        drawLegend(legend, top: legendTop, on: &diagram)
        for tick in ticks {
            let x = bars + Self.barsWidth * tick.value / longest
            diagram.fill(left: x, top: top - 5, width: 0.5, height: bottom - top + 10, colour: Self.gridColour)
            for place in [top - 15, bottom + 8] { diagram.write(tick.text, x: x, top: place, anchor: .centre, colour: Self.faintInk) }
        }
        for (index, row) in rows.enumerated() {
            let y = top + Double(index) * Self.rowHeight
            let text = y + (Self.rowHeight - 7) / 2
            let length = Self.barsWidth * row.milliseconds / longest
            diagram.write(row.label, x: Self.margin, top: text, colour: Self.ink)
            diagram.write(row.shapes, x: Self.margin + labels + 2 * letter, top: text, colour: Self.faintInk)
            diagram.fill(
                left: bars, top: y + (Self.rowHeight - Self.barHeight) / 2, width: length, height: Self.barHeight, colour: row.colour)
            // A white ground, so that no line of the grid runs through the letters.
            let annotation = bars + length + letter
            diagram.fill(
                left: annotation - 2, top: y + 1, width: Double(row.annotation.count) * letter + 4, height: Self.rowHeight - 2,
                colour: .white)
            diagram.write(row.annotation, x: annotation, top: text, colour: Self.ink)
        }
        return diagram
    }

    private func drawHead(on diagram: inout Diagram) {
        let name = String(result.model.split(separator: "/").last ?? "model")
        let suffix = ".tflite"
        let title = name.hasSuffix(suffix) && name.count > suffix.count ? String(name.dropLast(suffix.count)) : name
        diagram.write(title, x: Self.margin, top: 14, colour: Self.ink, lettering: .title)
        let peak = result.percentOfPeak(result.rate).map { ", " + Wording.number($0, decimals: 0) + " % of the peak" } ?? ""
        diagram.write(
            "\(result.tier.rawValue), \(Wording.count(result.threadCount, "thread")): \(Wording.number(result.minimum, decimals: 3)) ms a run, "
                + "\(Wording.number(result.rate, decimals: 1)) GMAC/s\(peak); the layers one by one take "
                + "\(Wording.number(result.layerTime, decimals: 3)) ms",
            x: Self.margin, top: 34, colour: Self.faintInk)
    }

    private struct LegendPlace {
        let text: String
        let colour: Colour
        let x: Double
        let line: Int
    }

    private func legendPlaces(width: Double) -> [LegendPlace] {
        let colours = Self.colours(families)
        var fields = families.map { ($0.name, $0.milliseconds, colours[$0.name] ?? Self.others) }
        if otherFamilyCount > 0 {
            let rest = result.layerTime - families.reduce(0) { $0 + $1.milliseconds }
            fields.append((Wording.count(otherFamilyCount, "other kind"), rest, Self.others))
        }
        var (x, line) = (Self.margin, 0)
        return fields.map { name, milliseconds, colour in
            let share = Wording.number(result.share(milliseconds), decimals: 1)
            let text = "\(name) \(Wording.number(milliseconds, decimals: 3)) ms, \(share) %"
            let extent = 14 + Double(text.count) * Diagram.Lettering.plain.advance
            if x > Self.margin, x + extent > width - Self.margin { (x, line) = (Self.margin, line + 1) }
            defer { x += extent + 18 }
            return LegendPlace(text: text, colour: colour, x: x, line: line)
        }
    }

    private func drawLegend(_ places: [LegendPlace], top: Double, on diagram: inout Diagram) {
        for place in places {
            let y = top + Double(place.line) * 14
            diagram.fill(left: place.x, top: y - 1, width: 9, height: 9, colour: place.colour)
            diagram.write(place.text, x: place.x + 14, top: y, colour: Self.ink)
        }
    }

    /// Round numbers of milliseconds from zero up, four to eight of them.
    static func ticks(upTo longest: Double) -> [(value: Double, text: String)] {
        // 1, 2 or 5 times a power of ten.
        var (mantissa, exponent) = (1, -6)
        func step() -> Double {
            let power = (0..<abs(exponent)).reduce(1.0) { value, _ in value * 10 }
            return exponent < 0 ? Double(mantissa) / power : Double(mantissa) * power
        }
        while longest / step() > 7.5, exponent < 18 {
            switch mantissa {
            case 1: mantissa = 2
            case 2: mantissa = 5
            default: (mantissa, exponent) = (1, exponent + 1)
            }
        }
        let count = Int(min(longest / step() + 1e-9, 100))
        return (0...count).map { index in
            let value = Double(index) * step()
            return (value, index == 0 ? "0 ms" : Wording.number(value, decimals: max(0, -exponent)))
        }
    }
}
