import Frames
import Operators
import Predictions
import Settings
import Testing

@Suite struct CounterTests {
    private let people = [seen(("person", 0.9), at: box(0, 0, 10, 10)), seen(("person", 0.8), at: box(50, 20, 60, 90))]

    @Test func countedThingsPassWhenThereAreEnough() throws {
        var counter = try rule(Counter.self, "count: {person: '>= 2'}")
        let dog = seen(("dog", 0.9), ("person", 0.1))
        #expect(counter.process(people + [dog], moment()) == people, "a thing counts as its best concept")
        #expect(counter.process([people[0], dog], moment()).isEmpty)
    }

    @Test func totalCountsEverything() throws {
        var counter = try rule(Counter.self, "total: '> 2'")
        #expect(counter.process(people, moment()).isEmpty)
        #expect(counter.process(people + [seen(("dog", 0.2))], moment()).count == 3)
    }

    @Test func namedStateIsOnePredictionAroundTheThings() throws {
        var counter = try rule(Counter.self, "count: {person: '>= 2'}\nas: crowd")
        #expect(counter.process(people, moment()) == [seen(("crowd", 1), at: box(0, 0, 60, 90))])
        #expect(counter.outputKind(from: .regions) == .concepts)
        #expect(counter.outputVocabulary(from: Vocabulary(["person"])).names == ["crowd"])
        #expect(counter.rule == "count of person >= 2, told as crowd")
    }

    @Test func absenceCanBeTold() throws {
        var counter = try rule(Counter.self, "count: {person: '== 0'}\nas: unattended")
        #expect(counter.process([], moment()) == [seen(("unattended", 1))])
        #expect(counter.process(people, moment()).isEmpty)
    }

    @Test func namelessAbsenceIsAnError() throws {
        let expected = "also holds when nothing is there, and then there is nothing to pass on; name that state, as in as: nobody"
        #expect(try issues(Counter.self, "count: {person: '< 3'}") == ["w.yaml:1:8: count: \(expected)"])
        #expect(try issues(Counter.self, "total: 0..2") == ["w.yaml:1:8: total: \(expected)"])
        #expect(
            try issues(Counter.self, "as: x") == [
                "w.yaml:1:1: has nothing to compare; write for example count: {person: \">= 3\"} or total: \">= 5\""
            ])
    }
}

@Suite struct RateLimiterTests {
    @Test func nothingPassesDuringTheCooldown() throws {
        var limiter = try rule(RateLimiter.self, "cooldown: 10s")
        #expect(limiter.rule == "at most once in 10s")
        let items = [seen(("a", 0.9)), seen(("b", 0.8))]
        let counts = [0, 5, 9.999, 10, 15, 20].map { limiter.process(items, moment(seconds: $0)).count }
        #expect(counts == [2, 0, 0, 2, 0, 2], "all of one frame pass together")
    }

    @Test func emptyFramesStartNoCooldown() throws {
        var limiter = try rule(RateLimiter.self, "cooldown: 10s")
        #expect(limiter.process([], moment(seconds: 1)).isEmpty)
        #expect(limiter.process([seen(("a", 0.9))], moment(seconds: 2)).count == 1)
    }

    @Test func eachConceptCanHaveItsOwn() throws {
        var limiter = try rule(RateLimiter.self, "cooldown: 10s\nper: concept")
        #expect(limiter.process([seen(("a", 0.9))], moment(seconds: 0)).count == 1)
        #expect(limiter.process([seen(("a", 0.9)), seen(("b", 0.9))], moment(seconds: 1)) == [seen(("b", 0.9))])
    }

    @Test func clockThatRunsBackwardsEndsTheCooldown() throws {
        var limiter = try rule(RateLimiter.self, "cooldown: 10s")
        #expect(limiter.process([seen(("a", 0.9))], moment(seconds: 100)).count == 1)
        #expect(limiter.process([seen(("a", 0.9))], moment(seconds: 0)).count == 1)
        #expect(limiter.process([seen(("a", 0.9))], moment(seconds: 1)).isEmpty)
    }

    @Test func cooldownNeedsAUnit() throws {
        #expect(
            try issues(RateLimiter.self, "cooldown: 10\nper: thing") == [
                "w.yaml:1:11: cooldown: '10' is not valid here; write a time with its unit, such as 200ms, 5s or 2h",
                "w.yaml:2:6: per: unknown value 'thing'; known: all, concept",
            ])
    }
}

@Suite struct OnChangeTests {
    @Test func onlyAnotherSetOfConceptsPasses() throws {
        var change = try rule(OnChange.self, "{}")
        let (a, b) = (seen(("a", 0.9)), seen(("b", 0.9), ("a", 0.1)))
        let frames: [[Prediction]] = [[a], [a], [a, a], [a, b], [b, a], [b], [], [], [b]]
        #expect(frames.map { change.process($0, moment()).count } == [1, 0, 0, 2, 0, 1, 0, 0, 1])
    }

    @Test func changeMustSettle() throws {
        var change = try rule(OnChange.self, "settle: 2")
        let (a, b) = (seen(("a", 0.9)), seen(("b", 0.9)))
        let frames: [[Prediction]] = [[a], [a], [b], [a], [b], [b], [], [b]]
        #expect(frames.map { change.process($0, moment()).count } == [0, 1, 0, 0, 0, 1, 0, 0])
        #expect(change.rule == "only when the set of concepts changes for 2 frames")
    }
}

@Suite struct NofMTests {
    private func states(_ yaml: String, _ frames: String) throws -> String {
        var gate = try rule(NofM.self, yaml)
        return String(
            frames.map { frame in
                let passed = gate.process(frame == "x" ? [seen(("a", 0.5))] : [], moment())
                return passed.isEmpty ? (gate.isOn ? "o" : ".") : "P"
            })
    }

    @Test func startsAfterEnoughHitsAndStopsAfterEnoughMisses() throws {
        #expect(try states("on_after: 2 of 3\noff_after: 2 of 2", "x.x..xx") == "..Po..P")
        #expect(try states("on_after: 1 of 1\noff_after: 1 of 1", "x.x.") == "P.P.")
    }

    @Test func hitsTooFarApartDoNotCount() throws {
        #expect(try states("on_after: 2 of 3", "x..x..x..x") == "..........")
        #expect(try states("on_after: 2 of 4", "x..x") == "...P")
    }

    @Test func sharesAreChecked() throws {
        let message = "is not valid here; write frames out of frames, as in 3 of 5, at most 64"
        for wrong in ["0 of 3", "4 of 3", "3 of 65", "3/5", "3 of", "-1 of 2"] {
            #expect(try issues(NofM.self, "on_after: \(wrong)") == ["w.yaml:1:11: on_after: '\(wrong)' \(message)"])
        }
        #expect(try rule(NofM.self, "on_after: 64 of 64").rule.hasPrefix("on after 64 of 64 frames"))
    }
}
