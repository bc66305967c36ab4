import Inference

/// Where the time of a model goes, layer by layer, as text.
package struct LayerTable: Sendable {
    /// What a line is, for whoever colours it.
    package enum Ink: Sendable, Hashable { case header, row, total, note }

    private let result: BenchmarkResult
    private let layers: [LayerTime]

    /// - Parameter top: How many layers to show, those that take longest; all without. They stay in the order of the plan.
    package init(_ result: BenchmarkResult, top: Int? = nil) {
        self.result = result
        let slowest = result.layers.sorted { $0.milliseconds > $1.milliseconds }.prefix(top ?? result.layers.count)
        layers = slowest.sorted { $0.index < $1.index }
    }

    /// - Parameter width: of a terminal that shows block characters: the rest of each line is a bar. None without.
    package func lines(width: Int? = nil) -> [(text: String, ink: Ink)] {
        guard !result.layers.isEmpty else { return [] }
        let header = ["#", "layer", "in -> out", "ms", "share", "GMAC/s", "of peak"]
        let body = layers.map {
            row("\($0.index)", $0.label, $0.shapes, $0.milliseconds, $0.rate)
        }
        let hidden = result.layers.count - layers.count
        let total = row(
            "", "all \(result.layers.count) layers", hidden > 0 ? "\(hidden) of them not shown" : "", result.layerTime,
            result.layerTime > 0 ? Double(result.multiplyAccumulateCount) / result.layerTime / 1e6 : nil)
        let families = LayerFamily.families(of: result.layers).map {
            row("", $0.name, Wording.count($0.layerCount, "layer"), $0.milliseconds, $0.rate)
        }
        let isRight = [true, false, false, true, true, true, true]
        let widths = header.indices.map { column in ([header, total] + body + families).map { $0[column].count }.max() ?? 0 }
        func text(_ cells: [String]) -> String {
            cells.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return isRight[column] ? padding + cell : cell + padding
            }
            .joined(separator: "  ")
        }
        let used = widths.reduce(0) { $0 + $1 + 2 }
        let room = min((width ?? 0) - used - 1, 40)
        func bar(_ milliseconds: Double, of longest: Double) -> String {
            room >= 4 && longest > 0 ? "  " + Self.bar(milliseconds / longest, width: room) : ""
        }
        let longest = layers.map(\.milliseconds).max() ?? 0
        var lines: [(text: String, ink: Ink)] = [(text(header), .header)]
        for (layer, cells) in zip(layers, body) { lines.append((text(cells) + bar(layer.milliseconds, of: longest), .row)) }
        lines.append((text(total), .total))
        lines.append(("", .row))
        for (family, cells) in zip(LayerFamily.families(of: result.layers), families) {
            lines.append((text(cells) + bar(family.milliseconds, of: result.layerTime), .row))
        }
        if let note = Self.note(result) {
            lines.append(("", .row))
            lines.append((note, .note))
        }
        return lines
    }

    private func row(_ index: String, _ label: String, _ shapes: String, _ milliseconds: Double, _ rate: Double?) -> [String] {
        [
            index, label, shapes, Wording.number(milliseconds, decimals: 3),
            Wording.number(result.share(milliseconds), decimals: 1) + " %",
            rate.map { Wording.number($0, decimals: 1) } ?? "-",
            result.percentOfPeak(rate).map { Wording.number($0, decimals: 0) + " %" } ?? "-",
        ]
    }

    /// What the percentages are of.
    private static func note(_ result: BenchmarkResult) -> String? {
        guard let peak = result.peak else { return nil }
        let peaks = result.peaks.map { "\($0.scheme) \(Wording.number($0.multiplyAccumulatesPerSecond / 1e9, decimals: 1)) GMAC/s" }
        let cores = result.threadCount > 1 ? ", times \(result.threadCount) threads" : ""
        return "The peak of one core, measured: " + peaks.joined(separator: "; ")
            + (peaks.count > 1 ? ". Percentages are of \(peak.scheme)" : "") + cores + "."
    }

    /// A bar of eighths of characters, at least one of them, so that nothing vanishes.
    static func bar(_ fraction: Double, width: Int) -> String {
        let eighths = max(1, Int((min(max(fraction, 0), 1) * Double(width * 8)).rounded()))
        let parts = ["", "\u{258F}", "\u{258E}", "\u{258D}", "\u{258C}", "\u{258B}", "\u{258A}", "\u{2589}"]
        return String(repeating: "\u{2588}", count: eighths / 8) + parts[eighths % 8]
    }
}
