import Predictions

/// What the number in a condition stands for, and in which whole units it is compared.
package enum Measure: Sendable, Hashable {
    /// 0...1 in units of 1/65 536, rounded half up.
    case score
    /// Whole things.
    case count
    /// `0.5%` of the frame's area, width or height, in millionths; at most four decimals.
    case percent
    /// `32px`: whole pixels.
    case pixels
    /// A ratio such as 1.5, in units of 1/10 000; at most four decimals, at most 1 000.
    case ratio

    /// All values that can occur.
    package var domain: ClosedRange<Int64> {
        switch self {
        case .score: 0...Int64(Score.unitsPerOne)
        case .count: 0...100_000
        case .percent: 0...1_000_000
        case .pixels: 0...65_535
        case .ratio: 0...10_000_000
        }
    }

    /// An example for messages.
    var example: String {
        switch self {
        case .score: "0.60"
        case .count: "3"
        case .percent: "0.5%"
        case .pixels: "32px"
        case .ratio: "1.5"
        }
    }

    private var domainForMessages: String {
        switch self {
        case .score: "a score is in 0...1"
        case .count: "a count is a whole number in 0...100000"
        case .percent: "a share of the frame is in 0%...100%, with at most four decimals"
        case .pixels: "pixels are whole numbers in 0px...65535px"
        case .ratio: "a ratio is in 0...1000, with at most four decimals"
        }
    }

    /// The number in whole units.
    func read(_ text: Substring) throws(ComparisonProblem) -> Int64 {
        let value: Int64?
        switch self {
        case .score: value = ExactDecimal(text)?.scaled(by: Int64(Score.unitsPerOne))
        case .count: value = ExactDecimal(text)?.exactlyScaled(by: 1)
        case .percent: value = Self.without("%", text).flatMap { ExactDecimal($0)?.exactlyScaled(by: 10_000) }
        case .pixels: value = Self.without("px", text).flatMap { ExactDecimal($0)?.exactlyScaled(by: 1) }
        case .ratio: value = ExactDecimal(text)?.exactlyScaled(by: 10_000)
        }
        guard let value, domain.contains(value) else { throw problem(with: text) }
        return value
    }

    private func problem(with text: Substring) -> ComparisonProblem {
        let wrong = "'\(text.prefix(24))' is not valid here"
        let (number, hasUnit) = Self.without("%", text).map { ($0, true) } ?? (text, false)
        switch self {
        case .score where number.contains(","):
            return ComparisonProblem(message: wrong, suggestion: "write a decimal point, as in 0.60")
        case .score:
            guard let percent = ExactDecimal(number) else { break }
            let message = hasUnit ? wrong : "\(number) is above 1"
            guard let hundredths = percent.exactlyScaled(by: 1), hundredths <= 100, hasUnit || hundredths >= 10 else {
                return ComparisonProblem(message: message, suggestion: domainForMessages)
            }
            let meant = hundredths == 100 ? "1" : "0.\(hundredths < 10 ? "0" : "")\(hundredths)"
            return ComparisonProblem(message: message, suggestion: "write \(meant)")
        case .percent where ExactDecimal(text) != nil:
            return ComparisonProblem(message: "'\(text)' has no unit", suggestion: "write \(text)%")
        case .pixels where ExactDecimal(text) != nil:
            return ComparisonProblem(message: "'\(text)' has no unit", suggestion: "write \(text)px")
        default: break
        }
        return ComparisonProblem(message: wrong, suggestion: domainForMessages)
    }

    private static func without(_ unit: String, _ text: Substring) -> Substring? {
        guard text.hasSuffix(unit) else { return nil }
        let number = text.dropLast(unit.count)
        return number.last == " " ? number.dropLast() : number
    }
}
