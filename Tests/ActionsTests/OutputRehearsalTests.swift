import Actions
import Frames
import Testing

@Suite struct OutputRehearsalTests {
    private func timeline(_ outputs: [OutputSettings], _ frames: [(Int, [Bool?])], end: Int) -> [String] {
        var rehearsal = OutputRehearsal(outputs)
        var events: [OutputEvent] = []
        for (time, verdicts) in frames { events += rehearsal.frame(taken: ms(time), verdicts: verdicts) }
        events += rehearsal.finish(at: ms(end))
        return events.map { "\($0.at.since(ms(0)) / .milliseconds(1)) \($0)" }
    }

    @Test func edgesBetweenFramesHaveTheirExactTime() {
        let rules = settings(onTime: .hold(.milliseconds(250), atMost: nil))
        let events = timeline([rules], [(0, [true]), (100, [true]), (200, [false]), (1000, [false])], end: 1100)
        #expect(events == ["0.0 siren on: the frame matched", "350.0 siren off: hold of 250 ms ended"])
    }

    @Test func edgesOfSeveralOutputsComeInTheOrderOfTime() {
        let outputs = [
            settings("slow", offset: 1, onTime: .hold(.milliseconds(300), atMost: nil)),
            settings("quick", offset: 2, onTime: .pulse(.milliseconds(50))),
        ]
        let events = timeline(outputs, [(0, [true, true]), (1000, [nil, false])], end: 1000)
        #expect(
            events == [
                "0.0 slow on: the frame matched", "0.0 quick on: the frame matched", "50.0 quick off: pulse of 50 ms ended",
                "300.0 slow off: hold of 300 ms ended",
            ])
    }

    @Test func framesThatABranchDidNotJudgeDoNotCountAgainstIt() {
        let rules = settings(onAfter: (2, 2), onTime: .hold(.seconds(1), atMost: nil))
        let events = timeline([rules], [(0, [true]), (100, [nil]), (200, [true])], end: 300)
        #expect(events == ["200.0 siren on: matched 2 of the last 2 frames", "300.0 siren off: stopping"])
    }

    @Test func aHoldThatEndsAtTheVeryEndIsTheReason() {
        let rules = settings(onTime: .hold(.milliseconds(100), atMost: nil))
        #expect(timeline([rules], [(0, [true])], end: 100).last == "100.0 siren off: hold of 100 ms ended")
    }

    @Test func aLongGapBetweenFramesIsNoStall() {
        let rules = settings(onAfter: (2, 2), onTime: .hold(.seconds(100), atMost: nil))
        let events = timeline([rules], [(0, [true]), (60_000, [true])], end: 60_001)
        #expect(events.first == "60000.0 siren on: matched 2 of the last 2 frames")
    }

    @Test func anEmptyRecordingHasNoEdges() {
        #expect(timeline([settings()], [], end: 0).isEmpty)
        #expect(OutputRehearsal([settings(onFault: .active)]).levels == [true])
    }

    @Test func theSameFramesGiveTheSameTimeline() {
        let outputs = [
            settings("a", offset: 1, onAfter: (2, 4), onTime: .hold(.milliseconds(70), atMost: .milliseconds(400))),
            settings("b", offset: 2, onTime: .pulse(.milliseconds(15)), minOff: .milliseconds(33)),
        ]
        func run() -> [String] {
            var random = Random(seed: 7)
            let frames = (0..<500).map { ($0 * 40, [random.chance(60), random.chance(30)] as [Bool?]) }
            return timeline(outputs, frames, end: 21_000)
        }
        let first = run()
        #expect(first.count > 100)
        #expect(first == run())
    }
}
