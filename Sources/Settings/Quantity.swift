/// Numbers with units, as people write them in a settings file. Everything is checked text to integer; nil means not of that form.
package enum Quantity {
    /// `200ms`, `5s`, `1.5m` (minutes), `2h`, `30d`; never negative, at most 10 years.
    package static func duration(_ text: String) -> Duration? {
        let units: [(String, Double)] = [("ms", 1e-3), ("us", 1e-6), ("s", 1), ("min", 60), ("m", 60), ("h", 3600), ("d", 86_400)]
        guard let seconds = scaled(text, units), seconds >= 0, seconds <= 315_360_000 else { return nil }
        return .nanoseconds(Int64((seconds * 1e9).rounded()))
    }

    /// `512KB`, `200MB`, `2GB` (powers of 1 000), `1GiB` (of 1 024); at most 2^53 bytes.
    package static func byteCount(_ text: String) -> Int64? {
        let units: [(String, Double)] = [
            ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("B", 1),
        ]
        guard let bytes = scaled(text, units), bytes >= 0, bytes <= 9_007_199_254_740_992 else { return nil }
        return Int64(bytes)
    }

    /// `10%` as 0.10.
    package static func percent(_ text: String) -> Double? { scaled(text, [("%", 0.01)]) }

    /// `75C` in degrees Celsius.
    package static func celsius(_ text: String) -> Double? { scaled(text, [("C", 1)]) }

    /// A finite decimal number without a unit; no hexadecimal, no `inf`, no `nan`.
    package static func number(_ text: String) -> Double? {
        guard !text.isEmpty, text.utf8.count <= 32, text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }), let value = Double(text),
            value.isFinite
        else { return nil }
        return value
    }

    private static func scaled(_ text: String, _ units: [(String, Double)]) -> Double? {
        // The unit is whatever follows the digits, so that `5ms` is never read as `5m` and a rest.
        let digits = text.prefix { "+-.0123456789".contains($0) }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard let factor = units.first(where: { $0.0 == unit })?.1, let value = number(String(digits)) else { return nil }
        return value * factor
    }
}
