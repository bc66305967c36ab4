import Operators
import Predictions
import Testing

@Suite struct ComparisonTests {
    private func score(_ text: String) throws -> Comparison { try Comparison.reading(text, .score) }

    private func problem(_ text: String, _ measure: Measure = .score) -> String? {
        do {
            _ = try Comparison.reading(text, measure)
            return nil
        } catch {
            return "\(error.message); \(error.suggestion)"
        }
    }

    @Test func sixTenthsIsTheNearestUnitHalfUp() throws {
        let atLeast = try score(">= 0.60")
        #expect(atLeast.lower?.value == 39_322)
        #expect(!atLeast.holds(Score(units: 39_321)))
        #expect(atLeast.holds(Score(units: 39_322)))
        // 0.5 of a unit above 32 768: exactly half way goes up.
        #expect(try score(">= 0.500007629").lower?.value == 32_768)
        #expect(try score(">= 0.50000763").lower?.value == 32_769)
        #expect(ExactDecimal("0.5")?.scaled(by: 1) == 1)
        #expect(ExactDecimal("2.5")?.scaled(by: 1) == 3)
    }

    @Test func everySignIsExactAtItsLimit() throws {
        let (below, at, above) = (Score(units: 32_767), Score(units: 32_768), Score(units: 32_769))
        for (text, expected) in [
            (">= 0.5", [false, true, true]), ("> 0.5", [false, false, true]), ("< 0.5", [true, false, false]),
            ("<= 0.5", [true, true, false]), ("== 0.5", [false, true, false]), ("0.5..0.5", [false, true, false]),
        ] {
            let comparison = try score(text)
            #expect([below, at, above].map { comparison.holds($0) } == expected, "\(text)")
        }
    }

    @Test func rangeIncludesBothEnds() throws {
        let range = try score("0.2..0.8")
        #expect(range.holds(Score(0.2)) && range.holds(Score(0.8)) && range.holds(Score(0.5)))
        #expect(!range.holds(Score(units: Score(0.2).units - 1)))
        #expect(!range.holds(Score(units: Score(0.8).units + 1)))
        #expect(try score(" 0.2 .. 0.8 ").description == "0.2..0.8")
        #expect(try score("0..1").holds(.one))
    }

    @Test func blanksDoNotMatter() throws {
        #expect(try score(">=0.60") == score("  >=   0.60 "))
        #expect(try score(">=0.60").description == ">= 0.60")
    }

    @Test func countsAndSharesAreExact() throws {
        let three = try Comparison.reading(">= 3", .count)
        #expect(three.holds(3) && !three.holds(2))
        let share = try Comparison.reading(">= 0.5%", .percent)
        #expect(share.lower?.value == 5_000)
        #expect(share.holds(1, over: 200) == false, "units are millionths")
        #expect(share.holds(1_000_000, over: 200))
        #expect(!share.holds(999_999, over: 200))
    }

    @Test func mistakesAreToldWithWhatToWrite() {
        #expect(problem("0.6") == "'0.6' has no comparison; write \">= 0.6\", or one of > < <= ==")
        #expect(problem("=> 0.6") == "'=>' is not a comparison; write >=")
        #expect(problem("= 0.6") == "'=' is not a comparison; write ==")
        #expect(problem("≥ 0.6") == "'≥' is not a comparison; write >=")
        #expect(problem(">= 1.4") == "1.4 is above 1; a score is in 0...1")
        #expect(problem(">= 60") == "60 is above 1; write 0.60")
        #expect(problem(">= 60%") == "'60%' is not valid here; write 0.60")
        #expect(problem(">= 0,6") == "'0,6' is not valid here; write a decimal point, as in 0.60")
        #expect(problem("0.8..0.2") == "the range 0.8..0.2 ends before it starts; write 0.2..0.8")
        #expect(problem("> 1") == "'> 1' never holds; write a limit that can be met")
        #expect(problem("< 0") == "'< 0' never holds; write a limit that can be met")
        #expect(problem("high")?.hasPrefix("'high' is not a condition; write for example \">= 0.60\"") == true)
        #expect(problem(">= 5", .percent) == "'5' has no unit; write 5%")
        #expect(problem(">= 5", .pixels) == "'5' has no unit; write 5px")
        #expect(problem(">= 2.5", .count) == "'2.5' is not valid here; a count is a whole number in 0...100000")
    }

    @Test func strangeTextsAreRefusedAndNeverTrap() {
        let texts = [
            "", " ", ">=", "..", "...", "0.2...0.8", ">= -1", ">= nan", ">= inf", ">= 1e400", ">= 0x1", ">= 99999999999999999999", ">= .",
            ">= .5",
            ">= 5.", ">= 0.1.2", "\u{0}", "> > 1", String(repeating: "9", count: 5_000), String(repeating: ">", count: 5_000), "0.5 ..",
            ">= 0.6 0.7",
        ]
        for measure in [Measure.score, .count, .percent, .pixels, .ratio] {
            for text in texts { #expect(problem(text, measure) != nil, "\(text.prefix(30)) as \(measure)") }
        }
    }
}
