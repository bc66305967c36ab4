extension Score {
    /// For people: `0.60`, `0.83`, `0.912`; three decimals at most, two at least, to the nearest thousandth, half up.
    package var text: String {
        let thousandths = (Int64(units) * 1_000 + Int64(Self.unitsPerOne) / 2) >> 16
        var digits = "\(thousandths.magnitude % 1_000 + 1_000)".dropFirst()
        if digits.last == "0" { digits.removeLast() }
        return (thousandths < 0 ? "-" : "") + "\(thousandths.magnitude / 1_000).\(digits)"
    }
}
