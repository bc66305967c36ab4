/// A decimal number as it was written, exactly: `0.60` is 60 / 10^2. Used instead of binary floating point where a limit is compared.
package struct ExactDecimal: Sendable, Hashable {
    /// The digits without the point.
    package let digits: Int64
    /// How many of the digits stand behind the point, 0...9.
    package let decimals: Int

    /// Digits with at most one point, no sign, no exponent; at most 9 digits before and 9 behind the point. Nil for anything else.
    package init?(_ text: some StringProtocol) {
        var digits: Int64 = 0
        var before = 0
        var behind: Int?
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if let count = behind { behind = count + 1 } else { before += 1 }
                guard before <= 9, (behind ?? 0) <= 9 else { return nil }
                // Bound: at most 18 digits, below 10^18.
                digits = digits * 10 + Int64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "."):
                guard behind == nil else { return nil }
                behind = 0
            default:
                return nil
            }
        }
        guard before > 0, behind != 0 else { return nil }
        self.digits = digits
        decimals = behind ?? 0
    }

    /// The number times `unit`, rounded half up. Nil when it does not fit.
    package func scaled(by unit: Int64) -> Int64? {
        let (product, overflow) = digits.multipliedReportingOverflow(by: unit)
        let (doubled, carried) = product.multipliedReportingOverflow(by: 2)
        let (rounded, wrapped) = doubled.addingReportingOverflow(divisor)
        return overflow || carried || wrapped ? nil : rounded / (2 * divisor)
    }

    /// The number times `unit`, when that is whole. Nil otherwise, or when it does not fit.
    package func exactlyScaled(by unit: Int64) -> Int64? {
        let (product, overflow) = digits.multipliedReportingOverflow(by: unit)
        return overflow || product % divisor != 0 ? nil : product / divisor
    }

    private var divisor: Int64 {
        var result: Int64 = 1
        for _ in 0..<decimals { result *= 10 }
        return result
    }
}
