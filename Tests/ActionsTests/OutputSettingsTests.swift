import Actions
import Frames
import Settings
import Testing

@Suite struct OutputSettingsTests {
    @Test func theNodeOfTheManualIsRead() throws {
        let (settings, issues) = try read(
            """
            line: {chip: pinctrl-bcm2711, offset: 17, active: low}
            on_after: 3 of 5
            hold: 5s
            min_off: 2s
            max_on: 60s
            on_fault: inactive
            max_age: 500ms
            """)
        #expect(issues.isEmpty)
        let output = try #require(settings)
        #expect(output.line == .init(chip: "pinctrl-bcm2711", place: .offset(17), isActiveLow: true))
        #expect(output.onAfter.description == "3 of 5")
        #expect(output.onTime == .hold(.seconds(5), atMost: .seconds(60)))
        #expect(output.minOff == .seconds(2))
        #expect(output.onFault == .inactive)
        #expect(output.maxAge == .milliseconds(500))
    }

    @Test func everythingButTheLineHasADefault() throws {
        let output = try #require(try read("line: {chip: simulated, name: GPIO17}").settings)
        #expect(output.line.place == .name("GPIO17"))
        #expect(output.line.isSimulated)
        #expect(!output.line.isActiveLow)
        #expect(output.onAfter == .one)
        #expect(output.onTime == .hold(.seconds(1), atMost: nil))
        #expect(output.minOff == .zero)
        #expect(output.maxAge == .seconds(1))
    }

    @Test(arguments: [("3", "3 of 3"), ("1", "1 of 1"), ("64 of 64", "64 of 64"), ("1 of 64", "1 of 64")])
    func confirmationIsRead(text: String, expected: String) throws {
        #expect(try read("line: {chip: simulated, offset: 1}\non_after: \(text)").settings?.onAfter.description == expected)
    }

    @Test(arguments: [
        "0", "0 of 5", "5 of 3", "3 of 65", "65", "-1", "3 / 5", "three", "3 of", "+3", "99999999999999999999", "3 of 5 of 7",
    ])
    func confirmationThatCannotBeIsRefused(text: String) throws {
        let (settings, issues) = try read("line: {chip: simulated, offset: 1}\non_after: \(text)")
        #expect(settings == nil)
        #expect(issues.count == 1)
        #expect(issues.first?.hasPrefix("w.yaml:2:11: on_after: ") == true, "\(issues)")
    }

    @Test func moreThanAllFramesAreTurnedRound() throws {
        let issues = try read("line: {chip: simulated, offset: 1}\non_after: 5 of 3").issues
        #expect(issues == ["w.yaml:2:11: on_after: 5 of 3 frames can never match; did you mean 3 of 5?"])
    }

    @Test func allIssuesComeAtOnce() throws {
        let (settings, issues) = try read(
            """
            line: {chip: pinctrl-bcm2711, ofset: 17, active: up}
            on_after: many
            hold: 5
            min_of: 2s
            on_fault: off
            """)
        #expect(settings == nil)
        #expect(issues.count == 7, "\(issues)")
        #expect(issues.contains { $0.contains("unknown key 'ofset'; did you mean 'offset'?") })
        #expect(issues.contains { $0.contains("unknown key 'min_of'; did you mean 'min_off'?") })
        #expect(issues.contains { $0.contains("hold: '5' is not valid here; write a time with its unit") })
    }

    @Test func aMissingLineIsExplained() throws {
        #expect(try read("hold: 5s").issues.first?.contains("'line' is missing; write for example line: {chip:") == true)
        #expect(try read("line: 17").issues.count == 1)
        #expect(try read("line: {chip: x}").issues.first?.contains("write offset: 17, or name: GPIO17") == true)
        #expect(try read("line: {chip: x, offset: 1, name: A}").issues.first?.contains("keep one of them") == true)
    }

    @Test func aPulseWithAHoldIsAContradiction() throws {
        let issues = try read("line: {chip: simulated, offset: 1}\npulse: 200ms\nhold: 5s\nmax_on: 9s").issues
        #expect(issues.count == 2)
        #expect(issues.allSatisfy { $0.contains("contradicts 'pulse'") })
    }

    @Test func aHoldLongerThanMaxOnIsExplained() throws {
        let issues = try read("line: {chip: simulated, offset: 1}\nhold: 90s\nmax_on: 60s").issues
        #expect(
            issues == [
                "w.yaml:2:7: hold: the hold of 90 s is longer than max_on (60 s), so it could never end; "
                    + "make hold at most max_on, or write pulse: 60s for a fixed time"
            ])
        #expect(
            try read("line: {chip: simulated, offset: 1}\nmax_on: 500ms").issues.first?.contains("1 s unless you write another") == true)
        #expect(try read("line: {chip: simulated, offset: 1}\nhold: 60s\nmax_on: 60s").issues.isEmpty)
    }

    @Test func aLineThatIsSafeWhenOnHasNoLimit() throws {
        #expect(try read("line: {chip: simulated, offset: 1}\non_fault: active").settings?.onFault == .active)
        #expect(try read("line: {chip: simulated, offset: 1}\non_fault: active\nmax_on: 60s").issues.count == 1)
        #expect(try read("line: {chip: simulated, offset: 1}\non_fault: active\npulse: 1s").issues.count == 1)
    }

    @Test(arguments: ["hold: 0s", "pulse: 0ms", "max_on: 0s", "max_age: 0s"]) func timesOfNothingAreRefused(text: String) throws {
        #expect(try read("line: {chip: simulated, offset: 1}\n\(text)").issues.count == 1)
    }

    @Test func twoOutputsOnOneLineAreRefusedWhateverTheirPolarity() throws {
        let first = try #require(try read("line: {chip: simulated, offset: 1, active: low}").settings)
        let second = try #require(try read("line: {chip: simulated, offset: 1}").settings)
        let other = try #require(try read("line: {chip: simulated, offset: 2}").settings)
        let collector = IssueCollector(file: "w.yaml")
        OutputSettings.complainAboutSharedLines([first, other, second], collector)
        #expect(
            collector.issues.map(\.description) == [
                "w.yaml:1:7: line: line 1 of simulated is already driven by 'siren'; "
                    + "list both inputs in one gpio-output, or choose another line"
            ])
    }

    @Test(arguments: [
        (5_000_000, "5 s"), (1_400_300, "1.4 s"), (200_000, "200 ms"), (1_500, "1.5 ms"), (0, "0 ms"), (60_050_000, "60.05 s"),
    ])
    func durationsReadAsPeopleSayThem(microseconds: Int, text: String) {
        #expect(Duration.microseconds(microseconds).spokenText == text)
    }
}
