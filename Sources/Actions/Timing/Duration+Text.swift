import Frames

extension Duration {
    /// The duration as people say it: `200 ms`, `5 s`, `1.4 s`. Rounded to the millisecond from one second on, else to the microsecond.
    package var spokenText: String { text(separator: " ") }

    /// The same as it is written in a settings file: `200ms`, `5s`.
    package var writtenText: String { text(separator: "") }

    private func text(separator: String) -> String {
        let nanoseconds = wholeNanoseconds
        let sign = nanoseconds < 0 ? "-" : ""
        // Half up; `magnitude` also holds for the most negative number, and the sum fits UInt64.
        let microseconds = (nanoseconds.magnitude + 500) / 1000
        if microseconds >= 1_000_000 {
            return sign + Self.decimal((microseconds + 500) / 1000) + separator + "s"
        }
        return sign + Self.decimal(microseconds) + separator + "ms"
    }

    /// Thousandths as a decimal number without trailing zeros: 1400 is 1.4.
    private static func decimal(_ thousandths: UInt64) -> String {
        let whole = String(thousandths / 1000)
        var fraction = thousandths % 1000
        if fraction == 0 { return whole }
        var digits = 3
        while fraction % 10 == 0 {
            fraction /= 10
            digits -= 1
        }
        let text = String(fraction)
        return whole + "." + String(repeating: "0", count: digits - text.count) + text
    }
}
