/// Text as HTML, and pieces of a page. Names of concepts and files come from anywhere: whatever is shown goes through `text`.
enum Markup {
    /// A text that shows as it is written, also within quotes.
    static func text(_ plain: String) -> String {
        var escaped = ""
        for character in plain.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            // HTML has no such characters; marks that turn the direction of writing could make one name look like another.
            case _ where character.value < 0x20 || (0x7F...0x9F).contains(character.value): escaped += "\u{FFFD}"
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    struct Cell {
        let markup: String
        let isNumber: Bool
        /// 0...1 for a ground of that strength.
        var heat: Double?
        var isStrong = false

        /// `text` is plain.
        static func name(_ text: String) -> Cell { Cell(markup: Markup.text(text), isNumber: false) }

        static func number(_ text: String, heat: Double? = nil, isStrong: Bool = false) -> Cell {
            Cell(markup: Markup.text(text), isNumber: true, heat: heat, isStrong: isStrong)
        }
    }

    /// - Parameter header: plain texts.
    static func table(_ header: [String], _ rows: [[Cell]], style: String = "") -> String {
        let isNumber = header.indices.map { column in rows.first.map { column < $0.count && $0[column].isNumber } ?? false }
        let head = zip(header, isNumber).map { "<th\($1 ? " class=\"n\"" : "")>\(text($0))</th>" }.joined()
        let body = rows.map { row in "<tr>" + row.map(cell).joined() + "</tr>\n" }.joined()
        let kind = style.isEmpty ? "" : " class=\"\(style)\""
        return "<div class=\"wide\"><table\(kind)><thead><tr>\(head)</tr></thead>\n<tbody>\(body)</tbody></table></div>\n"
    }

    private static func cell(_ cell: Cell) -> String {
        let kinds = (cell.isNumber ? ["n"] : []) + (cell.isStrong ? ["s"] : [])
        let kind = kinds.isEmpty ? "" : " class=\"\(kinds.joined(separator: " "))\""
        let ground = cell.heat.map { heat in
            let strength = Wording.number(min(max(heat, 0), 1) * 0.62, decimals: 3)
            return " style=\"background:rgba(47,111,222,\(strength))\""
        }
        return "<td\(kind)\(ground ?? "")>\(cell.markup)</td>"
    }

    static func section(_ title: String, _ body: String, note: String? = nil) -> String {
        let said = note.map { "<p class=\"note\">\(text($0))</p>\n" } ?? ""
        return "<section>\n<h2>\(text(title))</h2>\n\(said)\(body)</section>\n"
    }

    /// Large numbers side by side.
    static func tiles(_ facts: [(name: String, value: String)]) -> String {
        let tiles = facts.map { "<div class=\"tile\"><b>\(text($0.value))</b><span>\(text($0.name))</span></div>" }
        return "<div class=\"tiles\">\(tiles.joined())</div>\n"
    }

    /// One page that needs nothing but itself: no script, nothing from a network; light or dark as the reader likes it.
    static func page(title: String, lead: [String], body: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
        <title>\(text(title))</title>
        <style>
        \(style)
        </style>
        </head>
        <body>
        <h1>\(text(title))</h1>
        \(lead.map { "<p class=\"lead\">\(text($0))</p>" }.joined(separator: "\n"))
        \(body)</body>
        </html>

        """
    }

    private static let style = """
        :root{color-scheme:light dark;--ground:#fff;--ink:#1f2933;--faint:#5d6975;--rule:#dde2e8;--panel:#f5f7fa;--accent:#2f6fde;
        --c0:#2f6fde;--c1:#d97706;--c2:#0f8f80;--c3:#c22f7c;--c4:#7a3fd1;--c5:#5b8c2a;--c6:#b8432f;--c7:#2a8fb8;--rest:#b4bcc6}
        @media (prefers-color-scheme:dark){:root{--ground:#14181d;--ink:#e4e8ec;--faint:#9aa5b1;--rule:#323a43;--panel:#1c2229;
        --accent:#6ea2ff;--c0:#6ea2ff;--c1:#f5a742;--c2:#45cdbd;--c3:#f06bb2;--c4:#b58cf7;--c5:#9ccb66;--c6:#f08a76;--c7:#6cc6ea;
        --rest:#4c5763}}
        body{margin:2rem auto;max-width:68rem;padding:0 1.25rem;background:var(--ground);color:var(--ink);
        font:15px/1.5 system-ui,"Segoe UI","DejaVu Sans",sans-serif}
        h1{font-size:1.6rem;margin:0 0 .3rem;overflow-wrap:anywhere}h2{font-size:1.1rem;margin:2.2rem 0 .5rem}
        p.lead{margin:.1rem 0;color:var(--faint);overflow-wrap:anywhere}p.note{margin:.2rem 0 .7rem;color:var(--faint);max-width:46rem}
        .tiles{display:flex;flex-wrap:wrap;gap:.7rem;margin:1.4rem 0 0}
        .tile{background:var(--panel);border:1px solid var(--rule);border-radius:.5rem;padding:.6rem 1rem;min-width:6.5rem}
        .tile b{display:block;font-size:1.45rem;line-height:1.25;font-variant-numeric:tabular-nums}
        .tile span{color:var(--faint);font-size:.85rem}
        .wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
        th,td{padding:.28rem .75rem;text-align:left;border-bottom:1px solid var(--rule);white-space:nowrap}
        th{font-weight:600;font-size:.85rem;line-height:1.25;color:var(--faint);vertical-align:bottom;white-space:normal}
        table.heat th{white-space:nowrap}
        th.n,td.n{text-align:right}td.s{font-weight:700}
        table.heat td.n{min-width:3rem;border:1px solid var(--ground)}
        .charts{display:flex;flex-wrap:wrap;gap:2rem}figure{margin:0;flex:1 1 24rem;max-width:32rem}
        figcaption{font-weight:600;margin-bottom:.3rem}svg{width:100%;height:auto;display:block}
        svg text{fill:var(--faint);font-size:11px}svg .axis{stroke:var(--faint);fill:none}svg .grid{stroke:var(--rule);fill:none}
        svg .curve{fill:none;stroke-width:2;stroke-linejoin:round}svg .name{fill:var(--ink)}
        svg .rest{stroke:var(--rest);stroke-width:1}svg .chance{stroke:var(--faint);stroke-dasharray:4 4;fill:none}
        \((0..<8).map { "svg .c\($0){stroke:var(--c\($0))}svg .d\($0){fill:var(--c\($0))}" }.joined())
        .sheet{display:flex;flex-wrap:wrap;gap:.8rem}.sheet figure{flex:0 0 11rem}
        .sheet div{width:11rem;height:11rem;display:flex;align-items:center;justify-content:center;background:var(--panel);
        border:1px solid var(--rule);border-radius:.4rem;overflow:hidden}.sheet img{max-width:100%;max-height:100%}
        .sheet i{color:var(--faint)}.sheet figcaption{font-weight:400;font-size:.85rem;line-height:1.3;overflow-wrap:anywhere;margin-top:.2rem}
        .sheet figcaption span{display:block;color:var(--faint)}
        @media print{body{margin:0;max-width:none}section{break-inside:avoid}}
        """
}
