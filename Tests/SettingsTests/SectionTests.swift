import Settings
import Testing

/// Reads a piece of YAML and tells its issues.
private func issues(_ text: String, _ read: (Section) -> Void) throws -> [String] {
    let collector = IssueCollector(file: "p.yaml")
    let section = Section(try SettingsDocument.parse(text, file: "p.yaml"), collector)
    read(section)
    section.finish()
    return collector.issues.map(\.description)
}

@Suite struct SectionTests {
    @Test func scalarsAreReadAsAskedFor() throws {
        let text = "word: no\ncount: 3\nratio: 0.5\ntime: 1.5s\nspace: 2GB\nshare: 10%\nflag: true\nlist: [a, b]\none: a\nempty:\n"
        let told = try issues(text) { section in
            #expect(section.string("word") == "no")
            #expect(section.integer("count", in: 1...3) == 3)
            #expect(section.number("ratio", in: 0...1) == 0.5)
            #expect(section.duration("time") == .milliseconds(1500))
            #expect(section.byteCount("space") == 2_000_000_000)
            #expect(section.percent("share") == 0.1)
            #expect(section.boolean("flag") == true)
            #expect(section.strings("list") == ["a", "b"])
            #expect(section.strings("one") == ["a"])
            #expect(!section.has("empty"))
            #expect(section.string("absent") == nil)
        }
        #expect(told == [])
    }

    @Test func everyMistakeIsToldInTheOrderOfTheFile() throws {
        let text = "time: 5\nflag: yes\ncount: 4\nratio: 1.4\nword: [x]\nlist: {a: 1}\ncuont: 1\n"
        let told = try issues(text) { section in
            _ = section.integer("count", in: 1...3)
            _ = section.number("ratio", in: 0...1)
            _ = section.string("word")
            _ = section.list("list")
            _ = section.boolean("flag")
            _ = section.duration("time")
            _ = section.requiredString("name", example: "x")
        }
        #expect(
            told == [
                "p.yaml:1:1: 'name' is missing; write for example name: x",
                "p.yaml:1:7: time: '5' is not valid here; write a time with its unit, such as 200ms, 5s or 2h",
                "p.yaml:2:7: flag: unknown value 'yes'; known: false, true",
                "p.yaml:3:8: count: '4' is not valid here; write a whole number in 1...3",
                "p.yaml:4:8: ratio: '1.4' is not valid here; write a number in 0...1",
                "p.yaml:5:7: word: must be a single value, not a list",
                "p.yaml:6:7: list: must be a list, not a mapping",
                "p.yaml:7:1: cuont: unknown key 'cuont'; did you mean 'count'?",
            ])
    }

    @Test func valueThatIsNoMappingHasNoKeys() throws {
        let told = try issues("[1, 2]") { section in #expect(section.string("a") == nil) }
        #expect(told == ["p.yaml:1:1: must be a mapping of keys, not a list"])
    }

    @Test func thousandsOfIssuesAreCountedNotListed() throws {
        let text = (0..<5_000).map { "key\($0): 1" }.joined(separator: "\n")
        let told = try issues(text) { section in _ = section.string("name") }
        #expect(told.count == IssueCollector.maximumCount + 1)
        #expect(told.last == "p.yaml:100:1: and 4900 more issues")
    }

    @Test func sameIssueIsToldOnce() throws {
        let told = try issues("a: x") { section in
            _ = section.integer("a", in: 0...1)
            _ = section.integer("a", in: 0...1)
        }
        #expect(told.count == 1)
    }
}

@Suite struct QuantityTests {
    @Test func unitsAreWhatTheySay() {
        #expect(Quantity.duration("200ms") == .milliseconds(200))
        #expect(Quantity.duration("2h") == .seconds(7200))
        #expect(Quantity.duration("1min") == Quantity.duration("1m"))
        #expect(Quantity.duration("5 s") == .seconds(5))
        #expect(Quantity.byteCount("1GiB") == 1_073_741_824)
        #expect(Quantity.byteCount("500MB") == 500_000_000)
        #expect(Quantity.celsius("75C") == 75)
    }

    @Test func durationsAreShownInTheLargestWholeUnit() {
        for text in ["0s", "200ms", "5s", "90s", "1min", "2h", "30d", "1500ms", "250us"] {
            #expect(Quantity.duration(text).map { Quantity.text(of: $0) } == text)
        }
        #expect(Quantity.text(of: .nanoseconds(1_000_000_001)) == "1000000001ns")
        #expect(Quantity.text(of: .seconds(Int64.max)).hasSuffix("s"))
    }

    @Test func bareNumbersAndNonsenseAreRefused() {
        for text in [
            "5", "s", "", "-1s", "1e400s", "nans", "infs", "5ss", "5S", "0x5s", "11y", "99999999d", "5s5s", "+-5s", "1.2.3s", "٥s",
        ] {
            #expect(Quantity.duration(text) == nil, "\(text)")
        }
        for text in ["nan", "inf", "0x10", "1e400", "", ".", "1_000", String(repeating: "1", count: 40)] {
            #expect(Quantity.number(text) == nil, "\(text)")
        }
        #expect(Quantity.byteCount("99999999999TB") == nil)
    }
}

@Suite struct SuggestionTests {
    @Test func nearWordsAreFound() {
        #expect(Suggestion.nearest(to: "gpio-ouput", among: ["gpio-output", "event-log"]) == "gpio-output")
        #expect(Suggestion.nearest(to: "Person", among: ["person"]) == "person")
        #expect(Suggestion.nearest(to: "persno", among: ["person", "parson"]) == "person", "two letters swapped are one change")
    }

    @Test func farWordsAreNot() {
        #expect(Suggestion.nearest(to: "bicycle", among: ["person"]) == nil)
        #expect(Suggestion.nearest(to: "q", among: ["x"]) == nil)
        #expect(Suggestion.nearest(to: "", among: ["x"]) == nil)
        #expect(Suggestion.text(for: "zebra", among: ["b", "a"]) == "known: a, b")
        #expect(Suggestion.text(for: "zebra", among: []) == "there is none to choose from")
    }

    @Test func longWordsEndQuickly() {
        let long = String(repeating: "ab", count: 50_000)
        #expect(Suggestion.nearest(to: long, among: [String](repeating: long, count: 1_000)) == nil)
    }
}
