import Appliance
import FoundationEssentials
import Frames
import Glibc
import Predictions

/// How numbers are written for people.
enum Text {
    /// `3.21`
    static func number(_ value: Double, decimals: Int) -> String { Wording.number(value, decimals: decimals) }

    static func score(_ score: Score) -> String { number(score.value, decimals: 2) }

    /// Units of 1/65 536: `0.83`, `91`, `66520`.
    static func novelty(_ units: Int64) -> String {
        let value = Double(units) / Double(Score.unitsPerOne)
        return number(value, decimals: value < 10 ? 2 : 0)
    }

    /// `  12.480 s`
    static func seconds(_ duration: Duration) -> String { number(Double(duration.wholeNanoseconds) / 1e9, decimals: 3) }

    static func bytes(_ count: Int) -> String {
        if count >= 10_000_000 { return number(Double(count) / 1e6, decimals: 0) + " MB" }
        if count >= 1_000_000 { return number(Double(count) / 1e6, decimals: 1) + " MB" }
        return count >= 1000 ? number(Double(count) / 1e3, decimals: 1) + " kB" : "\(count) B"
    }

    /// `1 node`, `2 nodes`.
    static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    static func concepts(_ concepts: [ScoredConcept], limit: Int = 3) -> String {
        let shown = concepts.prefix(limit).map { "\($0.name) \(score($0.score))" }.joined(separator: ", ")
        return shown + (concepts.count > limit ? ", ..." : "")
    }

    /// Local date and time to the second, `2026-11-23 18:05:09`.
    static func wallTime(_ nanoseconds: Int64) -> String {
        var seconds = time_t(nanoseconds / 1_000_000_000)
        var parts = unsafe tm()
        // SAFETY: local values.
        guard unsafe localtime_r(&seconds, &parts) != nil else { return "-" }
        func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
        // SAFETY: only its numbers are read; the pointer to the zone's name is not.
        return unsafe "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday)) "
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }

    /// An encodable value as JSON with sorted keys, on one line or indented.
    static func json(_ value: some Encodable, isPretty: Bool = false) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            isPretty ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
