/// How quantities are written for people.
package enum Wording {
    /// `3.21`: that many decimals, whatever the size; `-` for what is no number.
    package static func number(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "-" }
        let factor = (0..<decimals).reduce(1.0) { factor, _ in factor * 10 }
        let scaled = (abs(value) * factor).rounded()
        guard scaled < 9e15 else { return "\(value)" }
        let digits = String(Int64(scaled))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard decimals > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
    }

    /// `1.5 GB`, `120 MB`, in powers of ten as disks are sold.
    static func bytes(_ count: Int64) -> String {
        switch count {
        case 10_000_000_000...: "\(count / 1_000_000_000) GB"
        case 1_000_000_000...: tenths(count / 100_000_000) + " GB"
        case 10_000_000...: "\(count / 1_000_000) MB"
        case 1_000_000...: tenths(count / 100_000) + " MB"
        case 1000...: "\(count / 1000) kB"
        default: "\(count) bytes"
        }
    }

    /// `12.3 million`
    static func millions(_ count: Int) -> String { tenths(Int64(count / 100_000)) + " million" }

    /// `0.4 ms`, `230 ms`
    static func milliseconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let hundredths = seconds.multipliedReportingOverflow(by: 10_000).partialValue + attoseconds / 100_000_000_000_000
        return hundredths >= 100 ? "\(hundredths / 10) ms" : tenths(hundredths) + " ms"
    }

    /// `54.2 °C`, from thousandths.
    static func degrees(_ thousandths: Int) -> String { tenths(Int64(thousandths / 100)) + " \u{B0}C" }

    /// `1 node`, `2 nodes`
    static func count(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }

    /// `1, 2 and 3`
    static func list(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "" }
        return items.dropLast().joined(separator: ", ") + " and " + last
    }

    private static func tenths(_ count: Int64) -> String { (count < 0 ? "-" : "") + "\(abs(count) / 10).\(abs(count) % 10)" }
}
