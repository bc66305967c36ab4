import Frames
import Journal
import Predictions
import Settings
import Testing

@Suite struct EventTrackerTests {
    private func settings(_ change: (inout EventLogSettings) -> Void = { _ in }) -> EventLogSettings {
        var settings = EventLogSettings()
        change(&settings)
        return settings
    }

    private func seen(_ score: Double, _ name: String = "person") -> [Prediction] {
        [Prediction(box: .wholeFrame, concepts: [ScoredConcept(name, Score(score))])]
    }

    private func moment(_ milliseconds: Int64) -> Event.Moment {
        Event.Moment(monotonic: Timestamp(nanoseconds: milliseconds * 1_000_000), wallNanoseconds: milliseconds * 1_000_000)
    }

    private func tracker(_ settings: EventLogSettings) -> EventTracker {
        EventTracker(node: "log", keyPrefix: "boot-1", settings: settings)
    }

    @Test func opensOnTheFirstMatchAndClosesAfterTheSilence() throws {
        var tracker = tracker(settings { $0.snapshot = .none })
        let opened = tracker.process(seen(0.7), sequence: 4, moment: moment(0), explanation: { "why" })
        guard case .opened(let event) = try #require(opened.first) else { return #expect(Bool(false), "no event") }
        #expect(event.key == "boot-1/log/4")
        #expect(event.explanation == "why")
        #expect(event.state == .open)
        #expect(tracker.process([], sequence: 5, moment: moment(1999), explanation: { "" }).isEmpty)
        let closed = tracker.close(ifOverAt: Timestamp(nanoseconds: 2_000_000_000))
        guard case .closed(let end) = try #require(closed.first) else { return #expect(Bool(false), "not closed") }
        #expect(end.state == .closed)
        #expect(end.lastSequence == 4)
    }

    @Test func threeOfFiveOpensAtTheThirdMatchOnly() {
        var tracker = tracker(settings { ($0.startCount, $0.startWindow, $0.snapshot) = (3, 5, .none) })
        let pattern: [(Bool, Bool)] = [(true, false), (false, false), (true, false), (false, false), (true, true)]
        for (index, step) in pattern.enumerated() {
            let changes = tracker.process(
                step.0 ? seen(0.9) : [], sequence: UInt64(index), moment: moment(Int64(index) * 100), explanation: { "" })
            #expect(changes.isEmpty == !step.1, "frame \(index)")
        }
    }

    @Test func aMatchThatLeftTheWindowDoesNotCount() {
        var tracker = tracker(settings { ($0.startCount, $0.startWindow) = (2, 2) })
        _ = tracker.process(seen(0.9), sequence: 0, moment: moment(0), explanation: { "" })
        _ = tracker.process([], sequence: 1, moment: moment(100), explanation: { "" })
        #expect(tracker.process(seen(0.9), sequence: 2, moment: moment(200), explanation: { "" }).isEmpty)
    }

    @Test func keepsTheBestScoreAndWhereItWas() {
        var tracker = tracker(settings { $0.snapshot = .best })
        _ = tracker.process(seen(0.5), sequence: 0, moment: moment(0), explanation: { "" })
        let better = tracker.process(seen(0.8), sequence: 1, moment: moment(100), explanation: { "" })
        #expect(better.contains { if case .snapshot = $0 { true } else { false } })
        let worse = tracker.process(seen(0.6), sequence: 2, moment: moment(200), explanation: { "" })
        #expect(worse.isEmpty)
        #expect(tracker.openEvent?.bestScore == Score(0.8))
        #expect(tracker.openEvent?.bestSequence == 1)
        #expect(tracker.openEvent?.frameCount == 3)
    }

    @Test func updatesAtMostOnceASecond() {
        var tracker = tracker(settings { $0.snapshot = .none })
        var updates = 0
        for frame in 0..<30 {
            let changes = tracker.process(seen(0.5), sequence: UInt64(frame), moment: moment(Int64(frame) * 100), explanation: { "" })
            updates += changes.filter { if case .updated = $0 { true } else { false } }.count
        }
        #expect(updates == 2)
    }

    @Test func stoppingClosesTheOpenEvent() {
        var tracker = tracker(settings())
        _ = tracker.process(seen(0.5), sequence: 0, moment: moment(0), explanation: { "" })
        #expect(tracker.closeNow().count == 1)
        #expect(tracker.closeNow().isEmpty)
    }

    @Test func aWrongStartAfterIsTold() throws {
        let node = try SettingsDocument.parse("start_after: 7 of 5\nend_after: 5", file: "x.yaml")
        let issues = IssueCollector(file: "x.yaml")
        _ = EventLogSettings(Section(node, issues))
        #expect(issues.issues.map(\.path) == ["start_after", "end_after"])
    }

    // MARK: Embeddings

    private func embedded(_ box: Box, _ element: Int16, digest: String = "e") -> Prediction {
        Prediction(box: box, embedding: Embedding(elements: [element], scale: 1, modelDigest: digest))
    }

    @Test func theBestRegionBringsTheEmbeddingOfTheCropThatHasMostInCommonWithIt() throws {
        var tracker = tracker(
            settings {
                $0.snapshot = .none
                $0.embedder = .init(digest: "e", path: "e.tflite")
            })
        let (left, right) = (Box(left: 0, top: 0, right: 100, bottom: 100), Box(left: 200, top: 0, right: 300, bottom: 100))
        let wide = Box(left: 190, top: 0, right: 310, bottom: 100)
        let region = Prediction(box: right, concepts: [ScoredConcept("person", Score(0.8))])
        let seen = [region, embedded(left, 1), embedded(wide, 2), embedded(right, 3, digest: "another")]
        guard case .opened(let event) = try #require(tracker.process(seen, sequence: 0, moment: moment(0), explanation: { "" }).first)
        else {
            return #expect(Bool(false), "no event")
        }
        #expect(event.look?.embedding.elements == [2])
        #expect(event.look?.embedderPath == "e.tflite")
        // A weaker frame changes neither the box nor the look; a better one without any crop at its place keeps the look.
        let weaker = [Prediction(box: left, concepts: [ScoredConcept("person", Score(0.5))]), embedded(left, 4)]
        _ = tracker.process(weaker, sequence: 1, moment: moment(1), explanation: { "" })
        #expect(tracker.openEvent?.look?.embedding.elements == [2])
        let better = [Prediction(box: left, concepts: [ScoredConcept("person", Score(0.9))]), embedded(wide, 5)]
        _ = tracker.process(better, sequence: 2, moment: moment(2), explanation: { "" })
        #expect(tracker.openEvent?.look?.embedding.elements == [2])
    }

    @Test func withoutEmbedNothingIsKept() throws {
        var tracker = tracker(settings { $0.snapshot = .none })
        _ = tracker.process([embedded(.wholeFrame, 1)], sequence: 0, moment: moment(0), explanation: { "" })
        #expect(tracker.openEvent != nil)
        #expect(tracker.openEvent?.look == nil)
    }
}
