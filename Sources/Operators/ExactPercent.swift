/// Shares in millionths as people write them.
enum ExactPercent {
    /// `5%`, `0.5%`, with no more decimals than needed.
    static func text(_ millionths: Int64) -> String {
        var decimals = "\(millionths % 10_000 + 10_000)".dropFirst()
        while decimals.last == "0" { decimals.removeLast() }
        return "\(millionths / 10_000)\(decimals.isEmpty ? "" : ".\(decimals)")%"
    }
}
